"""Each judge speaks: a fault planted into the engine is seen within fifty schedules, as the promise that it breaks."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from practicesync.connectors.xpm import changes
from practicesync.core import brake
from practicesync.core.fields import Field, Values
from practicesync.core.kinds import Parts, Place
from practicesync.core.kinds.numbers import TaxNumber
from practicesync.core.policy import Brake
from practicesync.core.presence import Sort
from practicesync.core.push import Act, Fate, Found, Look, Outcome, Reply, Sent, Write
from practicesync.flows import refresh
from practicesync.flows.push_calls import Caller
from practicesync.operations import mirroring, push_acts, push_fields
from practicesync.store.models import Connection, Mirror, Push, Run
from simulation.many import Hands
from simulation.schedule import run_schedule
from simulation.stage import EVEN, Temper

pytestmark = pytest.mark.serial

MOST = 50
ADDS = (Sort.CONTACT, Act.ADD)

Patch = tuple[object, str, object]


@dataclass(frozen=True)
class Plant:
    """A fault: what it does to the engine, the promises of which one is seen broken, and what brings it out soon."""

    name: str
    promises: tuple[str, ...]
    patches: tuple[Patch, ...]
    temper: Temper = EVEN


def _blindly(fields: Iterable[Sent], remote: Values, place: Place) -> Look:
    return Look(send=tuple(fields), arrived=(), overtaken=())


def _no_as_yes() -> Callable[[Caller, Write], Reply]:
    real = Caller.carry_out

    def carry_out(caller: Caller, write: Write) -> Reply:
        reply = real(caller, write)
        refused = reply.fate is Fate.REFUSED or reply.refused
        return replace(reply, fate=Fate.ANSWERED, refused=()) if refused else reply

    return carry_out


def _always_done(sent: Sent, reply: Values, place: Place) -> Outcome:
    return Outcome.DONE


def _empty_where_not_told() -> Callable[[Field, Values], Parts]:
    real = Field.told

    def told(row: Field, values: Values) -> Parts:
        return real(row, values) or ("",) * len(row.keys)

    return told


def _add_without_looking(push: Push, there: Mirror) -> Found:
    values = dict(push.fields)
    return Found(write=Write(push.pk, push.attempts, Act.ADD, Sort.CONTACT, there.remote_id, values=values))


def _never_halts(load: brake.Load, limits: Brake) -> tuple[brake.Halt, ...]:
    return ()


def _gone_when_not_listed() -> Callable[..., refresh.Count]:
    real = refresh._store

    def store(
        reading: Any, connector: Any, connection: Connection, run: Run, *, full: bool, **options: Any
    ) -> refresh.Count:
        count = real(reading, connector, connection, run, full=True, **options)
        mirroring.mark_gone(connection, run.pk, options["clock"].now())
        return count

    return store


NO_WRITES = dict.fromkeys(
    ("choose", "apply out of the plan", "create in XPM", "undo", "try again", "look again", "change the policy"), 0.0
)
BLIND_ADDITION = replace(push_acts.DOINGS[ADDS], look=_add_without_looking)

PLANTS = (
    Plant("a push that does not look", ("P01", "P08"), ((push_fields, "look", _blindly),)),
    Plant(
        "200 with ERROR taken as done",
        ("P03", "P01"),
        ((Caller, "carry_out", _no_as_yes()), (push_fields, "verify", _always_done)),
        Temper({"says no": 8.0}),
    ),
    Plant(
        "the mask of a tax number taken for a number",
        ("P16", "P01"),
        ((TaxNumber, "is_masked", lambda self, value: False), (changes, "_MASK", re.compile("(?!)"))),
    ),
    Plant("missing taken for empty", ("P01",), ((Field, "told", _empty_where_not_told()),)),
    Plant(
        "no look-up before a contact is added again",
        ("P06",),
        ((push_acts, "DOINGS", {**push_acts.DOINGS, ADDS: BLIND_ADDITION}),),
        Temper({"lost after": 6.0, "web page, done": 4.0, "add a contact": 4.0, "choose": 2.0}),
    ),
    Plant(
        "base moved without verification",
        ("P03", "P01"),
        ((push_fields, "verify", _always_done),),
        Temper({"choose": 2.0}, {"export_code_on_update": "ignored", "empty_element": "ignore"}),
    ),
    Plant(
        "a watermark ahead of the server's time",
        ("P15",),
        ((refresh, "OVERLAP", timedelta(minutes=-30)),),
        # Where nothing is ever written, only a reading that skips can go wrong.
        Temper({**NO_WRITES, "edit in XPM": 3.0, "read": 3.0}),
    ),
    Plant(
        "a brake that never holds",
        ("P05",),
        ((brake, "halts", _never_halts),),
        Temper({"change the policy": 4.0, "edit in XPM": 4.0, "read": 3.0, "choose": 0.2}),
    ),
    Plant("gone because not listed", ("P04",), ((refresh, "_store", _gone_when_not_listed()),)),
)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_fault_is_seen(plant: Plant, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    for where, name, what in plant.patches:
        monkeypatch.setattr(where, name, what)
    for seed in range(1, MOST + 1):
        result = run_schedule(seed, hands.store, hands.xpm, temper=plant.temper)
        if result.violation:
            break
    else:
        pytest.fail(f"{MOST} schedules saw nothing of it")
    assert result.violation.startswith(plant.promises), result.violation
    print(plant.name, "is seen at seed", seed)  # noqa: T201 - pytest shows it with -rP
