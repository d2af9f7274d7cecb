"""Direction (regievoering) of the shared picture, of one region and over borders (Modeluitwerking 12)."""
