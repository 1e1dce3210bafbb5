"""The API budget: inside the limits whatever the server's window, the clock and dead processes do."""

import heapq
import itertools
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practicesync.core import budget
from practicesync.core.budget import BUCKET, CROSSING, DAY, MINUTE, Ledger, Limits

START = 1_770_000_000.0
LIMITS = Limits()
SMALL_DAY = Limits(day=10, reserve=2)


@dataclass
class Server:
    """Counts as Xero does: in fixed windows of a minute whose beginning nobody outside knows."""

    phase: float
    windows: dict[int, int] = field(default_factory=dict)
    running: int = 0
    most_at_once: int = 0

    def receive(self, at: float) -> int:
        """Take a call; how many are left of the minute."""
        window = int((at - self.phase) // 60)
        self.windows[window] = self.windows.get(window, 0) + 1
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        return 60 - self.windows[window]


def drive(server: Server, count: int, pauses: Sequence[float], lasting: Sequence[float]) -> tuple[Ledger, float]:
    """Make so many calls, each after a pause and as soon as the budget lets it out. The ledger, and the end.

    `pauses` between calls and how long they are `lasting` come round again.
    """
    ledger, now = Ledger(), START
    ends: list[tuple[float, str, int]] = []
    for number, pause, length in zip(range(count), itertools.cycle(pauses), itertools.cycle(lasting), strict=False):
        now += pause
        while True:
            while ends and ends[0][0] <= now:
                ended, lease, left = heapq.heappop(ends)
                server.running -= 1
                ledger = budget.learn(budget.release(ledger, lease), ended, minute_left=left)
            asked = budget.admit(ledger, LIMITS, now, str(number))
            ledger = asked.ledger
            if asked.granted:
                break
            assert asked.wait > 0
            now += asked.wait
        heapq.heappush(ends, (now + length, str(number), server.receive(now)))
    return ledger, now


@settings(deadline=None)
@given(
    phase=st.floats(0, 60),
    count=st.integers(60, 200),
    pauses=st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.1, 1.0, 20.0, 59.0]), min_size=1, max_size=100),
    lasting=st.lists(st.sampled_from([0.0, 0.2, 3.0, 40.0]), min_size=1, max_size=5),
)
def test_no_window_of_the_server_is_ever_overrun(
    phase: float, count: int, pauses: list[float], lasting: list[float]
) -> None:
    server = Server(phase)
    drive(server, count, pauses, lasting)
    assert max(server.windows.values()) <= 60
    assert server.most_at_once <= 5


@pytest.mark.parametrize("phase", [0.0, 13.0, 59.5])
@pytest.mark.parametrize("pause", [0.0, 1.0, 1.1])
def test_what_the_limits_allow_is_used(phase: float, pause: float) -> None:
    _, ended = drive(Server(phase), 600, [pause], [0.2])
    assert ended - START < 600 * max(pause, MINUTE / 59) + MINUTE


def test_a_call_too_many_says_which_limit_and_how_long() -> None:
    ledger = Ledger()
    for number in range(59):
        asked = budget.admit(ledger, LIMITS, START + number / 10, str(number))
        assert asked.granted
        ledger = budget.release(asked.ledger, str(number))
    refused = budget.admit(ledger, LIMITS, START + 10, "one more")
    assert (refused.granted, refused.limit) == (False, "minute")
    assert refused.wait == pytest.approx(MINUTE - 10)
    assert budget.admit(refused.ledger, LIMITS, START + 10 + refused.wait, "one more").granted


def in_flight(count: int) -> Ledger:
    ledger = Ledger()
    for number in range(count):
        ledger = budget.admit(ledger, LIMITS, START, f"lease {number}").ledger
    return ledger


def test_five_at_once_and_no_more_until_one_is_over() -> None:
    ledger = in_flight(5)
    refused = budget.admit(ledger, LIMITS, START, "sixth")
    assert (refused.granted, refused.limit) == (False, "concurrent")
    assert budget.admit(budget.release(ledger, "lease 3"), LIMITS, START, "sixth").granted


def test_a_lease_given_back_twice_frees_one_place() -> None:
    ledger = budget.release(budget.release(in_flight(5), "lease 1"), "lease 1")
    once = budget.admit(ledger, LIMITS, START, "sixth")
    assert once.granted
    assert not budget.admit(once.ledger, LIMITS, START, "seventh").granted


