"""Lists of found files."""
