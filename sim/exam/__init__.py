"""The verification exam: does what can be recognised get recognised, fault by fault, and nothing without skill."""
