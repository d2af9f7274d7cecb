"""From the first alert to everybody at work on the right level (Modeluitwerking 5 to 8)."""