def test_the_leases_of_a_dead_process_free_themselves() -> None:
    ledger = in_flight(5)
    assert not budget.admit(ledger, LIMITS, START + LIMITS.lease - 1, "later").granted
    assert budget.admit(ledger, LIMITS, START + LIMITS.lease, "later").granted


def test_the_servers_count_is_believed_where_it_is_lower_than_ours() -> None:
    ledger = budget.learn(Ledger(), START, minute_left=2)
    granted = []
    for number in range(4):
        asked = budget.admit(ledger, LIMITS, START + 1, str(number))
        granted.append(asked.granted)
        ledger = asked.ledger
    assert granted == [True, True, False, False]
    assert budget.admit(ledger, LIMITS, START + MINUTE + 1, "next window").granted


def test_a_reply_that_was_overtaken_does_not_raise_the_count() -> None:
    ledger = budget.learn(budget.learn(Ledger(), START, minute_left=10), START + 0.1, minute_left=10 + CROSSING)
    assert ledger.minute_left == 10


def test_a_count_that_went_up_by_more_is_of_the_next_window() -> None:
    ledger = budget.learn(budget.learn(Ledger(), START, minute_left=1), START + 5, minute_left=59)
    assert ledger.minute_left == 59


def test_a_reply_without_counters_changes_nothing() -> None:
    ledger = budget.learn(Ledger(), START, minute_left=7, day_left=700)
    assert budget.learn(ledger, START + 9) is ledger
    assert budget.learn(ledger, START + 9, minute_left=6).day_left == 700


def spend(limits: Limits, ledger: Ledger, count: int, now: float, *, interactive: bool = False) -> tuple[Ledger, int]:
    """Ask for so many calls, a minute apart: the ledger, and how many were granted."""
    granted = 0
    for number in range(count):
        asked = budget.admit(ledger, limits, now + number * 60, str(number), interactive=interactive)
        ledger = budget.release(asked.ledger, str(number))
        granted += asked.granted
    return ledger, granted


def test_a_reserve_of_the_day_is_kept_for_people() -> None:
    ledger, by_itself = spend(SMALL_DAY, Ledger(), 12, START)
    assert by_itself == 8
    ledger, by_people = spend(SMALL_DAY, ledger, 5, START + 900, interactive=True)
    assert by_people == 2
    refused = budget.admit(ledger, SMALL_DAY, START + 2000, "x", interactive=True)
    assert (refused.limit, refused.wait) == ("day", BUCKET)
    assert budget.left_today(ledger, SMALL_DAY, START + 2000) == 0


def test_the_day_comes_free_as_its_calls_grow_old() -> None:
    ledger, _ = spend(SMALL_DAY, Ledger(), 12, START)
    assert budget.admit(ledger, SMALL_DAY, START + DAY + BUCKET, "tomorrow").granted


@pytest.mark.parametrize(("told", "left"), [(3, 3), (4_000, 10), (0, 0), (None, 10)])
def test_the_lower_count_of_the_day_stands(told: int | None, left: int) -> None:
    ledger = budget.learn(Ledger(), START, minute_left=50, day_left=told)
    assert budget.left_today(ledger, SMALL_DAY, START + 1) == left


def test_what_the_server_told_of_the_day_ages() -> None:
    ledger = budget.learn(Ledger(), START, day_left=0)
    assert budget.left_today(ledger, SMALL_DAY, START + DAY - 1) == 0
    assert budget.left_today(ledger, SMALL_DAY, START + DAY) == 10


def test_told_to_wait_nothing_goes_out_before() -> None:
    ledger = budget.block(budget.block(Ledger(), START + 300, "minute"), START + 20, "concurrent")
    refused = budget.admit(ledger, LIMITS, START + 299, "x", interactive=True)
    assert not refused.granted
    assert refused.wait == pytest.approx(1)
    assert budget.admit(ledger, LIMITS, START + 300, "x").granted


