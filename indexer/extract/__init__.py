"""Killable workers that parse one untrusted file at a time."""
