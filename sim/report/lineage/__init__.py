"""The contamination tree of a fault: drawn, with its signs, and in words."""
