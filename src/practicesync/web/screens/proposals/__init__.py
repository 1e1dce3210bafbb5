"""Proposals: lean drafts of what the firm offers a client."""
