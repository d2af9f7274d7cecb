"""A run log folded back into what happened."""