def test_a_clock_set_back_does_not_forget_the_last_minutes_calls() -> None:
    ledger, _ = drive(Server(0), 59, [0.0], [0.0])
    earlier = START - 3600
    first = budget.admit(ledger, LIMITS, earlier, "x")
    assert not first.granted
    assert not budget.admit(first.ledger, LIMITS, earlier + MINUTE - 1, "x").granted
    assert budget.admit(first.ledger, LIMITS, earlier + MINUTE, "x").granted


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens after the clock moved by so much, back or on."""

    jump: float
    what: str


EVENTS = st.lists(
    st.builds(
        Event,
        st.sampled_from([0.0, 1.0, 30.0, 3600.0, -10.0, -3600.0, -40 * DAY, 40 * DAY]),
        st.sampled_from(["call", "call and die", "told 0 of the minute", "told 0 of the day", "told to wait"]),
    ),
    max_size=60,
)


def happen(ledger: Ledger, event: Event, now: float) -> Ledger:
    match event.what:
        case "told 0 of the minute":
            return budget.learn(ledger, now, minute_left=0)
        case "told 0 of the day":
            return budget.learn(ledger, now, day_left=0)
        case "told to wait":
            return budget.block(ledger, now + 600, "minute")
    asked = budget.admit(ledger, LIMITS, now, f"{now}")
    return asked.ledger if event.what.endswith("die") else budget.release(asked.ledger, f"{now}")


@settings(deadline=None)
@given(EVENTS)
def test_whatever_the_clock_did_a_call_goes_out_within_a_day(events: list[Event]) -> None:
    ledger, now = Ledger(), START
    for event in events:
        now += event.jump
        ledger = happen(ledger, event, now)
    deadline = now + DAY + BUCKET + MINUTE
    asked = budget.admit(ledger, LIMITS, now, "last")
    while not asked.granted:
        now += max(asked.wait, 1.0)
        assert now <= deadline, asked
        asked = budget.admit(asked.ledger, LIMITS, now, "last")


@settings(deadline=None)
@given(EVENTS)
def test_a_ledger_is_the_same_after_its_way_through_json(events: list[Event]) -> None:
    ledger, now = Ledger(), START
    for event in events:
        now += event.jump
        ledger = happen(ledger, event, now)
    told = json.loads(json.dumps(asdict(ledger)))
    assert Ledger(**{**told, "minute": tuple(told["minute"])}) == ledger


@given(
    st.lists(st.floats(min_value=0, max_value=MINUTE, allow_nan=False), max_size=70),
    st.integers(min_value=1, max_value=30),
    st.one_of(st.none(), st.integers(min_value=0, max_value=60)),
)
def test_as_many_calls_as_there_is_room_for_go_out(ago: list[float], wanted: int, told: int | None) -> None:
    moments = tuple(sorted(START - each for each in ago))[-59:]
    ledger = Ledger(minute=moments, minute_left=told, told_at=START)
    found = budget.room(ledger, LIMITS, START, wanted)
    granted = 0
    while (admission := budget.admit(ledger, LIMITS, START, "one")).granted:
        ledger, granted = budget.release(admission.ledger, "one"), granted + 1
    assert found.calls == granted
    assert (found.wait > 0) == (found.calls < wanted)


def test_after_the_wait_that_it_tells_there_is_room() -> None:
    ledger = Ledger(minute=tuple(START - 50 + number for number in range(50)))
    found = budget.room(ledger, LIMITS, START, 21)
    assert found.calls == 9
    assert budget.room(ledger, LIMITS, START + found.wait + 0.001, 21).calls >= 21


@given(
    st.lists(st.floats(min_value=0, max_value=MINUTE, allow_nan=False), max_size=59),
    st.integers(min_value=1, max_value=59),
    st.integers(min_value=0, max_value=5_100),
    st.one_of(st.none(), st.integers(min_value=0, max_value=60)),
    st.booleans(),
)
def test_nobody_waits_a_moment_for_a_day_that_is_spent(
    ago: list[float], wanted: int, spent: int, told: int | None, interactive: bool
) -> None:
    """A run that sleeps through short waits would go round and round until midnight."""
    moments = tuple(sorted(START - each for each in ago))
    earlier = max(0, spent - len(moments))
    ledger = Ledger(minute=moments, day={str(START - 3600): earlier}, minute_left=told, told_at=START)
    now, found = START, budget.room(ledger, LIMITS, START, wanted, interactive=interactive)
    for _ in range(2):  # Our own count of the minute, then the server's.
        if found.calls < wanted and found.wait < BUCKET:
            now += found.wait + 0.1
            found = budget.room(ledger, LIMITS, now, wanted, interactive=interactive)
    assert found.calls >= wanted or found.wait == BUCKET
