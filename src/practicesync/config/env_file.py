"""The file `practicesync.env` in the data folder: made on the first start, with keys of its own."""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from practicesync.config.env import PREFIX

NAME = "practicesync.env"
HEAD = """\
# The settings of this installation. Whoever reads this file can read what is stored: keep it private (mode 600), and
# keep a copy apart from the backups of the database, which cannot be opened without it.
"""


def ensure(data: Path, settings: Mapping[str, str] | None = None) -> bool:
    """Make the data folder, private, and in it the file with fresh keys and these settings, where there is none.

    Tells whether it was made. What the process's own environment sets is not written.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = data / NAME
    if file.exists():
        return False
    wanted = {"SECRET_KEY": secrets.token_urlsafe(64), "ENCRYPTION_KEYS": _new_key(), **(settings or {})}
    lines = [f"{PREFIX}{name}={value}\n" for name, value in wanted.items() if not _is_set(name)]
    beside = file.with_suffix(f".{secrets.token_hex(4)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
        new.write(HEAD + "".join(lines))
    try:
        # Linked, not renamed: of two first starts at once one wins, and its keys stay.
        os.link(beside, file)
    except FileExistsError:
        return False
    finally:
        beside.unlink()
    return True


def _new_key() -> str:
    key_id = secrets.token_hex(3)
    return f"{key_id}:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"


def _is_set(name: str) -> bool:
    return any(os.environ.get(f"{PREFIX}{name}{suffix}") for suffix in ("", "_FILE"))
