"""Adding and changing how two clients are tied."""
