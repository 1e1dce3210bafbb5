"""Importing many clients of the remote: one review page, a run with its progress, a result for each."""
