"""Every kind of fault, seen by a caller on the wire; and what the rules that pick calls may say."""

from collections.abc import Callable

import httpx2
import pytest
from lxml import etree

from sandbox.door import Door, names, refusal
from xpm_sandbox.faults import EFFECTS, KINDS, ConnectionDropped, ConnectionRefused

_ADD = "<Client><Name>New</Name></Client>"


def _add(door: Door) -> int:
    return door.api("POST", "client.api/add", _ADD).status_code


def _total(door: Door) -> int:
    return int(door.control("GET", "clients")["total"])


def _lost_before(kind: str) -> Callable[[Door], None]:
    def see(door: Door) -> None:
        door.fault(kind, path="client.api/add")
        with pytest.raises(httpx2.TransportError):
            _add(door)
        assert _total(door) == 0
        assert _add(door) == 200

    return see


def _lost_after(door: Door) -> None:
    door.fault("drop_after", path="client.api/add")
    with pytest.raises(httpx2.TransportError):
        _add(door)
    assert _total(door) == 1
    call = door.control("GET", "audit?path=client.api/add")["calls"][0]
    assert (call["status"], call["fault"], call["applied"]) == (None, "drop_after", True)


def _delayed(door: Door) -> None:
    before = door.control("GET", "clock")["now"]
    door.fault("delay", path="staff.api", seconds=90)
    assert door.api("GET", "staff.api/list").status_code == 200
    assert (before[14:19], door.control("GET", "clock")["now"][14:19]) == ("00:00", "01:30")


def _dripping(door: Door) -> None:
    door.fault("drip", path="staff.api/list", seconds=2, bytes=100)
    body = door.api("GET", "staff.api/list").content
    assert etree.fromstring(body).findtext("Status") == "OK"
    waited = door.control("GET", "clock")["now"][14:19]
    assert waited == f"{(-(-len(body) // 100)) * 2 // 60:02}:{(-(-len(body) // 100)) * 2 % 60:02}"


def _cut(door: Door) -> None:
    door.fault("truncate", path="staff.api/list", bytes=50)
    with pytest.raises(httpx2.RemoteProtocolError, match="50 bytes"):
        door.api("GET", "staff.api/list")
    door.fault("truncate", path="staff.api/list", bytes=50, ending="clean")
    reply = door.api("GET", "staff.api/list")
    assert (reply.status_code, len(reply.content), reply.headers["content-length"]) == (200, 50, "50")


def _with_status(door: Door) -> None:
    door.fault("status", path="client.api/add", status=500, body="{oops", applied=True)
    reply = door.api("POST", "client.api/add", _ADD)
    assert (reply.status_code, reply.text, _total(door)) == (500, "{oops", 1)
    door.fault("status", path="client.api/add", status=409, body='{"Detail": "x"}', headers={"Content-Type": "a/b"})
    reply = door.api("POST", "client.api/add", _ADD)
    assert (reply.status_code, reply.headers["content-type"], _total(door)) == (409, "a/b", 1)


def _unavailable(door: Door) -> None:
    door.fault("unavailable")
    reply = door.api("GET", "staff.api/list")
    assert (reply.status_code, reply.json()["Detail"]) == (503, "ServiceNotAvailable")


def _as_html(door: Door) -> None:
    door.fault("html", path="client.api/list")
    reply = door.api("GET", "client.api/list")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")


def _as_nothing(door: Door) -> None:
    door.fault("empty", path="client.api/add", applied=True)
    reply = door.api("POST", "client.api/add", _ADD)
    assert (reply.status_code, reply.content, _total(door)) == (200, b"", 1)


def _as_error(door: Door) -> None:
    door.fault("error", path="client.api/add", text="No <thanks> & bye")
    assert refusal(door.xml("POST", "client.api/add", _ADD)) == "No <thanks> & bye"
    assert _total(door) == 0


def _unparsable(kind: str) -> Callable[[Door], None]:
    def see(door: Door) -> None:
        door.add_client(Name="Kauri")
        door.fault(kind, path="client.api/list")
        body = door.api("GET", "client.api/list").content
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(body)

    return see


def _with_dtd(door: Door) -> None:
    door.add_client(Name="Kauri")
    door.fault("dtd", path="client.api/list")
    body = door.api("GET", "client.api/list").content
    assert body.startswith(b"<!DOCTYPE")
    assert etree.fromstring(body).findtext("Clients/Client/Name") == "Expanded & Sons"


