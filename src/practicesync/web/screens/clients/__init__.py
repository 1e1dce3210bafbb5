"""The Clients list."""
