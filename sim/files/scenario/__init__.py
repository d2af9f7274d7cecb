"""The folder of a scenario: found, read and checked as a whole, and changed for one run."""
