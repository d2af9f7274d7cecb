"""The report on an exercise: what it is made of, its words, drawings and sections."""
