"""Checks of an installation's settings: what must not start, and what a person should know.

Django's check framework runs them, so that `manage check` and `doctor` say the same. Each has an id and a remedy.
"""

import re
import sqlite3
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register
from django.core.exceptions import ImproperlyConfigured

from practicesync.config import env_file

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
XERO = ("xero.com",)
SECRET_LENGTH = 50
SECRET_VARIETY = 5
FIXED_SQLITE = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
"""The releases that mend the WAL-reset bug (sqlite.org, Write-Ahead Logging), the first two being backports."""

TAG = "practicesync"


def findings() -> list[CheckMessage]:
    """What the checks of this module find, the gravest first."""
    return sorted(checks.run_checks(tags=[TAG]), key=lambda found: (-found.level, str(found.id)))


def require_sound_settings() -> None:
    """Raises `ImproperlyConfigured`, naming each setting at fault, where the program must not start."""
    grave = [f"{found.msg} {found.hint} ({found.id})" for found in findings() if found.level >= checks.ERROR]
    if grave:
        raise ImproperlyConfigured("\n".join(grave))


def _error(number: int, sentence: str, hint: str) -> list[CheckMessage]:
    return [checks.Error(sentence, hint=hint, id=f"practicesync.E{number:03}")]


def _warning(number: int, sentence: str, hint: str) -> list[CheckMessage]:
    return [checks.Warning(sentence, hint=hint, id=f"practicesync.W{number:03}")]


@register(TAG)
def no_sandbox_in_live_mode(**_: Any) -> Sequence[CheckMessage]:
    """A live installation talks to Xero alone."""
    if settings.MODE != "live" or not settings.XPM["sandbox"]:
        return []
    return _error(
        1,
        "A live installation refuses a sandbox address.",
        "Take PRACTICESYNC_XPM_SANDBOX away, or set PRACTICESYNC_MODE=demo.",
    )


@register(TAG)
def no_xero_in_a_demo(**_: Any) -> Sequence[CheckMessage]:
    """A demo talks to a sandbox alone, so that invented data never meets a real firm's."""
    if settings.MODE != "demo":
        return []
    address = urlsplit(settings.XPM["sandbox"])
    if address.scheme in ("http", "https") and address.hostname and not _is_xero(address.hostname):
        return []
    return _error(
        2,
        "A demo needs the address of a sandbox, and refuses Xero's.",
        "Set PRACTICESYNC_XPM_SANDBOX to the address that `xpm-sandbox serve` prints, or start `practicesync demo`.",
    )


@register(TAG)
def secret_key_is_strong(**_: Any) -> Sequence[CheckMessage]:
    """Whoever knows the key can make a session of anybody's."""
    key = settings.SECRET_KEY
    weak = len(key) < SECRET_LENGTH or len(set(key)) < SECRET_VARIETY or key.startswith("django-insecure-")
    return (
        _error(
            3,
            "PRACTICESYNC_SECRET_KEY is missing or weak.",
            "Set 50 random characters or more; `practicesync serve` makes them in a fresh data folder.",
        )
        if weak
        else []
    )


@register(TAG)
def encryption_keys_are_there(**_: Any) -> Sequence[CheckMessage]:
    """Tokens and tax numbers are never stored in the clear."""
    keys = settings.ENCRYPTION_KEYS
    if keys and all(len(set(key)) >= SECRET_VARIETY for key in keys.values()):
        return []
    return _error(
        4,
        "PRACTICESYNC_ENCRYPTION_KEYS is missing or weak.",
        "Set id:key, the key being 32 random bytes in URL-safe base64; keep a copy apart from the database's backups.",
    )


@register(TAG)
def public_address_is_encrypted(**_: Any) -> Sequence[CheckMessage]:
    """Passwords and clients' data do not travel in the clear."""
    address = urlsplit(settings.PUBLIC_URL)
    if address.scheme == "https" and address.hostname:
        return []
    if address.scheme == "http" and address.hostname in LOOPBACK:
        return []
    return _error(
        5,
        "PRACTICESYNC_PUBLIC_URL must begin with https://, save on this machine itself.",
        "Put a reverse proxy with a certificate in front, and set its address.",
    )


@register(TAG)
def hosts_are_named(**_: Any) -> Sequence[CheckMessage]:
    """A wildcard lets anybody choose the host that links are made of."""
    wild = [host for host in settings.ALLOWED_HOSTS if "*" in host or host.startswith(".")]
    return (
        _error(
            6,
            "PRACTICESYNC_ALLOWED_HOSTS holds a wildcard.",
            "Name each host; empty means the host of the public address.",
        )
        if wild
        else []
    )


@register(TAG)
def secrets_are_private(**_: Any) -> Sequence[CheckMessage]:
    """The files that hold keys or data are for the program's user alone."""
    data = Path(settings.DATA)
    # Into a folder that is closed to others nobody can reach; keys are closed all the same, since they get copied.
    names = [env_file.NAME]
    if _is_open_to_others(data):
        names += ["practicesync.sqlite3", "practicesync-engine.sqlite3"]
    found: list[CheckMessage] = []
    for name in names:
        if _is_open_to_others(data / name):
            found += _error(7, f"Others on this machine can read {name}.", f"Run: chmod 600 {data / name}")
    return found


@register(TAG)
def debugging_is_off(**_: Any) -> Sequence[CheckMessage]:
    """Error pages of a debugging server show settings and values."""
    return _error(8, "Debugging is on.", "Take DEBUG out of the settings.") if settings.DEBUG else []


@register(TAG)
def xero_app_is_registered(**_: Any) -> Sequence[CheckMessage]:
    """Without an app nobody can connect; everything else works."""
    if settings.MODE != "live" or settings.XPM["client_id"]:
        return []
    return _warning(
        1,
        "PRACTICESYNC_XPM_CLIENT_ID is not set, so nobody can connect to Xero Practice Manager yet.",
        "Register an app at Xero, then set its client id, and its secret unless it is a PKCE app.",
    )


@register(TAG)
def sqlite_is_mended(**_: Any) -> Sequence[CheckMessage]:
    """SQLite from 3.7.0 to 3.51.2 can damage a WAL database where a checkpoint meets a commit, however rarely."""
    on_sqlite = "sqlite" in settings.DATABASES["default"]["ENGINE"]
    if not on_sqlite or is_mended(sqlite3.sqlite_version_info):
        return []
    return _warning(
        2,
        f"This Python uses SQLite {sqlite3.sqlite_version}, which can in rare cases damage a database.",
        "Use a Python with SQLite 3.51.3 or newer, or PostgreSQL (PRACTICESYNC_DATABASE_URL); and keep backups.",
    )


def is_mended(version: tuple[int, ...]) -> bool:
    """Whether this SQLite release is without the WAL-reset bug."""
    backported = any(version[:2] == fixed[:2] and version >= fixed for fixed in FIXED_SQLITE)
    return backported or version >= FIXED_SQLITE[-1]


def _is_xero(host: str) -> bool:
    return re.search(rf"(^|\.)({'|'.join(map(re.escape, XERO))})$", host, re.IGNORECASE) is not None


def _is_open_to_others(path: Path) -> bool:
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))
    except OSError:
        return False
