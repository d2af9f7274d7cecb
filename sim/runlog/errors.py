"""What goes wrong with a run log on disk."""

from __future__ import annotations


class RunLogError(Exception):
    """A run log cannot be made, read or continued; the message is one line for people and names the file."""


class ManifestError(RunLogError):
    """The manifest is damaged; the message names file, key, expected and found."""
