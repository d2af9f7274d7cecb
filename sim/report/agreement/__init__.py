"""Agreements as people read and sign them: HTML, PDF and Word."""
