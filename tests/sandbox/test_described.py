"""The sandbox against Xero's own description of API 3.1, by schemathesis: every path that it serves.

`described/` holds the description, trimmed, and the table of what it and the sandbox disagree on, each with a reason.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance

from sandbox.described.keys import Keys
from sandbox.described.witness import Witness
from sandbox.door import Door
from xpm_sandbox.api.endpoints import ENDPOINTS
from xpm_sandbox.app import create_app
from xpm_sandbox.clock import ControlledClock
from xpm_sandbox.fields import REGIONS
from xpm_sandbox.server import serve
from xpm_sandbox.world import World

_FOLDER = Path(__file__).parent / "described"
_EXAMPLES = 6
# The sandbox raises neither invoices nor quotes, so there is none to ask for.
_NEVER_FOUND = ("invoice.api/get", "invoice.api/payments", "quote.api/get")
_PLACES = ("path", "query")


def _description() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_FOLDER / "xpm-3.1.json").read_text(encoding="utf-8"))
    return {**found, "paths": {path.replace("/v3.1/", "/3.1/"): verbs for path, verbs in found["paths"].items()}}


_DESCRIPTION = _description()
_SCHEMAS: dict[str, Any] = _DESCRIPTION["components"]["schemas"]
_OPERATIONS = schemathesis.openapi.from_dict(_DESCRIPTION)
_DESCRIBED = [
    (verb.upper(), path.removeprefix("/3.1/")) for path, verbs in _DESCRIPTION["paths"].items() for verb in verbs
]
_SERVED = {(each.verb, re.sub("<[^>]+>", "{}", each.path)) for each in ENDPOINTS if "3.1" in each.versions}


def _is_served(verb: str, path: str) -> bool:
    return (verb, re.sub("{[^}]+}", "{}", path)) in _SERVED


def _listed() -> dict[str, str]:
    """The table: what is disagreed on, and why."""
    groups = tomllib.loads((_FOLDER / "disagreements.toml").read_text(encoding="utf-8"))["disagreement"]
    return {what: group["reason"] for group in groups for what in group["what"]}


class _Tried:
    """One operation of the description, called in a practice of its own."""

    def __init__(self, door: Door, verb: str, path: str, witness: Witness) -> None:
        self._door, self._verb, self._path, self._witness = door, verb, path, witness
        self._operation = _OPERATIONS[f"/3.1/{path}"][verb]
        self._raw = self._operation.definition.raw

    def generated(self) -> None:
        """Whatever is asked that the description allows or forbids: no failure of the sandbox's, and JSON."""
        quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=_EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
                suppress_health_check=quiet,
            )  # fmt: skip
            @given(case=self._operation.as_strategy(generation_mode=mode))
            def run(case: schemathesis.Case[Any]) -> None:
                self._call(case)

            run()

    def full(self, keys: Keys) -> None:
        """Asked about records that exist, with everything that can be sent: as described, or a finding."""
        names = {place: [each["name"] for each in self._raw["parameters"] if each["in"] == place] for place in _PLACES}
        body = self._raw.get("requestBody")
        sent: dict[str, Any] = (
            {} if body is None else {"body": self._body(keys, body), "media_type": "application/json"}
        )
        case = self._operation.Case(
            path_parameters=keys.parameters(self._path, names["path"]),
            query=keys.parameters(self._path, names["query"]),
            **sent,
        )
        self._compare(self._call(case))

    def _body(self, keys: Keys, described: Any) -> dict[str, Any]:
        schema = described["content"]["application/json"]["schema"]
        return keys.body(self._path, schema, _SCHEMAS)

    def _call(self, case: schemathesis.Case[Any]) -> httpx2.Response:
        kwargs = case.as_transport_kwargs(base_url=f"{self._door.http.base_url}/practicemanager")
        kwargs["headers"] = {**kwargs["headers"],
            "Authorization": f"Bearer {self._door.token}", "Xero-Tenant-Id": self._door.tenant,
            "Xero-Features": "practice-strict-content-type", "Accept": "application/json",
        }  # fmt: skip
        content = {"content": kwargs["data"]} if "data" in kwargs else {}
        known = {name: kwargs[name] for name in ("method", "url", "headers", "params", "json") if name in kwargs}
        reply = self._door.http.request(**known, **content)
        case.validate_response(reply, checks=[not_a_server_error, content_type_conformance])
        return reply

    def _compare(self, reply: httpx2.Response) -> None:
        told = reply.json()
        if self._path.startswith(_NEVER_FOUND):
            assert told["status"] == "ERROR"
            return
        assert told["status"] == "OK", (self._verb, self._path, told)
        schema = self._raw["responses"][str(reply.status_code)]["content"]["application/json"]["schema"]
        self._witness.see(told, schema, f"{self._verb} {self._path}")


