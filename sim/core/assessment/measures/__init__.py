"""The measures: pure functions from the evidence to a figure, a module for each family; their names in the registry."""
