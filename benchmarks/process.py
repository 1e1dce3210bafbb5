"""Measurements in processes of their own: nothing that was imported or cached before weighs on them."""

import json
import os
import secrets
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_STATUS = Path("/proc/self/status")
_FORGET_PEAK = "5"


def measured(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The JSON object that `python -m benchmarks.<module>` prints. Raises `CalledProcessError` where it fails."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@contextmanager
def serving(module: str, *arguments: str) -> Iterator[str]:
    """A server of `benchmarks.<module>` in its own process; its address is the first line that it prints."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def installation(folder: Path) -> dict[str, str]:
    """The environment of an installation of practicesync whose data are in `folder`, with fresh keys."""
    folder.mkdir(parents=True, exist_ok=True)
    key = urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return {
        "DJANGO_SETTINGS_MODULE": "practicesync.config.settings",
        "PRACTICESYNC_MODE": "demo",
        "PRACTICESYNC_DATA": str(folder),
        "PRACTICESYNC_DATABASE_URL": "",
        "PRACTICESYNC_SECRET_KEY": secrets.token_urlsafe(60),
        "PRACTICESYNC_ENCRYPTION_KEYS": f"bench:{key}",
        "PRACTICESYNC_PUBLIC_URL": "http://localhost:8000",
        "PRACTICESYNC_ALLOWED_HOSTS": "localhost,testserver",
        "PRACTICESYNC_XPM_SANDBOX": "http://127.0.0.1:9",
        "PRACTICESYNC_LOG_LEVEL": "WARNING",
    }


class PeakMemory:
    """How far this process's resident memory rises above what it is now, in MiB (Linux: proc(5), clear_refs)."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text(_FORGET_PEAK, encoding="ascii")
        self._idle = _kibibytes("VmRSS")

    def risen(self) -> float:
        """The highest so far, over the beginning."""
        return (_kibibytes("VmHWM") - self._idle) / 1024


def _kibibytes(name: str) -> int:
    line = next(line for line in _STATUS.read_text(encoding="ascii").splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])
