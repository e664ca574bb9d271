"""Format readers: one file a family; :data:`READERS` is the explicit list."""
