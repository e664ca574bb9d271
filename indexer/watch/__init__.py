"""Hears of changes on the disk as they happen. What it hears are hints; the truth is read by the reconciler."""
