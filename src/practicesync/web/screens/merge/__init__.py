"""Merging two clients of the register."""
