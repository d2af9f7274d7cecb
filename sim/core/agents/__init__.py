"""Simulated organisations: one behaviour a module, combined by the tables of the profiles."""
