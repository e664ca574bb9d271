"""File names in memory: cut into words, kept as sorted vocabularies with postings, matched as people half remember them."""
