"""What nobody outside Xero can vouch for is marked so in the audit of calls, and what was seen on the wire is not."""

from typing import Any

import pytest

from sandbox.door import Door
from xpm_sandbox.api.endpoints import ENDPOINTS

_STRICT = {"Xero-Features": "practice-strict-content-type"}
_NAMELESS = "<Client><Phone>1</Phone></Client>"
_REFUSED = "how this is refused"
_SEEN = {
    "Add", "ApplyTemplate", "Assign", "Contact", "Current", "Delete", "Get", "List", "Search", "State", "Update",
}  # fmt: skip


def _called(door: Door, verb: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
    """The status of a call, and what the audit marks as a guess."""
    known = {"Authorization": f"Bearer {door.token}", "Xero-Tenant-Id": door.tenant, **headers}
    reply = door.http.request(verb, f"/practicemanager/3.1/{path}", content=body.encode(), headers=known)
    last: dict[str, Any] = door.control("GET", "audit")["calls"][-1]
    assert last["status"] == reply.status_code
    return reply.status_code, last["guess"]


@pytest.mark.parametrize(
    ("verb", "path", "body", "headers", "met"),
    [
        ("GET", "staff.api/list", "", {**_STRICT, "Accept": "text/csv"}, (406, _REFUSED)),
        ("POST", "client.api/add", "Name,Kauri", {**_STRICT, "Content-Type": "text/csv"}, (415, _REFUSED)),
        ("POST", "client.api/add", "<Client>", {}, (400, _REFUSED)),
        ("POST", "client.api/add", "<Customer/>", {}, (400, _REFUSED)),
        ("POST", "client.api/add", "<!DOCTYPE Client><Client/>", {}, (400, _REFUSED)),
        ("POST", "client.api/add", "x" * 10_000_001, {}, (413, "how large a request may be")),
        ("POST", "client.api/add", _NAMELESS, {}, (200, _REFUSED)),
        ("GET", "tax.api/list", "", {}, (404, "the body of a 404")),
        ("DELETE", "client.api/list", "", {}, (405, "how a wrong verb is answered")),
        ("POST", "client.api/deleterelationship", "<Relationship/>", {}, (200, _REFUSED)),
        ("GET", "jobstate.api/list", "", {}, (200, "element names in XML")),
        ("GET", "task.api/list", "", {}, (200, "element names in XML")),
        # Seen or documented, and so no guess.
        ("GET", "client.api/list", "", {}, (200, "")),
        ("GET", "job.api/list", "", {}, (400, "")),
        ("GET", "job.api/get/J000999", "", {}, (200, "")),
    ],
)  # fmt: skip
def test_an_answer_is_marked_by_what_is_known_of_it(
    door: Door, verb: str, path: str, body: str, headers: dict[str, str], met: tuple[int, str]
) -> None:
    assert _called(door, verb, path, body, headers) == met


def test_an_attribute_that_no_exchange_shows_is_a_guess() -> None:
    guessed = {endpoint.api_method for endpoint in ENDPOINTS if "api-method" in endpoint.guess}
    assert not guessed & _SEEN
    assert guessed | _SEEN | {"Costs", "Documents"} >= {endpoint.api_method for endpoint in ENDPOINTS}
