"""The four limits, on a moved clock."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from sandbox.door import Door
from xpm_sandbox.world import World, tenants


def _call(door: Door) -> httpx2.Response:
    return door.api("GET", "staff.api/list")


def test_sixty_calls_a_minute_in_a_window_that_begins_with_the_first(door: Door) -> None:
    assert [_call(door).headers["x-minlimit-remaining"] for _ in range(60)] == [str(left) for left in range(59, -1, -1)]
    door.control("POST", "clock", {"advance": 20.5})
    over = _call(door)
    assert (over.status_code, over.headers["x-rate-limit-problem"]) == (429, "minute")
    assert over.headers["retry-after"] == "40"
    door.control("POST", "clock", {"advance": 39.4})
    assert _call(door).status_code == 429
    door.control("POST", "clock", {"advance": 0.2})
    again = _call(door)
    assert (again.status_code, again.headers["x-minlimit-remaining"]) == (200, "59")


def test_refused_calls_do_not_lower_the_day(door: Door) -> None:
    door.control("POST", "budget", {"minute": 60})
    assert [_call(door).status_code for _ in range(3)] == [429, 429, 429]
    budget = door.control("GET", "budget")
    assert budget["day"] == {"limit": 5000, "used": 0}
    assert budget["in_flight"]["used"] == 0


def test_the_day_is_spent_until_the_practice_s_own_hour(door: Door, world: World) -> None:
    with world.read() as db:
        resets = tenants(db)[0].day_resets
    now = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
    turn = now.replace(hour=0) + timedelta(seconds=resets)
    turn += timedelta(days=1) if turn <= now else timedelta()
    assert _call(door).headers["x-daylimit-remaining"] == "4999"
    door.control("POST", "budget", {"day": 4999})
    over = _call(door)
    assert (over.status_code, over.headers["x-rate-limit-problem"]) == (429, "day")
    assert over.headers["x-daylimit-remaining"] == "0"
    assert int(over.headers["retry-after"]) == (turn - now).total_seconds()
    door.control("POST", "clock", {"set": turn.isoformat()})
    fresh = _call(door.connected())
    assert (fresh.status_code, fresh.headers["x-daylimit-remaining"]) == (200, "4999")


def test_the_app_has_ten_thousand_a_minute_over_all_practices(door: Door) -> None:
    door.control("POST", "budget", {"app_minute": 9999})
    assert _call(door).headers["x-appminlimit-remaining"] == "0"
    over = _call(door)
    assert (over.status_code, over.headers["x-rate-limit-problem"]) == (429, "appminute")


def test_two_practices_have_a_minute_each(door: Door) -> None:
    second = door.control("GET", "state")["tenants"][1]["id"]
    door.control("POST", "budget", {"minute": 60})
    assert _call(door).status_code == 429
    door.connected(login="multi@sandbox.example").tenant = second
    assert _call(door).headers["x-minlimit-remaining"] == "59"


def test_a_sixth_call_in_flight_is_refused_without_a_wait(door: Door) -> None:
    request = door.http.build_request(
        "GET",
        "/practicemanager/3.1/client.api/list",
        headers={"Authorization": f"Bearer {door.token}", "Xero-Tenant-Id": door.tenant},
    )
    open_replies = [door.http.send(request, stream=True) for _ in range(5)]
    assert [reply.status_code for reply in open_replies] == [200] * 5
    sixth = _call(door)
    assert (sixth.status_code, sixth.headers["x-rate-limit-problem"]) == (429, "concurrent")
    assert "retry-after" not in sixth.headers
    for reply in open_replies:
        reply.read()
        reply.close()
    assert _call(door).status_code == 200
    assert door.control("GET", "budget")["in_flight"]["used"] == 0


@pytest.mark.parametrize(
    ("reply", "status", "waits"), [("with_wait", 429, True), ("without_wait", 429, False), ("unavailable", 503, False)]
)
def test_the_answer_over_a_limit_is_a_switch(door: Door, reply: str, status: int, waits: bool) -> None:
    door.switch(limit_reply=reply)
    door.control("POST", "budget", {"minute": 60})
    answer = _call(door)
    assert (answer.status_code, "retry-after" in answer.headers) == (status, waits)


def test_limits_can_be_lowered_for_a_free_tier(door: Door) -> None:
    door.control("PATCH", "limits", {"day": 1000})
    assert _call(door).headers["x-daylimit-remaining"] == "999"
    assert door.http.patch("/control/limits", json={"week": 1}).status_code == 400


def test_a_bad_token_costs_nothing_and_tells_nothing(door: Door) -> None:
    good, door.token = door.token, "bad"
    barred = _call(door)
    assert barred.status_code == 401
    assert not [name for name in barred.headers if name.endswith("-remaining")]
    door.token = good
    assert _call(door).headers["x-minlimit-remaining"] == "59"


def test_an_unknown_path_is_404_behind_the_gateway(door: Door) -> None:
    assert door.api("GET", "tax.api/returns").status_code == 404
    assert door.api("GET", "client.api/unarchive").status_code == 404
    door.token = "bad"
    assert door.api("GET", "tax.api/returns").status_code == 401
