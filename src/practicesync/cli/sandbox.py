"""A sandbox Practice Manager as a process of its own, for the demo, and the calls by which the demo acts there."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2

STOP_SECONDS = 5.0
PAGE = 500
LOGIN = "admin@sandbox.example"


class SandboxFailed(Exception):
    """The sandbox did not start, or answers with an error."""


class Sandbox:
    """A running sandbox. Everything goes through its control API or its sign-in page; no code is shared with it."""

    def __init__(self, state: Path, *, port: int, clients: int, region: str, seed: int = 1) -> None:
        self._command = [
            *(sys.executable, "-m", "xpm_sandbox.cli", "serve"),
            *("--port", str(port), "--clients", str(clients), "--region", region, "--seed", str(seed)),
            *("--state", str(state)),
        ]
        self.url = ""

    def __enter__(self) -> Self:
        """Start it and wait for its address."""
        # A session of its own: Ctrl-C reaches us alone, and we end it after the server that talks to it.
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True, start_new_session=True)  # noqa: S603 - this Python
        line = self._process.stdout.readline() if self._process.stdout else ""
        try:
            self.url = str(json.loads(line)["url"])
        except (ValueError, KeyError) as problem:
            self.stop()
            raise SandboxFailed("The sandbox Practice Manager did not start; see the message above.") from problem
        self._http = httpx2.Client(base_url=self.url, timeout=60, trust_env=False)
        return self

    def __exit__(self, _kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        """End it."""
        self._http.close()
        self.stop()

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def control(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """One call of the control API. Raises `SandboxFailed`."""
        reply = self._http.request(method, f"/control/{path}", json=body)
        if reply.status_code >= 400:
            raise SandboxFailed(f"{method} {path}: {reply.status_code} {reply.text[:200]}")
        return reply.json() if reply.content else None

    def clients(self) -> list[dict[str, Any]]:
        """Every client of the generated practice, whole and unmasked."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.control("GET", f"clients?offset={len(found)}&limit={PAGE}")
            found += page["clients"]
            if len(found) >= page["total"] or not page["clients"]:
                return found

    def client(self, remote_id: str) -> dict[str, Any]:
        """The truth about one client."""
        found: dict[str, Any] = self.control("GET", f"clients/{remote_id}")
        return found

    def edit(self, remote_id: str, **values: object) -> None:
        """Edit a client as somebody in Practice Manager would."""
        self.control("PATCH", f"clients/{remote_id}", values)

    @property
    def practice(self) -> str:
        """The name of the generated practice."""
        return str(self._organisation()["name"])

    def allow(self, address: str) -> str:
        """Sign in on the page at `address` and allow the access; returns where that leads back to."""
        choice = {"login": LOGIN, "decision": "allow", "tenant": str(self._organisation()["id"])}
        reply = self._http.post(address, data=choice)
        if reply.status_code != 302:
            raise SandboxFailed(f"The sign-in page answered with {reply.status_code}.")
        return str(reply.headers["location"])

    def _organisation(self) -> dict[str, Any]:
        found: dict[str, Any] = self.control("GET", "state")["tenants"][0]
        return found
