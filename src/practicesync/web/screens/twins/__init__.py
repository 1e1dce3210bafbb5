"""Twins: records of one side that may be one client."""
