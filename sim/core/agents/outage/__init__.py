"""How a party works while the tool fails it (Modeluitwerking, techniek 4)."""
