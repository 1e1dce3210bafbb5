"""Durable workflows: network calls and operations in turn, never a call inside a transaction."""