@contextmanager
def _practice(region: str) -> Iterator[Door]:
    """A small practice over HTTP: in process, httpx2 does not pass on every address that schemathesis makes."""
    clock = ControlledClock(frozen_at=datetime(2026, 2, 2, 9, 0, tzinfo=UTC))
    with (
        World.open(seed=5, clients=16, region=region) as world,
        serve(create_app(world, clock)) as url,
        httpx2.Client(base_url=url) as client,
    ):
        yield Door(client)


def _begun_again(door: Door) -> Keys:
    """The practice as it was at first, without limits, and its keys."""
    door.control("POST", "reset")
    door.connected()
    door.control("PATCH", "limits", {"minute": 100_000, "day": 100_000, "app_minute": 100_000})
    return Keys.of(door)


@pytest.fixture(scope="module")
def witness() -> Witness:
    """Everything seen in trying every operation, those on clients in a practice of each region."""
    seen = Witness(_SCHEMAS)
    for region in REGIONS:
        with _practice(region) as door:
            keys = _begun_again(door)
            for verb, path in sorted(_DESCRIBED, key=lambda each: each[0] != "GET"):
                if not _is_served(verb, path) or (region != REGIONS[0] and not path.startswith("client.api/")):
                    continue
                keys = keys if verb == "GET" else _begun_again(door)
                tried = _Tried(door, verb, path, seen)
                tried.full(keys)
                tried.generated()
    return seen


def _findings(witness: Witness) -> Iterator[str]:
    yield from witness.findings
    yield from witness.never_held()
    served = {(verb, re.sub("{[^}]+}", "{}", path)) for verb, path in _DESCRIBED}
    yield from (f"{verb} {path} is served and not described" for verb, path in _SERVED - served)
    yield from (f"{verb} {path} is described and not served" for verb, path in _DESCRIBED if not _is_served(verb, path))


def test_every_disagreement_is_listed_with_its_reason(witness: Witness) -> None:
    assert sorted(set(_findings(witness)) - set(_listed())) == []


def test_nothing_is_listed_that_is_no_disagreement(witness: Witness) -> None:
    assert sorted(set(_listed()) - set(_findings(witness))) == []
    assert all(len(reason) > 20 for reason in _listed().values())


def test_the_version_stands_in_addresses_without_its_letter(door: Door) -> None:
    """The description has `/v3.1/`; documentation and every working client have `/3.1/`."""
    assert door.api("GET", "staff.api/list", version="v3.1").status_code == 404
    assert door.api("GET", "staff.api/list", version="3.1").status_code == 200


@pytest.mark.parametrize(
    ("value", "finding"),
    [
        ({"name": "A", "colour": "red"}, "NamedEntityDto.colour is sent and not described"),
        ({"name": 7}, "NamedEntityDto.name is integer and described as string"),
        ({"name": "A"}, "NamedEntityDto.uuid is described and not sent"),
        ("A", "a reply is string and described as NamedEntityDto"),
        ([], "a reply is array and described as NamedEntityDto"),
    ],
)
def test_a_disagreement_is_found(value: object, finding: str) -> None:
    witness = Witness(_SCHEMAS)
    witness.see(value, {"$ref": "#/components/schemas/NamedEntityDto"}, "a reply")
    assert finding in witness.findings | witness.never_held()
