"""Leadership and coordination: explaining, deciding, sparring (Modeluitwerking 13)."""