def _listed_twice(door: Door) -> None:
    for name in ("Kauri", "Rimu"):
        door.add_client(Name=name)
    door.fault("duplicate_ids", path="client.api/list")
    assert names(door.xml("GET", "client.api/list")) == ["Kauri", "Kauri", "Rimu"]


def _with_strangers(door: Door) -> None:
    door.add_client(Name="Kauri")
    door.fault("unknown_elements", path="client.api/list")
    root = door.xml("GET", "client.api/list")
    assert (root.findtext("Clients/Client/Brand"), names(root)) == ("new", ["Kauri"])


def _as_empty_list(door: Door) -> None:
    door.add_client(Name="Kauri")
    door.fault("empty_list", path="client.api/list")
    root = door.xml("GET", "client.api/list")
    assert (root.findtext("Status"), names(root)) == ("OK", [])


def _revoked_between(door: Door) -> None:
    door.fault("revoked", path="staff.api/list", nth=2)
    assert [door.api("GET", "staff.api/list").status_code for _ in range(3)] == [200, 401, 401]


def _limited(door: Door) -> None:
    for wait in ("soon", None):
        door.fault("rate_limit", path="staff.api/list", problem="Minute", retry_after=wait)
        reply = door.api("GET", "staff.api/list")
        assert (reply.status_code, reply.headers.get("retry-after")) == (429, wait)
        assert reply.headers["x-rate-limit-problem"] == "Minute"


def _switched(door: Door) -> None:
    door.add_client(Name="Archived", IsArchived="Yes")
    door.fault("switch", path="client.api/list", switches={"list_hides": "archived"})
    assert [names(door.xml("GET", "client.api/list")) for _ in range(2)] == [[], ["Archived"]]


def _in_conflict(door: Door) -> None:
    door.fault("conflict", path="client.api/add", text="Somebody was faster")
    reply = door.api("POST", "client.api/add", _ADD)
    assert (reply.status_code, reply.json()["Detail"], _total(door)) == (409, "Somebody was faster", 0)


def _lied_to(door: Door) -> None:
    door.fault("counters", path="staff.api/list", minute=7, app_minute=-3)
    told = door.api("GET", "staff.api/list").headers
    assert (told["x-minlimit-remaining"], told["x-appminlimit-remaining"]) == ("7", "-3")
    assert "x-daylimit-remaining" not in told
    assert door.api("GET", "staff.api/list").headers["x-minlimit-remaining"] == "58"


def _robbed(door: Door) -> None:
    door.fault("spent", path="staff.api/list", nth=2, minute=60)
    assert [door.api("GET", "staff.api/list").status_code for _ in range(3)] == [200, 429, 429]
    assert door.control("GET", "budget")["minute"]["used"] == 61


def _behind(door: Door) -> None:
    key = door.add_client(Name="Old")["UUID"]
    door.control("POST", "clock", {"advance": 600})
    door.update(key, "<Name>New</Name>")
    door.fault("lag", path="client.api/list", seconds=60)
    assert [names(door.xml("GET", "client.api/list")) for _ in range(2)] == [["Old"], ["New"]]


def _askew(door: Door) -> None:
    door.fault("skew", path="staff.api/list", seconds=-600)
    told = [door.api("GET", "staff.api/list").headers["date"] for _ in range(2)]
    assert told == ["Mon, 02 Feb 2026 08:50:00 GMT", "Mon, 02 Feb 2026 09:00:00 GMT"]


def _masked_otherwise(door: Door) -> None:
    key = door.add_client(Name="Taxed", TaxNumber="123456782")["UUID"]
    door.fault("masked", path="client.api/get", style="crosses")
    shown = [door.xml("GET", f"client.api/get/{key}").findtext("Client/TaxNumber") for _ in range(2)]
    assert shown == ["XXXXXX782", "******782"]


def _walk_cut_short(door: Door) -> None:
    for name in ("A", "B", "C"):
        door.add_client(Name=name)
    door.fault("page_token", path="client.api/paged-list", nth=2)
    first = door.xml("GET", "client.api/paged-list", pageSize="1").findtext("Pagination/Links/Next") or ""
    headers = {"Authorization": f"Bearer {door.token}", "Xero-Tenant-Id": door.tenant}
    assert [door.http.get(first, headers=headers).status_code for _ in range(2)] == [400, 200]


