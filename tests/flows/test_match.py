"""Matching as a flow: asked for by itself after a refresh, the same end wherever it is killed, fair to two people."""

from collections.abc import Iterator
from typing import Any

import pytest

from firms import Firm, a_firm
from practicesync.core.errors import Invalid
from practicesync.flows.registry import FLOWS
from practicesync.flows.steps import DirectSteps
from practicesync.operations import linking, matching
from practicesync.queries.links import Tab, count_links, load_links
from practicesync.store.models import Candidate, Link, Run, Twin

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        yield found


class Killed(Exception):
    """The process died."""


class Dying(DirectSteps):
    """Steps of a process that dies right after one of them, whose result is lost."""

    left = 0

    def do(self, name: str, function: Any, *args: Any, **kwargs: Any) -> Any:
        result = super().do(name, function, *args, **kwargs)
        if not self.left:
            raise Killed
        self.left -= 1
        return result


def both(firm: Firm, name: str, number: str) -> None:
    """A client that both sides have."""
    firm.add(f"{name} Limited", business_number=number)
    firm.xpm_add(Name=f"{name} Ltd", BusinessNumber=number)


def waiting(firm: Firm) -> list[Run]:
    return list(Run.rows.of(firm.practice.pk).filter(kind="match", state="queued"))


def found(firm: Firm) -> list[tuple[Any, ...]]:
    """What was stored, but for when."""
    candidates = Candidate.rows.of(firm.practice.pk).order_by("client_id", "mirror_id")
    twins = Twin.rows.of(firm.practice.pk).order_by("side", "first", "second")
    return [
        *candidates.values_list("client_id", "mirror_id", "rank", "pile", "score", "settled"),
        *twins.values_list("side", "first", "second", "state"),
    ]


def test_a_refresh_asks_for_it_where_somebody_unlinked_is_new_and_only_then(firm: Firm) -> None:
    firm.refresh()
    assert waiting(firm) == []
    both(firm, "Kauri Holdings", "9429030011229")
    firm.clock.advance(3600)
    firm.refresh()
    (run,) = waiting(firm)
    assert run.asked_by == "practicesync"
    assert firm.run(run).state == "done"
    firm.clock.advance(3600)
    firm.refresh()
    assert waiting(firm) == []


@pytest.mark.parametrize("kill_at", range(6))
def test_a_matching_that_is_killed_after_any_step_ends_the_same(firm: Firm, kill_at: int) -> None:
    for number, name in (("9429030011229", "Kauri Holdings"), ("9429030011236", "Rata Trust")):
        both(firm, name, number)
        firm.xpm_add(Name=f"{name} Limited", BusinessNumber=number)
    firm.refresh()
    whole = firm.run(matching.request_match(firm.actor, firm.connection.pk, firm.clock.now()))
    assert whole.state == "done"
    expected = found(firm)
    assert any(row[0] == "remote" for row in expected)
    again = matching.request_match(firm.actor, firm.connection.pk, firm.clock.now())
    steps = Dying(firm.clock)
    steps.left = kill_at
    with pytest.raises(Killed):
        FLOWS["match"](steps, again.pk)
    assert firm.run(again).state == "done"
    assert found(firm) == expected


def test_what_is_cancelled_between_two_steps_goes_no_further(firm: Firm) -> None:
    run = matching.request_match(firm.actor, firm.connection.pk, firm.clock.now())
    Run.rows.of(firm.practice.pk).filter(pk=run.pk).update(state="cancelled")
    assert firm.run(run).state == "cancelled"


def test_a_register_without_a_remote_is_looked_through_for_twins(firm: Firm) -> None:
    for name in ("Kauri Holdings Limited", "Kauri Holdings Ltd"):
        firm.add(name, business_number="9429030011229", phone="09 555 0101")
    run = firm.run(matching.request_match(firm.actor, None, firm.clock.now()))
    assert run.state == "done"
    assert Twin.rows.of(firm.practice.pk).filter(side="register").count() == 1


def test_of_two_who_accept_at_once_one_links_and_the_other_is_told(firm: Firm) -> None:
    both(firm, "Kauri Holdings", "9429030011229")
    firm.refresh()
    firm.run(matching.request_match(firm.actor, firm.connection.pk, firm.clock.now()))
    seen_by_both = load_links(firm.practice.pk, Tab.SAFE).cards[0]
    linking.link(firm.actor, seen_by_both.client_id, seen_by_both.mirror_id, firm.clock.now())
    with pytest.raises(Invalid, match="is linked already"):
        linking.link(firm.actor, seen_by_both.client_id, seen_by_both.mirror_id, firm.clock.now())
    assert Link.rows.of(firm.practice.pk).filter(ended_at=None).count() == 1


def test_what_somebody_decides_while_it_compares_stays_decided(firm: Firm) -> None:
    both(firm, "Kauri Holdings", "9429030011229")
    firm.refresh()
    firm.run(matching.request_match(firm.actor, firm.connection.pk, firm.clock.now()))
    card = load_links(firm.practice.pk, Tab.SAFE).cards[0]
    row = Candidate.rows.of(firm.practice.pk).get(pk=card.id)
    matching.reject(firm.actor, card.client_id, card.mirror_id, firm.clock.now())
    matching.keep_candidates(firm.connection, [row])
    assert count_links(firm.practice.pk, firm.connection.pk)[Tab.SAFE] == 0
