"""Files in, hits out: scanning, extraction, text index, meaning and search.

Knows no model server, no settings file and no window; it is given a plain
:class:`indexer.config.IndexConfig`.
"""