SEEN: dict[str, Callable[[Door], None]] = {
    "refuse": _lost_before("refuse"),
    "drop_before": _lost_before("drop_before"),
    "drop_after": _lost_after,
    "delay": _delayed,
    "drip": _dripping,
    "truncate": _cut,
    "status": _with_status,
    "unavailable": _unavailable,
    "html": _as_html,
    "empty": _as_nothing,
    "error": _as_error,
    "malformed": _unparsable("malformed"),
    "dtd": _with_dtd,
    "control_characters": _unparsable("control_characters"),
    "duplicate_ids": _listed_twice,
    "unknown_elements": _with_strangers,
    "empty_list": _as_empty_list,
    "revoked": _revoked_between,
    "rate_limit": _limited,
    "switch": _switched,
    "conflict": _in_conflict,
    "counters": _lied_to,
    "spent": _robbed,
    "lag": _behind,
    "skew": _askew,
    "masked": _masked_otherwise,
    "page_token": _walk_cut_short,
}


def test_every_kind_says_what_the_caller_meets() -> None:
    assert set(EFFECTS) == set(KINDS) == set(SEEN)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_is_seen_by_the_caller(wire: Door, kind: str) -> None:
    SEEN[kind](wire)


@pytest.mark.parametrize(
    ("kind", "error", "sent"),
    [
        ("refuse", ConnectionRefused, False),
        ("drop_before", ConnectionDropped, True),
        ("drop_after", ConnectionDropped, True),
    ],
)
def test_a_loss_is_an_error_of_its_own_in_process(door: Door, kind: str, error: type[Exception], sent: bool) -> None:
    door.fault(kind, path="client.api/add")
    with pytest.raises(ConnectionDropped) as lost:
        _add(door)
    assert (type(lost.value), lost.value.sent) == (error, sent)


def test_a_rule_fires_from_its_nth_call_as_often_as_it_says(door: Door) -> None:
    door.fault("unavailable", method="GET", path="staff.api/*".replace("staff", "*staff"), nth=3, times=2)
    statuses = [door.api("GET", "staff.api/list").status_code for _ in range(6)]
    assert statuses == [200, 200, 503, 503, 200, 200]


def test_a_rule_of_chance_fires_at_the_same_calls_for_the_same_seed(door: Door) -> None:
    def statuses(seed: int) -> list[int]:
        door.control("DELETE", "faults")
        door.fault("unavailable", path="staff.api/list", chance=0.3, seed=seed)
        return [door.api("GET", "staff.api/list").status_code for _ in range(40)]

    door.control("PATCH", "limits", {"minute": 1000})
    first, again, other = statuses(7), statuses(7), statuses(8)
    assert first == again != other
    assert 4 < first.count(503) < 20


def test_a_rule_of_chance_may_end_too(door: Door) -> None:
    door.fault("unavailable", path="staff.api/list", chance=0.5, seed=1, times=2)
    assert [door.api("GET", "staff.api/list").status_code for _ in range(20)].count(503) == 2


def test_a_rule_without_times_fires_until_it_is_removed(door: Door) -> None:
    door.fault("unavailable", times=None)
    assert {door.api("GET", "staff.api/list").status_code for _ in range(4)} == {503}
    rule = door.control("GET", "faults")["faults"][0]
    assert (rule["seen"], rule["fired"]) == (4, 4)
    door.control("DELETE", f"faults/{rule['id']}")
    assert door.api("GET", "staff.api/list").status_code == 200


def test_the_token_endpoint_can_lose_its_reply_too(door: Door) -> None:
    first = door.redeem(door.code()).json()["refresh_token"]
    door.fault("drop_after", path="/connect/token")
    with pytest.raises(ConnectionDropped):
        door.refresh(first)
    assert door.refresh(first).status_code == 200, "the previous token lives on in its grace"


def test_a_lost_reply_gives_its_place_in_flight_back(door: Door) -> None:
    door.fault("drop_after", path="staff.api/list", times=6)
    for _ in range(6):
        with pytest.raises(ConnectionDropped):
            door.api("GET", "staff.api/list")
    assert door.control("GET", "budget")["in_flight"]["used"] == 0


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"kind": "explode"},
        {"kind": "delay"},
        {"kind": "html", "when": "now"},
        {"kind": "switch", "switches": {"x": "y"}},
        {"kind": "masked", "style": "blots"},
        {"kind": "refuse", "chance": "often"},
    ],
)
def test_a_rule_that_cannot_be_carried_out_is_refused(door: Door, rule: dict[str, object]) -> None:
    assert door.http.post("/control/faults", json=rule).status_code == 400
    assert door.control("GET", "faults") == {"faults": []}
