"""Every endpoint of the table, in every version that has it: routed, scoped, answered and marked as the table says."""

import re
import uuid

import pytest
from lxml import etree

from sandbox.contract_cases import CASES, Case
from sandbox.contract_records import filled, practice
from sandbox.door import Door
from xpm_sandbox.api.endpoints import ENDPOINTS, Endpoint

_SERVED = [(endpoint, version) for endpoint in ENDPOINTS for version in endpoint.versions]
_VERSIONS = ("3.0", "3.1")
_NEVER_THERE = ("invoice.api/get/<number>", "invoice.api/payments/<number>")


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint.verb} {endpoint.path}"


def _some_path(path: str) -> str:
    return re.sub(r"<\w+>", "00000000-0000-4000-8000-000000000000", path)


@pytest.fixture
def unlimited(door: Door) -> Door:
    """A connected app that no limit of calls holds up."""
    door.control("PATCH", "limits", {"minute": 100_000, "day": 100_000, "app_minute": 100_000})
    return door


@pytest.mark.parametrize(
    ("endpoint", "version"),
    [each for each in _SERVED if each[0].path not in _NEVER_THERE],
    ids=lambda value: value if isinstance(value, str) else _name(value),
)
def test_an_endpoint_answers(door: Door, endpoint: Endpoint, version: str) -> None:
    case = CASES[_name(endpoint)]
    keys = practice(door, version)
    door.control("DELETE", "writes")
    root = _answer(door, endpoint, version, case, keys)
    if case.root == "Response":
        assert (root.get("api-method"), root.findtext("Status")) == (endpoint.api_method, "OK"), etree.tostring(root)
    assert root.tag == case.root
    for path, text in case.holds.items():
        _assert_holds(root, filled(path, keys), text if text is None else filled(text, keys))
    assert door.control("GET", "audit")["calls"][-1]["guess"] == endpoint.guess
    inert = endpoint.verb == "GET" or endpoint.path == "staff.api/forgottenpassword"
    assert door.control("GET", "writes")["applied"] == (0 if inert else 1)


def _answer(door: Door, endpoint: Endpoint, version: str, case: Case, keys: dict[str, str]) -> etree._Element:
    path, body = filled(case.path, keys), filled(case.body, keys)
    return door.xml(endpoint.verb, path, body, version=version, **case.query)


def _assert_holds(root: etree._Element, path: str, text: str | None) -> None:
    found = root.find(path)
    if text is None:
        assert found is None, etree.tostring(root)
        return
    assert found is not None, etree.tostring(root)
    held = found.text or ""
    assert held if text == "*" else held == text, etree.tostring(root)


def test_every_endpoint_has_a_case() -> None:
    assert set(CASES) == {_name(each) for each in ENDPOINTS if each.path not in _NEVER_THERE}


@pytest.mark.parametrize("path", _NEVER_THERE)
def test_no_invoice_is_known(door: Door, path: str) -> None:
    root = door.xml("GET", path.replace("<number>", "I000001"))
    assert root.findtext("ErrorDescription") == "Invalid invoice identifier"


def test_every_endpoint_needs_its_scope(unlimited: Door) -> None:
    parts = ("client", "job", "staff", "time")
    scopes = [f"{broad}{end}" for broad in ("", *(f".{part}" for part in parts)) for end in ("", ".read")]
    for scope in scopes:
        unlimited.connected(scope=f"openid practicemanager{scope}")
        part, reads_alone = scope.removesuffix(".read").removeprefix("."), scope.endswith(".read")
        opened = {_name(each) for each in ENDPOINTS if _status(unlimited, each) != 401}
        assert opened == {
            _name(each) for each in ENDPOINTS if part in ("", each.scope) and (each.verb == "GET" or not reads_alone)
        }, scope


def test_every_wrong_verb_is_refused_and_marked_as_a_guess(unlimited: Door) -> None:
    for path in {each.path for each in ENDPOINTS}:
        taken = {each.verb for each in ENDPOINTS if each.path == path}
        for verb in {"GET", "POST", "PUT", "DELETE", "PATCH"} - taken:
            assert unlimited.api(verb, _some_path(path)).status_code == 405, (verb, path)
    assert {call["guess"] for call in unlimited.control("GET", "audit")["calls"]} == {"how a wrong verb is answered"}


@pytest.mark.parametrize(
    "path", ["tax.api/list", "taxreturn.api/get/1", "client.api/nothing", "client.api/get", "supplier.api/list"]
)
def test_nothing_else_is_served(door: Door, path: str) -> None:
    assert door.api("GET", path).status_code == 404


def test_pages_of_clients_are_new_in_3_1(door: Door) -> None:
    statuses = {version: door.api("GET", "client.api/paged-list", version=version).status_code for version in _VERSIONS}
    assert statuses == {"3.0": 404, "3.1": 200}


def test_every_endpoint_says_what_it_does() -> None:
    unsaid = [_name(each) for each in ENDPOINTS if not re.fullmatch(r"[A-Z`].*[.]", each.does)]
    assert not unsaid


@pytest.mark.parametrize("body", ["<Client><Name>", "", "<Strange/>", '<!DOCTYPE x [<!ENTITY a "b">]><Client/>'])
def test_a_body_that_is_not_what_is_taken_changes_nothing(unlimited: Door, body: str) -> None:
    keys = practice(unlimited, "3.1")
    unlimited.control("DELETE", "writes")
    for endpoint in ENDPOINTS:
        case = CASES.get(_name(endpoint))
        if case and case.body:
            status = unlimited.api(endpoint.verb, filled(case.path, keys), body).status_code
            assert status == 400, _name(endpoint)
    assert unlimited.control("GET", "writes")["applied"] == 0


@pytest.mark.parametrize("version", _VERSIONS)
def test_an_unknown_key_is_refused_everywhere(unlimited: Door, version: str) -> None:
    """What a known record's key opens, an unknown one does not: neither in the path nor in the body."""
    keys = practice(unlimited, version)
    unknown = {name: _unknown(key) for name, key in keys.items() if name not in ("K", "k")}
    unlimited.control("DELETE", "writes")
    for endpoint in ENDPOINTS:
        case = CASES.get(_name(endpoint))
        if case is None or version not in endpoint.versions or not re.search(r"{[a-z_]{2,}}", case.path + case.body):
            continue
        strangers = {**unknown, "K": keys["K"], "k": keys["k"]}
        path, body = filled(case.path, strangers), filled(case.body, strangers)
        root = unlimited.xml(endpoint.verb, path, body, version=version, **case.query)
        text = root.findtext("ErrorDescription") or ""
        assert re.fullmatch(r"Invalid [a-z ]+ identifier( for add request)?", text), (_name(endpoint), text)
    assert unlimited.control("GET", "writes")["applied"] == 0


def _unknown(key: str) -> str:
    return "999999999" if key.isdigit() else "J999999" if key[0] in "JQ" else str(uuid.UUID(int=5, version=4))


def _status(door: Door, endpoint: Endpoint) -> int:
    return door.api(endpoint.verb, _some_path(endpoint.path)).status_code
