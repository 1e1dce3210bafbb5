"""Browsers' sessions; about people at the door, not about a practice."""

from django.contrib.sessions.backends.db import SessionStore


def forget_expired() -> None:
    """Delete the sessions that nobody can use any more."""
    SessionStore.clear_expired()
