"""Tying a client to the remote record that it is, and letting go."""
