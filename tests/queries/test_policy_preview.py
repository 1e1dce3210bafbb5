"""What a new policy would do, counted by groups: the same as planning every client under both policies."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from operations.offices import NOW, Office, a_record, an_office
from practicesync.core.fields import Level
from practicesync.core.policy import REVIEWED, Direction, FieldRule, Passage, Policy, Truth
from practicesync.core.policy_effects import Effect, Fate, effects
from practicesync.core.record import RemoteContact
from practicesync.core.verdict import Verdict
from practicesync.operations import policies
from practicesync.operations.setting_aside import set_aside
from practicesync.queries.plans import plans_of
from practicesync.queries.policy import policy_of
from practicesync.queries.policy_preview import FIRST, clients_affected, preview
from practicesync.store.models import Client, Link

pytestmark = pytest.mark.django_db

ON = replace(REVIEWED, on=True)
FROM_XPM = replace(ON, direction=Direction.FROM_REMOTE)
TO_XPM = replace(ON, direction=Direction.TO_REMOTE)
CANDIDATES = {
    "two ways": ON,
    "from XPM": FROM_XPM,
    "to XPM": TO_XPM,
    "names only": replace(ON, level=Level.NAMES),
    "nothing": replace(ON, level=Level.NOTHING),
    "register primary": replace(TO_XPM, register_primary=True),
    "blanks go over": replace(ON, rules={"client.fax": FieldRule(Truth.REMOTE, Passage.FREE, Passage.FREE)}),
    "ignored": replace(FROM_XPM, rules={"client.phone": FieldRule(None, Passage.NEVER, Passage.NEVER)}),
    "fill blanks": replace(TO_XPM, rules={"client.email": FieldRule(None, Passage.FILL_BLANK, Passage.FILL_BLANK)}),
    "off": REVIEWED,
}


@pytest.fixture
def office(db: None) -> Office:
    return an_office()


@pytest.fixture
def connected(office: Office) -> Office:
    office.connect()
    return office


@pytest.fixture
def firm(connected: Office) -> Office:
    """Clients that differ in every way: here, there, on both, never agreed, blank on either side."""
    for number in range(4):
        contact = RemoteContact(f"p{number}", {"name": "Mere Tahu", "email": f"mere{number}@kauri.nz"})
        record = a_record(f"r{number}", contact, name=f"Kauri {number} Ltd", phone="09 555 0134", fax="09 555 0135")
        client = connected.pair(record, f"Kauri {number} Ltd", phone="09 555 0134", fax="09 555 0135")
        if number % 2:
            connected.edit(client, {"phone": f"09 555 020{number}"})
        there: dict[str, Any] = {
            "name": f"Kauri {number} Ltd",
            "phone": "09 555 0134",
            "fax": "",
            "website": "kauri.nz",
        }
        connected.read(replace(a_record(f"r{number}", contact, **there), digest=bytes(16)))
    connected.pair(a_record("r8", phone="09 555 0999", email="a@kauri.nz"), "Rata Ltd", phone="09 555 0888")
    connected.pair(a_record("r9", name="Same Ltd"), "Same Ltd")
    return connected


def hold(office: Office, policy: Policy) -> None:
    """Let it hold, whatever holds now."""
    seen = policy_of(office.practice.pk, "xpm").version
    policies.change(office.admin, "xpm", policy, NOW, seen=seen)


def verdicts(office: Office, policy: Policy) -> dict[tuple[int, str], tuple[Verdict, int]]:
    """What planning every client one by one under this policy makes of each difference."""
    found = {}
    with transaction.atomic():
        hold(office, policy)
        links = list(Link.rows.of(office.practice.pk).values_list("pk", flat=True))
        for loaded in plans_of(office.practice.pk, links).values():
            for row in loaded.plan.differences():
                found[loaded.link.client_id, row.key] = (row.verdict, row.facts)
        transaction.set_rollback(True)
    return found


def by_hand(office: Office, before: Policy, after: Policy) -> dict[Effect, list[tuple[int, str]]]:
    """Every difference on which each effect falls."""
    were, become = verdicts(office, before), verdicts(office, after)
    found: dict[Effect, list[tuple[int, str]]] = {}
    for key, (was, facts) in were.items():
        for effect in effects(Fate(was, become[key][0], facts)):
            found.setdefault(effect, []).append(key)
    return found


@pytest.mark.parametrize("before", CANDIDATES)
def test_counts_equal_planning_every_client_under_both_policies(firm: Office, before: str) -> None:
    hold(firm, CANDIDATES[before])
    for name, after in CANDIDATES.items():
        expected = by_hand(firm, CANDIDATES[before], after)
        shown = preview(firm.practice.pk, "xpm", after, NOW)
        counted = {each.effect: (each.values, each.clients) for each in shown.affected}
        assert counted == {
            effect: (len(keys), len({client for client, _ in keys})) for effect, keys in expected.items()
        }, name
        named = {each.effect: {found.client_id for found in each.first} for each in shown.affected}
        assert named == {effect: {client for client, _ in keys} for effect, keys in expected.items()}, name


def test_blanking_is_only_where_a_rule_lets_blanks_go_over(firm: Office) -> None:
    for name, policy in CANDIDATES.items():
        blanked = preview(firm.practice.pk, "xpm", policy, NOW).clients_of(Effect.BLANKS)
        assert blanked == (4 if name == "blanks go over" else 0), name


def test_the_policy_that_holds_changes_nothing(firm: Office) -> None:
    hold(firm, TO_XPM)
    shown = preview(firm.practice.pk, "xpm", TO_XPM, NOW)
    assert (shown.affected, shown.points) == ((), ())
    assert shown.today == shown.then


def test_primary_tells_what_it_withdraws(firm: Office) -> None:
    shown = preview(firm.practice.pk, "xpm", replace(REVIEWED, register_primary=True), NOW)
    withdrawn = next(each for each in shown.affected if each.effect is Effect.WITHDRAWS)
    assert {"Phone", "Fax"} & {field for client in withdrawn.first for field in client.fields}
    assert "Website" not in {field for client in withdrawn.first for field in client.fields}


def test_calls_are_those_of_all_that_will_be_sent_unasked(firm: Office) -> None:
    assert preview(firm.practice.pk, "xpm", FROM_XPM, NOW).calls.calls == 0
    told = preview(firm.practice.pk, "xpm", TO_XPM, NOW)
    assert told.then.goes_out > 0
    assert told.calls.calls >= told.clients_of(Effect.GOES_OUT)
    assert told.calls.left > 0


def test_what_was_shown_is_named_by_policy_and_by_what_the_change_touches(firm: Office) -> None:
    shown = preview(firm.practice.pk, "xpm", FROM_XPM, NOW).digest
    assert preview(firm.practice.pk, "xpm", FROM_XPM, NOW).digest == shown
    assert preview(firm.practice.pk, "xpm", TO_XPM, NOW).digest != shown
    hold(firm, replace(REVIEWED, level=Level.NAMES))
    moved = preview(firm.practice.pk, "xpm", FROM_XPM, NOW).digest
    assert moved != shown
    firm.edit(Client.rows.of(firm.practice.pk).order_by("pk")[0], {"phone": "09 555 0777"})
    assert preview(firm.practice.pk, "xpm", FROM_XPM, NOW).digest != moved


def test_a_page_of_clients_is_by_name_and_tells_their_fields(firm: Office) -> None:
    every, first = clients_affected(firm.practice.pk, "xpm", FROM_XPM, Effect.COMES_IN, start=0, size=2)
    _, rest = clients_affected(firm.practice.pk, "xpm", FROM_XPM, Effect.COMES_IN, start=2, size=50)
    names = [each.name for each in (*first, *rest)]
    assert names == sorted(names)
    assert len(names) == every.clients
    assert all(each.fields for each in (*first, *rest))


def test_a_firm_that_never_connected_has_nothing_to_tell(office: Office) -> None:
    shown = preview(office.practice.pk, "xpm", FROM_XPM, NOW)
    assert (shown.affected, shown.calls.calls, len(shown.points)) == ((), 0, 2)


def test_what_somebody_set_aside_does_not_count(firm: Office) -> None:
    (before,) = (each for each in preview(firm.practice.pk, "xpm", FROM_XPM, NOW).affected if each.effect == "comes_in")
    aside = before.first[0]
    set_aside(firm.admin, [aside.client_id], "Merges soon", NOW)
    (after,) = (each for each in preview(firm.practice.pk, "xpm", FROM_XPM, NOW).affected if each.effect == "comes_in")
    assert after.clients == before.clients - 1
    assert aside.name not in {each.name for each in after.first}


def test_another_firms_clients_do_not_count(firm: Office) -> None:
    other = an_office("Rimu & Co")
    other.connect("Rimu XPM")
    assert preview(other.practice.pk, "xpm", FROM_XPM, NOW).affected == ()


def test_many_clients_are_named_up_to_a_limit(
    connected: Office, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for number in range(FIRST + 3):
        connected.pair(a_record(f"r{number}", name=f"Kauri {number} Ltd", phone="09 555 0134"), f"Kauri {number} Ltd")
    with django_assert_max_num_queries(20):
        (comes_in,) = preview(connected.practice.pk, "xpm", FROM_XPM, NOW).affected
    assert (comes_in.effect, comes_in.clients, len(comes_in.first)) == (Effect.COMES_IN, FIRST + 3, FIRST)
