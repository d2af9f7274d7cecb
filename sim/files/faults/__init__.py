"""Faults: their tables, their catalogue, when they enter, and whether they can show at all."""
