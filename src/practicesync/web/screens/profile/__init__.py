"""A client's profile: tabs over everything that the register holds of it."""
