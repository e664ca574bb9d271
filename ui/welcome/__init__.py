"""What the window shows before the first question."""
