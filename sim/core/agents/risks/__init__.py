"""One threat grows into a total picture of its effects (Beleidskader par. 1.3, Modeluitwerking 4)."""
