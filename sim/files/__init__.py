"""Files that people write (TOML, GeoJSON, CSV) turned into core types, with errors that name file and key."""
