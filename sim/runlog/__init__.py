"""The run log on disk: manifest, writer, reader, verification."""
