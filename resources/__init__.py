"""Data only: samples, prompts, icons, themes, translations."""
