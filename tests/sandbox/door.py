"""One way into a sandbox for its tests: in process or over HTTP, signed in or not."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from flask import Flask
from lxml import etree

RETURN_ADDRESS = "http://localhost:5000/back"
SCOPE = "openid offline_access practicemanager"
APP = ("sandbox-app", "sandbox-secret")


class Door:
    """A caller of a sandbox. `api` and `xml` call the practice API as the connected app."""

    def __init__(self, client: httpx2.Client) -> None:
        self.http = client
        self.tenant: str = self.control("GET", "state")["tenants"][0]["id"]
        self.token = ""

    @classmethod
    def in_process(cls, app: Flask) -> "Door":
        return cls(httpx2.Client(transport=httpx2.WSGITransport(app=app), base_url="http://sandbox"))

    def connected(self, **grant: Any) -> "Door":
        """Hold a fresh grant; the same door, for chaining."""
        self.token = self.control("POST", "grants", grant)["access_token"]
        return self

    def control(self, verb: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """A control call that must succeed; gives its JSON."""
        reply = self.http.request(verb, f"/control/{path}", json=body)
        assert reply.is_success, reply.text
        return reply.json()

    def switch(self, **values: str) -> None:
        self.control("PATCH", "switches", values)

    def fault(self, kind: str, **keys: Any) -> None:
        self.control("POST", "faults", {"kind": kind, **keys})

    def api(self, verb: str, path: str, body: str = "", *, version: str = "3.1", **query: str) -> httpx2.Response:
        """A call to the practice API."""
        headers = {"Authorization": f"Bearer {self.token}", "Xero-Tenant-Id": self.tenant}
        address = f"/practicemanager/{version}/{path}"
        return self.http.request(verb, address, params=query, content=body.encode(), headers=headers)

    def xml(self, verb: str, path: str, body: str = "", *, version: str = "3.1", **query: str) -> etree._Element:
        """A call that must be answered 200 with XML; gives the root."""
        reply = self.api(verb, path, body, version=version, **query)
        assert reply.status_code == 200, reply.text
        return etree.fromstring(reply.content)

    def add_client(self, **values: Any) -> dict[str, Any]:
        """A client added as an XPM user would; gives the truth about it."""
        added: dict[str, Any] = self.control("POST", "clients", values)
        return added

    def truth(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self.control("GET", f"clients/{key}")
        return found

    def update(self, key: str, inner: str) -> etree._Element:
        return self.xml("PUT", "client.api/update", f"<Client><UUID>{key}</UUID>{inner}</Client>")

    def authorise(self, form: Mapping[str, Any], **query: str | None) -> httpx2.Response:
        """The authorise page's form, sent; a query value of None is left out."""
        asked = {
            "response_type": "code", "client_id": APP[0], "redirect_uri": RETURN_ADDRESS, "scope": SCOPE, "state": "s1",
        }  # fmt: skip
        merged = {name: value for name, value in {**asked, **query}.items() if value is not None}
        return self.http.post("/identity/connect/authorize", params=merged, data=dict(form))

    def code(self, **query: str | None) -> str:
        """A code for the first practice, as the administrator."""
        reply = self.authorise({"login": "admin@sandbox.example", "decision": "allow", "tenant": self.tenant}, **query)
        return sent_back(reply)["code"]

    def redeem(self, code: str, *, app: tuple[str, str] | None = APP, **form: str) -> httpx2.Response:
        data = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN_ADDRESS, **form}
        return self.token_call(data, app)

    def token_call(self, form: Mapping[str, str], app: tuple[str, str] | None) -> httpx2.Response:
        """A call to the token endpoint, with Basic for an app that has a secret."""
        auth = httpx2.BasicAuth(*app) if app else httpx2.USE_CLIENT_DEFAULT
        return self.http.post("/connect/token", data=dict(form), auth=auth)

    def refresh(self, token: str) -> httpx2.Response:
        return self.token_call({"grant_type": "refresh_token", "refresh_token": token}, APP)


def sent_back(reply: httpx2.Response) -> dict[str, str]:
    """What a redirect carries back to the app."""
    assert reply.status_code == 302, reply.text
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}


def refusal(root: etree._Element) -> str:
    """The text of a business error; fails when it is none."""
    assert root.findtext("Status") == "ERROR", etree.tostring(root)
    return root.findtext("ErrorDescription") or ""


def names(root: etree._Element) -> list[str]:
    """The names of the listed clients."""
    return [row.findtext("Name") or "" for row in root.iterfind("Clients/Client")]
