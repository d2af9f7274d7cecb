"""What a party knows, states, reports, reads and asks for (Modeluitwerking 9 to 12)."""
