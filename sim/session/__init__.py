"""Runs an exercise: lockstep or paced, over a transport, into a run log."""
