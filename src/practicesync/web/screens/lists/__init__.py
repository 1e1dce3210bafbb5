"""Settings > Lists: the words that a firm keeps for itself."""
