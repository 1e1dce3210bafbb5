"""Records of the remote that could not be read."""
