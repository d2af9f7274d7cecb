"""Sweeps: the same exercise many times over, in variants and with many seeds, so that luck can be told from design."""
