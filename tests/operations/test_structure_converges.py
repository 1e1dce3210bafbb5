"""Whatever happens to who hangs on whom on either side, taking all that may be taken leaves nothing to take."""

from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.offices import NOW, Office, a_record, an_office
from practicesync.core.errors import Invalid
from practicesync.core.fields import ClientKind
from practicesync.core.record import RemoteGroup, RemoteRecord, RemoteRelationship
from practicesync.operations import groups, register, relationships
from practicesync.operations.reconciling import reconcile
from practicesync.operations.register import NewClient
from practicesync.store.models import Client, Difference, GroupMember, Link, Relationship, RelationshipTie

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = ("mere", "tama")
KINDS = {"director": "Director", "shareholder": "Shareholder", "secretary": "Secretary"}
GROUPS = ("Tahu", "Ngata")


@dataclass
class There:
    """What XPM's record of the company tells."""

    ties: dict[str, RemoteRelationship] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    made: int = 0

    def record(self) -> RemoteRecord:
        told = (tuple(self.ties.values()), tuple(RemoteGroup(name, name) for name in sorted(self.groups)))
        return RemoteRecord(
            "kauri",
            {"name": "Kauri Ltd"},
            (),
            relationships=told[0],
            groups=told[1],
            digest=repr((told, self.made)).encode()[-16:].rjust(16),
        )


STEPS = st.one_of(
    st.tuples(
        st.sampled_from(["here", "there"]), st.just("tie"), st.sampled_from(PEOPLE), st.sampled_from(sorted(KINDS))
    ),
    st.tuples(st.sampled_from(["here", "there"]), st.just("untie"), st.integers(0, 3), st.just("")),
    st.tuples(st.sampled_from(["here", "there"]), st.just("edit"), st.integers(0, 3), st.sampled_from(["5", "7"])),
    st.tuples(st.sampled_from(["here", "there"]), st.just("group"), st.sampled_from(GROUPS), st.just("")),
    st.tuples(st.sampled_from(["here", "there"]), st.just("read"), st.just(""), st.just("")),
)


def do(
    office: Office, company: Client, people: dict[str, Client], there: There, step: tuple[str, str, object, str]
) -> None:
    """One thing that somebody does on a side."""
    side, what, which, value = step
    if what == "read":
        office.read(there.record())
    elif side == "there":
        _do_there(there, what, which, value)
    else:
        with suppress(Invalid):  # the register has it already
            _do_here(office, company, people, what, which, value)


def _do_there(there: There, what: str, which: object, value: str) -> None:
    keys = sorted(there.ties)
    there.made += 1
    if what == "tie":
        name = f"t{there.made}"
        there.ties[name] = RemoteRelationship(name, KINDS[value], str(which), str(which), {"shares": "0"})
    elif what == "group":
        there.groups ^= {str(which)}
    elif keys:
        name = keys[int(str(which)) % len(keys)]
        held = there.ties.pop(name)
        if what == "edit":
            values = {"shares": value}
            there.ties[name] = RemoteRelationship(name, held.label, held.other_id, held.other_name, values)


def _do_here(office: Office, company: Client, people: dict[str, Client], what: str, which: object, value: str) -> None:
    live = list(Relationship.rows.of(office.practice.pk).filter(removed_at=None).order_by("pk"))
    if what == "tie":
        relationships.add_relationship(office.admin, company.pk, people[str(which)].pk, value, {}, NOW)
    elif what == "group":
        member = GroupMember.rows.of(office.practice.pk).filter(client=company, group__name=str(which)).first()
        if member is None:
            groups.group_clients(office.admin, [company.pk], str(which), NOW)
        else:
            groups.take_out(office.admin, company.pk, member.group_id, NOW)
    elif live:
        held = live[int(str(which)) % len(live)]
        if what == "untie":
            relationships.remove_relationship(office.admin, held.pk, revision=held.revision, now=NOW)
        elif held.type == "shareholder":
            relationships.edit_relationship(
                office.admin, held.pk, revision=held.revision, values={"shares": value}, now=NOW
            )


@settings(max_examples=25, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=14))
def test_taking_all_that_may_be_taken_leaves_nothing_to_take(steps: list[tuple[str, str, object, str]]) -> None:
    office = an_office()
    office.connect()
    there = There()
    people = {}
    for name in PEOPLE:
        new = NewClient(ClientKind.INDIVIDUAL, {"name": name}, country="NZ")
        people[name] = register.add_client(office.admin, new, NOW)
        office.pair_again(people[name], a_record(name, name=name))
    company = office.add("Kauri Ltd")
    office.pair_again(company, there.record())
    for step in steps:
        do(office, company, people, there, step)
    office.read(there.record())

    plan = office.plan(company).plan
    pulls = {row.key: "pull" for row in plan.differences() if row.can_pull}
    if pulls:
        office.choose(company, pulls)
    plan = office.plan(company).plan
    assert [row.key for row in plan.differences() if row.can_pull] == []

    never = {row.label for row in plan.presences if row.here and not row.there}
    live = Relationship.rows.of(office.practice.pk).filter(removed_at=None).select_related("party")
    held = {(KINDS[row.type], row.party.name) for row in live}
    shown = {(each.label, each.other_id) for each in there.ties.values()}
    assert {(label, name) for label, name in held if f"{name}, {label.lower()}" not in never} == shown
    inside = GroupMember.rows.of(office.practice.pk).filter(client=company).values_list("group__name", flat=True)
    assert set(inside) == there.groups
    _index_is_what_a_plan_made_anew_would_say(office)


def _index_is_what_a_plan_made_anew_would_say(office: Office) -> None:
    def index() -> set[tuple[object, ...]]:
        rows = Difference.rows.of(office.practice.pk)
        return set(rows.values_list("link_id", "ref", "field", "state", "facts", "stamp"))

    def ties() -> set[tuple[object, ...]]:
        return set(RelationshipTie.rows.of(office.practice.pk).values_list("relationship_id", "remote_id"))

    before = index(), ties()
    links = Link.rows.of(office.practice.pk).order_by("pk").values_list("pk", flat=True)
    reconcile(office.practice.pk, list(links), NOW)
    assert (index(), ties()) == before
