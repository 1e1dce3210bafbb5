"""A policy that is changed while others work, on each database; and its preview, which is the same on both."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from flows.test_at_once import at_once
from operations.offices import NOW, Office, a_record, an_office
from practicesync.core.errors import Stale
from practicesync.core.policy import REVIEWED, Brake, Direction, Policy
from practicesync.core.policy_effects import Effect
from practicesync.operations import policies
from practicesync.operations.reconciling import reconcile
from practicesync.queries.policy_preview import clients_affected, preview
from practicesync.store.models import Client, Link, SyncPolicy

PEOPLE = 6
CLIENTS = 12
FROM_XPM = replace(REVIEWED, on=True, direction=Direction.FROM_REMOTE)


@pytest.fixture
def office(on_database: str) -> Office:
    found = an_office()
    found.connect()
    return found


def pairs(office: Office, **local: str) -> list[Client]:
    names = [f"Kauri {number} Ltd" for number in range(CLIENTS)]
    return [office.pair(a_record(f"r-{name}", name=name, phone="09 555 0134"), name, **local) for name in names]


def test_one_of_several_admins_wins_and_the_others_get_a_fresh_view(office: Office) -> None:
    calls = [
        partial(policies.change, office.admin, "xpm", replace(FROM_XPM, brake=Brake(changed=10 + number)), NOW, seen=0)
        for number in range(PEOPLE)
    ]
    assert Counter(type(each) for each in at_once(calls)) == {Policy: 1, Stale: PEOPLE - 1}
    assert SyncPolicy.rows.of(office.practice.pk).count() == 1


def test_every_link_stands_by_the_policy_that_holds_whoever_edits_meanwhile(office: Office) -> None:
    clients = pairs(office, phone="09 555 0134")
    edits: list[Callable[[], object]] = [
        partial(office.edit, client, {"phone": f"09 555 02{number:02}"}) for number, client in enumerate(clients)
    ]
    change: Callable[[], object] = partial(policies.change, office.admin, "xpm", FROM_XPM, NOW, seen=0)
    results = at_once([*edits[:5], change, *edits[5:]])
    assert not [each for each in results if isinstance(each, Exception)]
    links = Link.rows.of(office.practice.pk).order_by("pk")
    stood = list(links.values_list("pk", "state"))
    reconcile(office.practice.pk, [pk for pk, _ in stood], NOW)
    assert list(links.values_list("pk", "state")) == stood


def test_a_preview_counts_and_names_alike(office: Office) -> None:
    pairs(office, phone="09 555 0999")
    (overwrites, comes_in) = preview(office.practice.pk, "xpm", FROM_XPM, NOW).affected
    assert (overwrites.effect, overwrites.values, overwrites.clients) == (Effect.OVERWRITES_HERE, CLIENTS, CLIENTS)
    assert (comes_in.effect, comes_in.values, comes_in.clients) == (Effect.COMES_IN, CLIENTS, CLIENTS)
    told = preview(office.practice.pk, "xpm", replace(FROM_XPM, direction=Direction.TO_REMOTE), NOW)
    assert told.calls.calls > CLIENTS
    _, page = clients_affected(office.practice.pk, "xpm", FROM_XPM, Effect.COMES_IN, start=10, size=10)
    assert [each.name for each in page] == ["Kauri 8 Ltd", "Kauri 9 Ltd"]
