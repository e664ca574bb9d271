"""The engine: one background process per user that finds, answers and keeps the index."""
