"""From words to an understood query."""
