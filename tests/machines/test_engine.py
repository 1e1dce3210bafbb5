"""The engine keeps its promises under edits, faults, kills and jumps; the machine sees it when it does not."""

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from machines.engine_machine import EngineMachine
from practicesync.core.fields import Values
from practicesync.core.kinds import Place
from practicesync.core.push import Look, Sent
from practicesync.operations import pushing

pytestmark = [pytest.mark.django_db, pytest.mark.serial]

CHECKS = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    # A run is a story of its own; to make it shorter takes many minutes, and its seed repeats it as it is.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def test_no_lost_update_no_twin_no_echo() -> None:
    run_state_machine_as_test(EngineMachine, settings=CHECKS)


def a_push_that_somebody_edits_under() -> None:
    """One story that the machine may come upon: what a person chose to write over is edited before it is written."""
    machine = EngineMachine()
    try:
        machine.begin(stored="as_sent", bound="exclusive", contacts="yes")
        machine.edit_here(which=0, name="phone", value=1)
        machine.choose(which=0, choices=["push"] * 4)
        machine.edit_there(which=0, name="phone", value=2)
        machine.carry_out()
        machine.nothing_there_changed_but_by_people()
    finally:
        machine.stack.close()


def test_the_machine_sees_a_push_that_does_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    def blindly(fields: Iterable[Sent], remote: Values, place: Place) -> Look:
        return Look(send=tuple(fields), arrived=(), overtaken=())

    a_push_that_somebody_edits_under()
    monkeypatch.setattr(pushing, "look", blindly)
    with pytest.raises(AssertionError, match="overwritten unseen"):
        a_push_that_somebody_edits_under()
