"""Agreements (samenwerkingsafspraken): read topic by topic, checked against the rules, begun from a model."""
