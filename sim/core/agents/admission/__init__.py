"""Who is let in, on what conditions, and out again (Beleidskader par. 2.2.2 and 2.2.3)."""
