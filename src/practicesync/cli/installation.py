"""The installation that a command works on: its settings and its database, and what is told where they fail.

Only this module of the command line's own loads Django, so that commands on files alone start at once.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error

from practicesync.config import env_file
from practicesync.config.logs import set_up
from practicesync.core.errors import Stop

_HELP = {"-h", "--help"}


def start(words: Sequence[str], *, makes_keys: bool, service: bool) -> None:
    """Start Django on the settings of the data folder that `words` name, or of the usual one."""
    ahead = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    ahead.add_argument("--data")
    data = ahead.parse_known_args(words)[0].data
    if data:
        os.environ["PRACTICESYNC_DATA"] = data
    if makes_keys and not _HELP & set(words):
        env_file.ensure(Path(os.environ.get("PRACTICESYNC_DATA") or "var"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "practicesync.config.settings"
    django.setup()
    if not service:
        settings.LOGGING["root"]["level"] = "WARNING"
    set_up(settings.LOGGING)


@contextmanager
def trouble_told() -> Iterator[None]:
    """Raises `Stop` with a sentence where settings or database fail inside."""
    try:
        yield
    except ImproperlyConfigured as problem:
        raise Stop(str(problem), code="settings") from problem
    except Error as problem:
        raise Stop(_database_trouble(problem), code="database") from problem


def _database_trouble(problem: Error) -> str:
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"] and not Path(database["NAME"]).exists():
        return f"There is no installation in {settings.DATA} yet: run `practicesync start-practice`, or give --data."
    return f"The database does not answer as it should: {problem}"
