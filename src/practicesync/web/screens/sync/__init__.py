"""The sync screen, and what became of a sync."""
