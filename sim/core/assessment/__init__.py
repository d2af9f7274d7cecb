"""Measures over the run log, and a first judgment."""
