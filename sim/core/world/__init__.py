"""The truth of an exercise, what parties perceive of it, injects and faults."""
