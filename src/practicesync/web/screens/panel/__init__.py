"""The client panel."""
