"""Doubt, and what comes of it: signal, question, correction (Modeluitwerking 12)."""
