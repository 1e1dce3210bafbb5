"""The remote systems of this installation, made once a process from the settings.

The sandbox is only another set of addresses. Tests bring an HTTP client of their own, which may reach a sandbox in the
same process.
"""

from dataclasses import dataclass

import httpx2
from django.conf import settings

from practicesync.connectors.base import Connector, Identity
from practicesync.connectors.registry import CONNECTORS
from practicesync.connectors.transport import Transport
from practicesync.connectors.xpm import XpmIdentity, XpmSettings
from practicesync.core.errors import Stop


@dataclass(frozen=True, slots=True)
class Remote:
    """One remote system: what reads and writes it, and where people sign in."""

    connector: Connector
    identity: Identity


class _Made:
    """What this process has made, and the HTTP client that a test brought."""

    remotes: dict[str, Remote] = {}
    client: httpx2.Client | None = None


def remote(name: str) -> Remote:
    """The remote system of this name. Raises `Stop` where there is none."""
    if name not in CONNECTORS:
        raise Stop(f"There is no connector called {name}.")
    if name not in _Made.remotes:
        addresses = xpm_settings()
        transport = Transport(addresses.server_urls, _Made.client)
        _Made.remotes[name] = Remote(CONNECTORS[name](addresses, transport), XpmIdentity(addresses, transport))
    return _Made.remotes[name]


def install(client: httpx2.Client | None) -> None:
    """Use this HTTP client from now on; None goes back to the network."""
    _Made.client = client
    _Made.remotes.clear()


def xpm_settings() -> XpmSettings:
    """Where XPM is, and as which app we go there."""
    told = settings.XPM
    scopes = tuple(told["scopes"].split())
    if told["sandbox"]:
        return XpmSettings.sandbox(
            told["sandbox"],
            told["redirect_uri"],
            client_id=told["client_id"] or "sandbox-pkce",
            client_secret=told["client_secret"],
            scopes=scopes,
        )
    return XpmSettings.xero(told["client_id"], told["client_secret"], told["redirect_uri"], scopes)
