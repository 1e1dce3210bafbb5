"""Where an XPM is, and as which app we go there. The sandbox is only another set of addresses."""

from dataclasses import dataclass, fields
from typing import Self

from typing_extensions import override

from practicesync.connectors.oauth import App
from practicesync.connectors.transport import origin

XERO_SCOPES = ("offline_access", "practicemanager.client", "practicemanager.staff.read")
XERO_HOSTS = frozenset({"login.xero.com", "identity.xero.com", "api.xero.com"})
_ADDRESSES = ("redirect_uri", "authorise_url", "token_url", "revoke_url", "api_base", "connections_url")


@dataclass(frozen=True, slots=True)
class XpmSettings:
    """The app's registration and the addresses. `client_secret` is empty for an app that proves itself by PKCE alone.

    Raises `ValueError` on an address that is neither https nor on this very machine.
    """

    client_id: str
    client_secret: str
    redirect_uri: str
    scopes: tuple[str, ...]
    authorise_url: str
    token_url: str
    revoke_url: str
    api_base: str
    connections_url: str

    def __post_init__(self) -> None:
        for name in _ADDRESSES:
            origin(getattr(self, name))

    @override
    def __repr__(self) -> str:
        told = (f"{row.name}={getattr(self, row.name)!r}" for row in fields(self) if row.name != "client_secret")
        return f"{type(self).__name__}({', '.join(told)})"

    @classmethod
    def xero(cls, client_id: str, client_secret: str, redirect_uri: str, scopes: tuple[str, ...] = XERO_SCOPES) -> Self:
        """The real one (Xero developer documentation, OAuth 2.0 authorization flow; Practice Manager API 3.1)."""
        return cls(
            client_id,
            client_secret,
            redirect_uri,
            scopes,
            authorise_url="https://login.xero.com/identity/connect/authorize",
            token_url="https://identity.xero.com/connect/token",  # noqa: S106 - an address
            revoke_url="https://identity.xero.com/connect/revocation",
            api_base="https://api.xero.com/practicemanager/3.1/",
            connections_url="https://api.xero.com/connections",
        )

    @classmethod
    def sandbox(
        cls,
        base_url: str,
        redirect_uri: str,
        client_id: str = "sandbox-pkce",
        client_secret: str = "",
        scopes: tuple[str, ...] = XERO_SCOPES,
    ) -> Self:
        """A sandbox, which serves all of Xero's hosts at one address."""
        base = base_url.rstrip("/")
        return cls(
            client_id,
            client_secret,
            redirect_uri,
            scopes,
            authorise_url=f"{base}/identity/connect/authorize",
            token_url=f"{base}/connect/token",
            revoke_url=f"{base}/connect/revocation",
            api_base=f"{base}/practicemanager/3.1/",
            connections_url=f"{base}/connections",
        )

    @property
    def is_sandbox(self) -> bool:
        """Whether any of the places that get a token is not Xero's own."""
        theirs = {f"https://{host}:443" for host in XERO_HOSTS}
        return not {origin(url) for url in self.server_urls} <= theirs

    @property
    def server_urls(self) -> tuple[str, ...]:
        """The addresses that calls go to."""
        return (self.authorise_url, self.token_url, self.revoke_url, self.api_base, self.connections_url)

    @property
    def app(self) -> App:
        """The app for OAuth."""
        return App(
            self.client_id,
            self.client_secret,
            self.redirect_uri,
            self.scopes,
            self.authorise_url,
            self.token_url,
            self.revoke_url,
        )
