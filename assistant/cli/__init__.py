"""The `docent` command: one file a command group."""
