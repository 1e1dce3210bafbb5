"""Importing many: each once, whatever is killed; with the ties between them; what moved meanwhile is noticed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from firms import Firm, a_firm
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.operations import import_many, import_undo, runs
from practicesync.operations.activity import verify
from practicesync.operations.import_many import RowEdit
from practicesync.queries.import_many import ManyPage, load_import_many
from practicesync.store.models import Client, GroupMember, Import, Link, Mirror, Relationship, Run

pytestmark = pytest.mark.django_db(transaction=True)

PLAN = {"subscription_plan": "Advisory", "company_type": "Trustee company", "trust_type": "Family"}


class Killed(BaseException):
    """The process is gone: nothing of the transaction under way is kept."""


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


def a_family(firm: Firm) -> list[int]:
    """A company, its director, its holding company, and a trust: ids of their mirrors by name."""
    ids = {
        "Ann": firm.xpm_add(Name="Ann Lee", FirstName="Ann", LastName="Lee", BusinessStructure="Individual"),
        "Kauri": firm.xpm_add(Name="Kauri Ltd", BusinessStructure="Company", Email="office@kauri.example"),
        "Rata": firm.xpm_add(Name="Rata Holdings Ltd", BusinessStructure="Company"),
        "Trust": firm.xpm_add(Name="Lee Family Trust", BusinessStructure="Trust"),
    }
    for client, party, kind in (
        ("Kauri", "Ann", "Director"),
        ("Kauri", "Rata", "Shareholder"),
        ("Trust", "Ann", "Settlor"),
    ):
        told = {"Client": {"UUID": ids[client]}, "RelatedClient": {"UUID": ids[party]}, "Type": kind}
        firm.control("POST", "relationships", json=told)
    firm.control("POST", "groups", json={"Name": "Lee Group", "Clients": [{"UUID": each} for each in ids.values()]})
    firm.refresh()
    return list(Mirror.rows.of(firm.practice.pk).filter(remote_id__in=ids.values()).values_list("pk", flat=True))


def drafted(firm: Firm, mirrors: list[int]) -> Import:
    """A draft with every detail filled in."""
    made = import_many.draft(firm.actor, mirrors, firm.clock.now())
    return import_many.edit(firm.actor, made.pk, revision=made.revision, rows={}, for_all=PLAN)


def confirmed(firm: Firm, mirrors: list[int]) -> Run:
    """A run that waits to carry a complete draft out."""
    made = drafted(firm, mirrors)
    return import_many.confirm(firm.actor, made.pk, revision=made.revision, now=firm.clock.now())


def page(firm: Firm, run: Run) -> ManyPage:
    """The import of a run as screens show it."""
    found = load_import_many(firm.practice.pk, run.subject or 0)
    assert found is not None
    return found


def world(firm: Firm) -> tuple[object, ...]:
    """What the register holds, without ids."""
    rows: Callable[[Any], Any] = lambda model: model.rows.of(firm.practice.pk)  # noqa: E731
    return (
        sorted(rows(Client).values_list("name", "kind", "standing")),
        sorted(rows(Link).filter(ended_at=None).values_list("client__name", "state")),
        sorted(rows(Relationship).values_list("party__name", "type", "client__name")),
        sorted(rows(GroupMember).values_list("client__name", "group__name")),
    )


WHOLE = (
    [
        ("Ann Lee", "individual", "client"),
        ("Kauri Ltd", "company", "client"),
        ("Lee Family Trust", "trust", "client"),
        ("Rata Holdings Ltd", "company", "client"),
    ],
    [(name, "in_sync") for name in ("Ann Lee", "Kauri Ltd", "Lee Family Trust", "Rata Holdings Ltd")],
    [
        ("Ann Lee", "director", "Kauri Ltd"),
        ("Ann Lee", "settlor", "Lee Family Trust"),
        ("Rata Holdings Ltd", "shareholder", "Kauri Ltd"),
    ],
    [(name, "Lee Group") for name in ("Ann Lee", "Kauri Ltd", "Lee Family Trust", "Rata Holdings Ltd")],
)


def test_many_come_whole_with_the_ties_between_them(firm: Firm) -> None:
    run = firm.run(confirmed(firm, a_family(firm)))
    assert (run.state, run.done, run.total, run.changed, run.calls) == ("done", 4, 4, 4, 1)
    assert world(firm) == WHOLE
    found = page(firm, run)
    assert (found.state, found.counts) == ("done", {"created": 4})
    assert all(row.completeness is not None and row.client_id for row in found.rows)


@contextmanager
def killed_at(query: int) -> Iterator[None]:
    """The process dies as it asks the database for the n-th time."""
    asked = 0

    def ask(execute: Callable[..., Any], *told: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == query:
            raise Killed
        return execute(*told)

    with connection.execute_wrapper(ask):
        yield


@pytest.mark.parametrize("query", [3, 41, 90, 131, 210, 320])
def test_a_run_that_is_killed_anywhere_goes_on_and_ends_the_same(firm: Firm, query: int) -> None:
    run = confirmed(firm, a_family(firm))
    with pytest.raises(Killed), killed_at(query):
        firm.run(run)
    firm.run(run)
    assert run.state == "done"
    assert world(firm) == WHOLE
    assert verify(firm.practice.pk) is None


def test_what_was_deleted_in_xpm_since_is_refused_and_the_others_come(firm: Firm) -> None:
    mirrors = a_family(firm)
    run = confirmed(firm, mirrors)
    gone = Mirror.rows.of(firm.practice.pk).get(name="Rata Holdings Ltd").remote_id
    firm.clock.advance(60)
    firm.control("PATCH", f"clients/{gone}", json={"IsDeleted": "Yes"})
    run = firm.run(run)
    found = page(firm, run)
    assert found.counts == {"created": 3, "refused": 1}
    assert "deleted in XPM" in next(row.problem for row in found.rows if row.outcome == "refused")


def test_who_was_imported_by_somebody_else_meanwhile_is_shown(firm: Firm) -> None:
    mirrors = a_family(firm)
    run = confirmed(firm, mirrors)
    ann = firm.add("Ann Lee", ClientKind.INDIVIDUAL)
    firm.link(ann, Mirror.rows.of(firm.practice.pk).get(name="Ann Lee").remote_id)
    found = page(firm, firm.run(run))
    taken = next(row for row in found.rows if row.outcome == "taken")
    assert (taken.client_id, taken.client_name) == (ann.pk, "Ann Lee")
    assert Client.rows.of(firm.practice.pk).filter(name="Ann Lee").count() == 1


def test_nothing_is_imported_until_every_row_is_complete(firm: Firm) -> None:
    made = import_many.draft(firm.actor, a_family(firm), firm.clock.now())
    with pytest.raises(Invalid) as refusal:
        import_many.confirm(firm.actor, made.pk, revision=made.revision, now=firm.clock.now())
    assert set(refusal.value.problems) == {"1", "2", "3", "4"}
    assert not Client.rows.of(firm.practice.pk).exists()


def test_who_looks_like_a_client_is_linked_left_or_new_as_somebody_says(firm: Firm) -> None:
    mirrors = a_family(firm)
    kauri = firm.add("Kauri Limited", email="office@kauri.example")
    made = drafted(firm, mirrors)
    found = load_import_many(firm.practice.pk, made.pk)
    assert found is not None
    row = next(row for row in found.rows if row.twin)
    assert (row.name, row.twin and row.twin.client_id) == ("Kauri Ltd", kauri.pk)
    with pytest.raises(Invalid):
        import_many.confirm(firm.actor, made.pk, revision=made.revision, now=firm.clock.now())
    chosen = {row.number: RowEdit(ClientKind.COMPANY, {}, "link")}
    made = import_many.edit(firm.actor, made.pk, revision=made.revision, rows=chosen)
    run = import_many.confirm(firm.actor, made.pk, revision=made.revision, now=firm.clock.now())
    assert page(firm, firm.run(run)).counts == {"created": 3, "linked": 1}
    assert Link.rows.of(firm.practice.pk).get(client=kauri, ended_at=None).mirror.name == "Kauri Ltd"
    tied = Relationship.rows.of(firm.practice.pk).filter(client=kauri)
    assert sorted(tied.values_list("party__name", "type")) == [
        ("Ann Lee", "director"),
        ("Rata Holdings Ltd", "shareholder"),
    ]


def test_a_cancelled_import_keeps_what_it_did_and_can_go_on(firm: Firm) -> None:
    mirrors = a_family(firm)
    run = confirmed(firm, mirrors)
    runs.begin(run.pk, firm.clock.now())
    runs.cancel(firm.actor, run.pk, firm.clock.now())
    firm.run(run)
    assert not Client.rows.of(firm.practice.pk).exists()
    found = page(firm, run)
    again = import_many.confirm(firm.actor, found.id, revision=found.revision, now=firm.clock.now())
    assert firm.run(again).state == "done"
    assert world(firm) == WHOLE


def test_two_people_cannot_carry_one_draft_out_twice(firm: Firm) -> None:
    made = drafted(firm, a_family(firm))
    import_many.confirm(firm.actor, made.pk, revision=made.revision, now=firm.clock.now())
    with pytest.raises(Stale):
        import_many.confirm(firm.actor, made.pk, revision=made.revision, now=firm.clock.now())


def test_the_whole_import_is_taken_back(firm: Firm) -> None:
    run = firm.run(confirmed(firm, a_family(firm)))
    found = page(firm, run)
    firm.clock.advance(60)
    undo = import_undo.request_undo(firm.actor, found.id, revision=found.revision, now=firm.clock.now())
    firm.run(undo)
    assert not Client.rows.of(firm.practice.pk).filter(archived_at=None).exists()
    assert not Link.rows.of(firm.practice.pk).filter(ended_at=None).exists()
    assert not Relationship.rows.of(firm.practice.pk).filter(removed_at=None).exists()


def test_a_remote_that_does_not_answer_does_not_hold_an_import_up(firm: Firm) -> None:
    run = confirmed(firm, a_family(firm))
    firm.fault("status", path="/client.api/list", status=503)
    firm.run(run)
    assert run.state == "done"
    assert world(firm) == WHOLE
