"""Putting Django on another database for a while: a worker in a process of its own needs one that both can reach."""

from collections.abc import Iterator
from contextlib import contextmanager

import environ
from django.core.management import call_command
from django.db import connections


@contextmanager
def using(address: str) -> Iterator[None]:
    """Let `default` be the database at this address, in all threads, with the product's tables in it."""
    before = connections.settings["default"]
    kept = connections["default"]
    connections.settings["default"] = {**before, "OPTIONS": {}, **environ.Env.db_url_config(address)}
    if address.startswith("sqlite"):
        connections.settings["default"]["OPTIONS"] = dict(before["OPTIONS"])
    connections["default"] = connections.create_connection("default")
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = kept
