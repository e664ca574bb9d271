"""What is left out of the index, and why: names, places, markers, patterns, secrets.

:class:`indexer.rules.book.Rules` answers for whole trees; the other modules each know one reason.
"""
