"""Signing in at the sandbox as at Xero."""

import pytest

from connectors.doors import Door, error_of, open_door
from practicesync.connectors.transport import Transport
from practicesync.connectors.xpm import XpmIdentity, XpmSettings
from practicesync.core.errors import NotPermitted, Reconnect, Throttled, Unavailable


@pytest.mark.parametrize("secret", [True, False], ids=["confidential", "public"])
def test_a_person_signs_in_and_the_grant_is_renewed_and_ended(secret: bool) -> None:
    with open_door(over_http=True, secret=secret) as door:
        back = door.sign_in()
        grant = door.identity.redeem(back["code"], back["verifier"])
        assert grant.expires_in == 1800
        found = door.identity.organisations(grant.access_token)
        assert [organisation.fits for organisation in found] == [True]
        renewed = door.identity.renew(grant.refresh_token)
        assert renewed.refresh_token != grant.refresh_token
        assert door.identity.organisations(renewed.access_token) == found
        door.identity.revoke(renewed.refresh_token)
        assert isinstance(error_of(door.identity.renew, renewed.refresh_token), Reconnect)
        door.identity.revoke(renewed.refresh_token)


def test_every_sign_in_has_its_own_state_verifier_and_challenge(door: Door) -> None:
    first, second = door.identity.leave(), door.identity.leave()
    assert len({first.state, second.state, first.verifier, second.verifier, first.url, second.url}) == 6
    assert len(first.state) >= 43
    assert len(first.verifier) >= 43
    assert first.verifier not in first.url
    assert "code_challenge_method=S256" in first.url


def test_a_code_works_once(door: Door) -> None:
    back = door.sign_in()
    door.identity.redeem(back["code"], back["verifier"])
    assert isinstance(error_of(door.identity.redeem, back["code"], back["verifier"]), Reconnect)


def test_a_code_needs_its_own_verifier(door: Door) -> None:
    back = door.sign_in()
    assert isinstance(error_of(door.identity.redeem, back["code"], door.identity.leave().verifier), Reconnect)


def test_an_old_code_and_a_wrong_one_are_refused(door: Door) -> None:
    back = door.sign_in()
    door.clock.advance(301)
    assert isinstance(error_of(door.identity.redeem, back["code"], back["verifier"]), Reconnect)
    assert isinstance(error_of(door.identity.redeem, "made-up", back["verifier"]), Reconnect)


def test_a_refusal_comes_back_as_such(door: Door) -> None:
    assert door.sign_in(decision="deny")["error"] == "access_denied"


def test_only_practices_with_practice_manager_fit(door: Door) -> None:
    back = door.sign_in("multi@sandbox.example")
    grant = door.identity.redeem(back["code"], back["verifier"])
    found = door.identity.organisations(grant.access_token)
    assert {organisation.kind: organisation.fits for organisation in found} == {
        "ORGANISATION": False,
        "PRACTICEMANAGER": True,
    }
    assert all(organisation.name for organisation in found)


def test_leaving_an_organisation_may_be_repeated(door: Door) -> None:
    line = door.line()
    (organisation,) = door.identity.organisations(line.access_token())
    door.identity.leave_organisation(line.access_token(), organisation.connection_id)
    door.identity.leave_organisation(line.access_token(), organisation.connection_id)
    assert door.identity.organisations(line.access_token()) == []
    assert isinstance(error_of(door.connector.staff, line), Reconnect)


def test_an_app_that_the_server_does_not_know_is_a_matter_for_its_keeper(door: Door) -> None:
    settings = XpmSettings.sandbox("http://127.0.0.1:9", door.settings.redirect_uri, "nobody", "no-secret")
    error = error_of(XpmIdentity(settings, door.transport).renew, "any")
    assert isinstance(error, NotPermitted)
    assert "invalid_client" in error.detail


def test_a_lost_reply_to_a_renewal_can_be_asked_for_again(door: Door) -> None:
    line = door.line()
    door.fault("drop_after", path="/connect/token")
    assert isinstance(error_of(door.identity.renew, line.grant.refresh_token), Unavailable)
    assert door.identity.renew(line.grant.refresh_token).access_token


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "refuse"}, Unavailable),
        ({"kind": "drop_before"}, Unavailable),
        ({"kind": "unavailable"}, Unavailable),
        ({"kind": "status", "status": 500}, Unavailable),
        ({"kind": "rate_limit", "retry_after": "3"}, Throttled),
        ({"kind": "status", "status": 403, "body": "<html>"}, Reconnect),
    ],
    ids=lambda value: str(value.get("status", value["kind"])) if isinstance(value, dict) else value.__name__,
)
def test_identity_trouble_is_named_by_what_happens_next(door: Door, fault: dict[str, object], expected: type) -> None:
    line = door.line()
    door.post("faults", path="/connect/token", **fault)
    assert type(error_of(door.identity.renew, line.grant.refresh_token)) is expected


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"access_token": "a"}', '{"access_token": 1, "refresh_token": 2}', "9" * 5000]
)
def test_a_grant_that_cannot_be_read_is_no_grant(door: Door, body: str) -> None:
    door.fault("status", path="/connect/token", status=200, body=body)
    assert error_of(door.identity.renew, "any").code == "bad_answer"


@pytest.mark.parametrize(
    "url",
    [
        "http://xpm.example.test",
        "ftp://127.0.0.1",
        "https://user:pass@api.xero.com",
        "http://127.0.0.1.evil.test",
        "http://[::1",
        "",
    ],
)
def test_only_https_or_this_machine_is_accepted(url: str) -> None:
    with pytest.raises(ValueError, match=r"refused|plain web address"):
        XpmSettings.sandbox(url, "http://localhost/return")
    with pytest.raises(ValueError, match=r"refused|plain web address"):
        Transport((url,))


def test_the_real_xero_is_told_from_a_sandbox() -> None:
    assert not XpmSettings.xero("id", "secret", "https://firm.example.test/return").is_sandbox
    assert XpmSettings.sandbox("http://127.0.0.1:9", "http://localhost/return").is_sandbox
    assert XpmSettings.sandbox("https://api.xero.com.evil.test", "http://localhost/return").is_sandbox
    assert "secret-value" not in repr(XpmSettings.xero("id", "secret-value", "https://firm.example.test/return"))
