"""Exports: pictures and runs in the formats of others (docs/formats.md). Each says what it had to leave out."""
