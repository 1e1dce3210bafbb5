"""The environment, read once, each variable with its help text; the reference page is made from this table."""

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: its name without the prefix, its default, and what it does."""

    name: str
    default: str
    help: str
    secret: bool = False


PREFIX = "PRACTICESYNC_"

VARIABLES: tuple[Variable, ...] = (
    Variable(
        "MODE", "live", "`live` talks to Xero and refuses a sandbox; `demo` talks to the sandbox and refuses Xero."
    ),
    Variable("DATA", "var", "Folder of the SQLite files and of `practicesync.env`, which is read if it is there."),
    Variable("DATABASE_URL", "", "`postgres://user:password@host/name`; empty means SQLite in the data folder.", True),
    Variable("SECRET_KEY", "", "Signs sessions and forms: at least 50 random characters.", True),
    Variable(
        "ENCRYPTION_KEYS",
        "",
        "`id:key` pairs, comma-separated, each key 32 random bytes in URL-safe base64. The first encrypts; the others "
        "open what they once sealed.",
        True,
    ),
    Variable("PUBLIC_URL", "http://localhost:8000", "The address at which people open practicesync."),
    Variable(
        "ALLOWED_HOSTS", "", "Host names to answer to, comma-separated; empty means the host of the public address."
    ),
    Variable("XPM_CLIENT_ID", "", "The client id of your Xero app."),
    Variable("XPM_CLIENT_SECRET", "", "Its secret; empty for a PKCE app.", True),
    Variable("XPM_REDIRECT_URI", "", "Its redirect address; empty means the public address + /connect/xpm/return/."),
    Variable(
        "XPM_SCOPES",
        "offline_access practicemanager.client practicemanager.staff.read",
        "The scopes to ask for, separated by spaces.",
    ),
    Variable("XPM_SANDBOX", "", "Base address of a sandbox, in demo mode only."),
    Variable("XPM_DAY_LIMIT", "5000", "API calls a day that your Xero app may make per organisation."),
    Variable(
        "REFRESH_EVERY",
        "15",
        "Minutes after which client sync reads again what changed in Xero Practice Manager.",
    ),
    Variable("SWEEP_EVERY", "24", "Hours after which it reads everything, to find what is gone."),
    Variable("LOG_LEVEL", "INFO", "The lowest level that is logged."),
)


class Environment:
    """Typed access to the variables of the table. Raises `ImproperlyConfigured` naming the variable at fault."""

    def __init__(self) -> None:
        self._known = {variable.name: variable for variable in VARIABLES}
        self._env = environ.Env()
        file = Path(self.text("DATA")) / "practicesync.env"
        if file.is_file():
            environ.Env.read_env(str(file))

    def text(self, name: str) -> str:
        """The variable, or its default. `<NAME>_FILE` may name a file that holds a secret."""
        variable = self._known[name]
        file = os.environ.get(f"{PREFIX}{name}_FILE", "")
        if variable.secret and file:
            try:
                return Path(file).read_text(encoding="utf-8").strip()
            except OSError as problem:
                raise ImproperlyConfigured(f"{PREFIX}{name}_FILE cannot be read: {problem.strerror}.") from problem
        return str(self._env.str(f"{PREFIX}{name}", default=variable.default))

    def number(self, name: str) -> int:
        """The variable as a whole number above nought."""
        text = self.text(name)
        if not text.isdecimal() or int(text) < 1:
            raise ImproperlyConfigured(f"{PREFIX}{name} must be a whole number above nought, not {text!r}.")
        return int(text)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """The variable as one of these words."""
        text = self.text(name)
        if text not in choices:
            raise ImproperlyConfigured(f"{PREFIX}{name} must be one of {', '.join(choices)}, not {text!r}.")
        return text

    def database(self, name: str) -> dict[str, Any]:
        """The variable as Django's settings of a PostgreSQL database; empty where it is not set."""
        address = self.text(name)
        if address and urlsplit(address).scheme not in ("postgres", "postgresql"):
            raise ImproperlyConfigured(
                f"{PREFIX}{name} must be postgres://user:password@host/name, or empty for SQLite."
            )
        return dict(environ.Env.db_url_config(address)) if address else {}

    def keys(self, name: str) -> dict[str, bytes]:
        """The variable as encryption keys by id, in order."""
        result: dict[str, bytes] = {}
        for pair in filter(None, (part.strip() for part in self.text(name).split(","))):
            key_id, _, encoded = pair.partition(":")
            try:
                key = base64.urlsafe_b64decode(encoded)
            except (binascii.Error, ValueError):
                key = b""
            if not key_id or len(key) != 32:
                raise ImproperlyConfigured(f"{PREFIX}{name}: each key is id:base64 of 32 bytes.")
            result[key_id] = key
        return result
