"""A client of Practice Manager as a stranger would write it: Python alone, no code of this repository, one address.

    python stranger.py http://127.0.0.1:8899

It does what Xero's own sample does (XeroAPI/xeropracticemanager-dotnetcore-oauth2-sample on GitHub): discovery, sign-in
with a verified identity token, connections, the practices among them, their clients; then it reads, adds and updates a
client, a contact, a job and one of the staff. It prints each step's outcome as one JSON object.
"""

import base64
import hashlib
import json
import re
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET
from typing import Any

APP, SECRET = "sandbox-app", "sandbox-secret"
BACK = "http://localhost:5000/signin-oidc"
SCOPE = "openid profile email offline_access practicemanager"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def ask(address: str, form: Any = None, *, method: str | None = None, **headers: str) -> tuple[int, Any, bytes]:
    data = urllib.parse.urlencode(form, doseq=True).encode() if isinstance(form, dict) else form
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(address, data, sent, method=method)  # noqa: S310  (the address is the caller's)
    try:
        with OPENER.open(request, timeout=30) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign_in(places: dict[str, Any]) -> dict[str, Any]:
    """Sign in as a person in a browser would, and redeem the code with a verifier."""
    verifier, state, nonce = (secrets.token_urlsafe(48) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = urllib.parse.urlencode({
        "response_type": "code", "client_id": APP, "redirect_uri": BACK, "scope": SCOPE, "state": state,
        "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
    })  # fmt: skip
    page = f"{places['authorization_endpoint']}?{query}"
    login = re.findall(r'name="login" value="([^"]+)"', ask(page)[2].decode())[0]
    consent = ask(page, {"login": login})[2].decode()
    tenants = re.findall(r'name="tenant" value="([^"]+)"', consent)
    status, headers, _ = ask(page, {"login": login, "decision": "allow", "tenant": tenants})
    assert status == 302, status
    back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(headers["Location"]).query))
    assert back["state"] == state
    form = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": BACK, "code_verifier": verifier}
    basic = base64.b64encode(f"{APP}:{SECRET}".encode()).decode()
    tokens: dict[str, Any] = json.loads(ask(places["token_endpoint"], form, Authorization=f"Basic {basic}")[2])
    assert identity(tokens["id_token"], places)["nonce"] == nonce
    return tokens


def identity(token: str, places: dict[str, Any]) -> dict[str, Any]:
    """The claims of an identity token, verified by the published keys."""
    header, claims, signature = token.split(".")
    keys = json.loads(ask(places["jwks_uri"])[2])["keys"]
    key = next(each for each in keys if each["kid"] == json.loads(unpadded(header))["kid"])
    modulus, exponent = (int.from_bytes(unpadded(key[name])) for name in ("n", "e"))
    size = (modulus.bit_length() + 7) // 8
    opened = pow(int.from_bytes(unpadded(signature)), exponent, modulus).to_bytes(size)
    digest = hashlib.sha256(f"{header}.{claims}".encode()).digest()
    # The prefix is RFC 8017's for SHA-256.
    wanted = bytes.fromhex("3031300d060960864801650304020105000420") + digest
    assert opened == b"\x00\x01" + b"\xff" * (size - len(wanted) - 3) + b"\x00" + wanted
    found: dict[str, Any] = json.loads(unpadded(claims))
    assert (found["iss"], found["aud"]) == (places["issuer"], APP)
    return found


class Practice:
    def __init__(self, api: str, token: str, tenant: str) -> None:
        self.api = api
        self.headers = {"Authorization": f"Bearer {token}", "Xero-Tenant-Id": tenant}

    def call(self, method: str, path: str, body: str = "") -> ET.Element:
        status, _, text = ask(f"{self.api}/{path}", body.encode() or None, method=method, **self.headers)
        assert status == 200, (path, status, text)
        root = ET.fromstring(text)  # noqa: S314  (nothing but Python)
        assert root.findtext("Status") == "OK", (path, text)
        return root

    def one(self, method: str, path: str, body: str, key: str) -> str:
        return self.call(method, path, body).findtext(key) or ""


def clients(practice: Practice) -> dict[str, Any]:
    rows = practice.call("GET", "client.api/list").findall("Clients/Client")
    name = practice.one("GET", f"client.api/get/{rows[0].findtext('UUID')}", "", "Client/Name")
    key = practice.one("POST", "client.api/add", "<Client><Name>Stranger &amp; Co</Name></Client>", "Client/UUID")
    update = f"<Client><UUID>{key}</UUID><Name>Stranger Ltd</Name><Phone>09 555 0101</Phone></Client>"
    phone = practice.one("PUT", "client.api/update", update, "Client/Phone")
    return {"listed": len(rows), "read": name, "added": key, "phone": phone}


def contact(practice: Practice, client: str) -> dict[str, Any]:
    body = f"<Contact><Client><UUID>{client}</UUID></Client><Name>Ann</Name><Email>ann@example.com</Email></Contact>"
    key = practice.one("POST", "client.api/contact", body, "Contact/UUID")
    changed = "<Contact><Name>Anna</Name></Contact>"
    practice.call("PUT", f"client.api/contact/{key}?clientUuid={client}", changed)
    return {"read": practice.one("GET", f"client.api/contact/{key}?clientUuid={client}", "", "Contact/Name")}


def job(practice: Practice, client: str) -> dict[str, Any]:
    days = "<StartDate>20260101</StartDate><DueDate>20260331</DueDate>"
    body = f"<Job><Name>Return</Name><ClientUUID>{client}</ClientUUID>{days}</Job>"
    number = practice.one("POST", "job.api/add", body, "Job/ID")
    practice.call("PUT", "job.api/update", f"<Job><ID>{number}</ID><Name>Tax return</Name></Job>")
    current = practice.call("GET", "job.api/current").findall("Jobs/Job")
    name = practice.one("GET", f"job.api/get/{number}", "", "Job/Name")
    return {"read": name, "current": number in [row.findtext("ID") for row in current]}


def staff(practice: Practice) -> dict[str, Any]:
    key = practice.one("POST", "staff.api/add", "<Staff><Name>Sam Stranger</Name></Staff>", "Staff/UUID")
    practice.call("PUT", "staff.api/update", f"<Staff><UUID>{key}</UUID><Phone>021 555 010</Phone></Staff>")
    listed = [row.findtext("Name") for row in practice.call("GET", "staff.api/list").findall("StaffList/Staff")]
    return {"listed": "Sam Stranger" in listed, "read": practice.one("GET", f"staff.api/get/{key}", "", "Staff/Phone")}


def main(base: str) -> None:
    places = json.loads(ask(f"{base}/.well-known/openid-configuration")[2])
    tokens = sign_in(places)
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    connected = json.loads(ask(f"{base}/connections", **bearer)[2])
    practices = [each for each in connected if each["tenantType"] == "PRACTICEMANAGER"]
    practice = Practice(f"{base}/practicemanager/3.1", tokens["access_token"], practices[0]["tenantId"])
    done = {"clients": clients(practice)}
    key = done["clients"]["added"]
    done |= {"contact": contact(practice, key), "job": job(practice, key), "staff": staff(practice)}
    ended = ask(f"{base}/connections/{practices[0]['id']}", method="DELETE", **bearer)[0]
    sys.stdout.write(json.dumps({"practices": len(practices), **done, "disconnected": ended}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
