"""Bringing the database's tables up to date: the product's, the cache's and the engine's."""

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, connections

from practicesync.flows import engine
from practicesync.queries.installation import pending_migrations


def bring_up_to_date() -> None:
    """Make or migrate every table. Doing it twice is fine."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    engine.prepare()
    connections.close_all()


def prepare_or_refuse(*, migrate: bool) -> None:
    """Bring SQLite up to date by itself, PostgreSQL only when asked: other machines may still run the old program.

    Raises `ImproperlyConfigured` where tables are not up to date.
    """
    if migrate or connection.vendor == "sqlite":
        bring_up_to_date()
        return
    pending = pending_migrations()
    connections.close_all()
    if pending:
        raise ImproperlyConfigured(f"The database is not up to date ({', '.join(pending)}). Start once with --migrate.")
