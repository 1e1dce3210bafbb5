"""Taking back what a run, or a single change, wrote."""
