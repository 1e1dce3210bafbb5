"""Importing from the remote: the list to choose from, and the form of one client with its parties."""
