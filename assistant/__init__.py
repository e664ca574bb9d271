"""The application without a window: engine, client, commands, questions and answers."""

__version__ = "0.1.0"
