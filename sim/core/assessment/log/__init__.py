"""A run log read once and put in order: who said what to whom, what was so, what went wrong."""
