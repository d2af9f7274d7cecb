"""Making a scenario from a story and the catalogue of partners, with a seed: the same files from the same input."""
