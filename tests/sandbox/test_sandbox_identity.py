"""The life of a sign-in: consent, code, tokens, rotation, expiry, revocation, connections."""

import base64
import hashlib
import json

import pytest

from sandbox.door import APP, RETURN_ADDRESS, Door, sent_back

_ADMIN = "admin@sandbox.example"
_VERIFIER = "a-verifier-of-forty-three-characters-or-more-0"
_CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(_VERIFIER.encode()).digest()).decode().rstrip("=")


def _claims(token: str) -> dict[str, object]:
    part = token.split(".")[1]
    loaded: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return loaded


def test_consent_leads_back_with_a_code_that_buys_tokens_once(door: Door) -> None:
    reply = door.authorise({"login": _ADMIN, "decision": "allow", "tenant": door.tenant})
    back = sent_back(reply)
    assert back["state"] == "s1"
    tokens = door.redeem(back["code"])
    assert tokens.status_code == 200
    assert set(tokens.json()) >= {"access_token", "refresh_token", "id_token", "scope"}
    assert (tokens.json()["expires_in"], tokens.json()["token_type"]) == (1800, "Bearer")
    assert _claims(tokens.json()["access_token"])["client_id"] == "sandbox-app"
    again = door.redeem(back["code"])
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


def test_refusing_consent_leads_back_with_access_denied(door: Door) -> None:
    assert sent_back(door.authorise({"login": _ADMIN, "decision": "deny"})) == {"error": "access_denied", "state": "s1"}


def test_a_code_dies_after_five_minutes(door: Door) -> None:
    early, late = door.code(), door.code()
    door.control("POST", "clock", {"advance": 299})
    assert door.redeem(early).status_code == 200
    door.control("POST", "clock", {"advance": 2})
    assert door.redeem(late).json() == {"error": "invalid_grant"}


def test_pkce_needs_the_verifier_that_fits(door: Door) -> None:
    app = {"client_id": "sandbox-pkce", "code_challenge": _CHALLENGE, "code_challenge_method": "S256"}
    wrong = door.redeem(door.code(**app), app=None, client_id="sandbox-pkce", code_verifier="x" * 43)
    assert wrong.json() == {"error": "invalid_grant"}
    right = door.redeem(door.code(**app), app=None, client_id="sandbox-pkce", code_verifier=_VERIFIER)
    assert right.status_code == 200


def test_a_code_is_only_for_the_app_that_asked(door: Door) -> None:
    door.control("POST", "apps", {"client_id": "other", "secret": "s", "loopback": True})
    assert door.redeem(door.code(), app=("other", "s")).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"client_id": "nobody"}, "Unknown client"),
        ({"redirect_uri": "http://evil.example/back"}, "Invalid redirect_uri"),
        ({"redirect_uri": "https://localhost/back"}, "Invalid redirect_uri"),
        ({"scope": "everything"}, "Invalid scope"),
        ({"response_type": "token"}, "response_type"),
        ({"client_id": "sandbox-pkce"}, "code challenge required"),
        ({"code_challenge": _CHALLENGE, "code_challenge_method": "plain"}, "transform algorithm"),
    ],
)
def test_a_bad_request_gets_an_error_page_and_no_way_back(door: Door, query: dict[str, str], reason: str) -> None:
    reply = door.authorise({"login": _ADMIN, "decision": "allow", "tenant": door.tenant}, **query)
    assert reply.status_code == 500
    assert "location" not in reply.headers
    assert reason in reply.text


def test_a_registered_address_must_match_to_the_letter(door: Door) -> None:
    door.control("POST", "apps", {"client_id": "live", "secret": "s", "redirect_uris": ["https://firm.example/back"]})
    exact = door.authorise({"login": _ADMIN}, client_id="live", redirect_uri="https://firm.example/back")
    longer = door.authorise({"login": _ADMIN}, client_id="live", redirect_uri="https://firm.example/back/")
    assert (exact.status_code, longer.status_code) == (200, 500)


def test_somebody_without_the_privilege_is_told_so_and_can_only_go_back(door: Door) -> None:
    form = {"login": "staff@sandbox.example", "decision": "allow", "tenant": door.tenant}
    reply = door.authorise(form)
    assert reply.status_code == 200
    assert "You don't have access to connect any Xero Practice Manager accounts" in reply.text
    assert sent_back(door.authorise({**form, "decision": "deny"}))["error"] == "access_denied"


def test_a_login_without_a_practice_manager_is_told_so(door: Door) -> None:
    assert "No Practice Manager to connect" in door.authorise({"login": "none@sandbox.example"}).text


def test_one_grant_may_carry_several_connections_and_the_organisation_comes_first(door: Door) -> None:
    tenants = next(
        person["tenants"] for person in door.control("GET", "state")["people"] if person["login"].startswith("multi")
    )
    reply = door.authorise({"login": "multi@sandbox.example", "decision": "allow", "tenant": tenants})
    door.token = door.redeem(sent_back(reply)["code"]).json()["access_token"]
    kinds = [each["tenantType"] for each in _connections(door)]
    assert kinds == ["ORGANISATION", "PRACTICEMANAGER", "PRACTICEMANAGER"]
    assert door.api("GET", "staff.api/list").status_code == 200
    door.tenant = tenants[0]
    assert door.api("GET", "staff.api/list").status_code == 403


