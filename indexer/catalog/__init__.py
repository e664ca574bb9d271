"""The catalogue: one SQLite file with files, chunks and the text index."""