def _connections(door: Door) -> list[dict[str, str]]:
    reply = door.http.get("/connections", headers={"Authorization": f"Bearer {door.token}"})
    connections: list[dict[str, str]] = reply.json()
    return connections


def test_a_connection_can_be_ended_once_and_then_the_tenant_is_closed(door: Door) -> None:
    connection = _connections(door)[0]
    assert set(connection) == {
        "id", "authEventId", "tenantId", "tenantType", "tenantName", "createdDateUtc", "updatedDateUtc",
    }  # fmt: skip
    authorised = {"Authorization": f"Bearer {door.token}"}
    gone = door.http.delete(f"/connections/{connection['id']}", headers=authorised)
    again = door.http.delete(f"/connections/{connection['id']}", headers=authorised)
    assert (gone.status_code, again.status_code) == (204, 404)
    assert door.api("GET", "staff.api/list").status_code == 403


def test_a_refresh_token_rotates_and_the_previous_lives_thirty_minutes(door: Door) -> None:
    first = door.redeem(door.code()).json()["refresh_token"]
    second = door.refresh(first).json()["refresh_token"]
    assert second != first
    door.control("POST", "clock", {"advance": 29 * 60})
    assert door.refresh(first).status_code == 200, "a lost reply may be asked for again"
    door.control("POST", "clock", {"advance": 2 * 60})
    assert door.refresh(first).json() == {"error": "invalid_grant"}
    assert door.refresh(second).status_code == 200


def test_an_unused_refresh_token_dies_after_sixty_days(door: Door) -> None:
    kept, lost = (door.redeem(door.code()).json()["refresh_token"] for _ in range(2))
    door.control("POST", "clock", {"advance": 60 * 86400 - 60})
    assert door.refresh(kept).status_code == 200
    door.control("POST", "clock", {"advance": 120})
    assert door.refresh(lost).json() == {"error": "invalid_grant"}


def test_without_offline_access_there_is_no_refresh_token(door: Door) -> None:
    assert "refresh_token" not in door.redeem(door.code(scope="practicemanager.client")).json()


@pytest.mark.parametrize(
    ("form", "app", "error"),
    [
        ({"grant_type": "password"}, APP, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, ("sandbox-app", "guess"), "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, ("nobody", "x"), "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "client_id": "sandbox-app"}, None, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, APP, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "x", "redirect_uri": RETURN_ADDRESS}, APP, "invalid_grant"),
    ],
)
def test_the_token_endpoint_names_what_is_wrong(
    door: Door, form: dict[str, str], app: tuple[str, str] | None, error: str
) -> None:
    reply = door.token_call(form, app)
    assert (reply.status_code, reply.json()) == (400, {"error": error})


def test_revoking_ends_tokens_and_connections(door: Door) -> None:
    tokens = door.redeem(door.code()).json()
    door.token = tokens["access_token"]
    assert door.api("GET", "staff.api/list").status_code == 200
    revoked = door.http.post("/connect/revocation", data={"token": tokens["refresh_token"]}, auth=APP)
    assert revoked.status_code == 200
    assert door.api("GET", "staff.api/list").status_code == 401
    assert door.refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}
    assert _connections(door.connected()) != [], "a new consent connects again"


def test_an_expired_token_says_when_it_expired(door: Door) -> None:
    door.control("POST", "clock", {"advance": 1801})
    reply = door.api("GET", "staff.api/list")
    assert reply.status_code == 401
    assert reply.json()["Detail"] == "TokenExpired: token expired at 02/02/2026 09:30:00"


def test_withdrawing_the_privilege_closes_the_tenant_until_it_is_given_back(door: Door) -> None:
    door.control("PATCH", f"people/{_ADMIN}", {"may_connect": False})
    assert door.api("GET", "staff.api/list").status_code == 403
    door.control("PATCH", f"people/{_ADMIN}", {"may_connect": True})
    assert door.api("GET", "staff.api/list").status_code == 200


@pytest.mark.parametrize(
    ("scope", "verb", "path", "status"),
    [
        ("practicemanager.client.read", "GET", "client.api/list", 200),
        ("practicemanager.client.read", "GET", "staff.api/list", 401),
        ("practicemanager.client.read", "POST", "client.api/add", 401),
        ("practicemanager.client", "POST", "client.api/add", 200),
        ("practicemanager.read", "POST", "client.api/add", 401),
        ("practicemanager", "POST", "client.api/add", 200),
    ],
)
def test_a_scope_opens_its_part_and_no_more(door: Door, scope: str, verb: str, path: str, status: int) -> None:
    reply = door.connected(scope=scope).api(
        verb, path, "<Client><Name>Scoped</Name></Client>" if verb == "POST" else ""
    )
    assert reply.status_code == status
    if status == 401:
        assert reply.json()["Detail"] == "AuthorizationUnsuccessful"
        assert "insufficient_scope" in reply.headers["www-authenticate"]


def test_discovery_and_user_info_lead_to_this_sandbox(door: Door) -> None:
    found = door.http.get("/.well-known/openid-configuration").json()
    assert found["token_endpoint"] == "http://sandbox/connect/token"
    person = door.http.get("/connect/userinfo", headers={"Authorization": f"Bearer {door.token}"}).json()
    assert person["email"] == _ADMIN
