"""Every address of the site, out of the address table, with real objects behind the ids in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from practicesync.core.actor import worker
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations import merging
from practicesync.operations.activity import Changed, Entry, write
from practicesync.operations.merging import Asked
from practicesync.store.models import (
    Authorisation,
    Change,
    Client,
    Connection,
    Group,
    Import,
    ImportRow,
    Link,
    ListItem,
    Mirror,
    Practice,
    Proposal,
    Relationship,
    Run,
    SetAsideRecord,
    Sheet,
    SheetLine,
    Twin,
)
from practicesync.web.rules import Access, Rule, rule_of

ABSENT = 999_999_999


@dataclass(frozen=True)
class Address:
    """One line of the address table."""

    name: str
    rule: Rule | None
    ids: tuple[str, ...]

    def path(self, ids: dict[str, int]) -> str:
        return reverse(self.name, kwargs={key: ids[key] for key in self.ids})

    def answers(self, method: str) -> bool:
        return self.rule is not None and self.rule.needs(method) is not None

    @property
    def is_public(self) -> bool:
        return self.rule is not None and Access.PUBLIC in self.rule.methods.values()


def addresses() -> list[Address]:
    return sorted(_walk(get_resolver().url_patterns), key=lambda address: address.name)


def _walk(patterns: list[URLPattern | URLResolver]) -> Iterator[Address]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns)
        else:
            ids = tuple(pattern.pattern.converters)
            yield Address(pattern.name or str(pattern.pattern), rule_of(pattern.callback), ids)


def make_ids(practice: Practice, person_id: int) -> dict[str, int]:
    """A real object of the practice for every id that an address may hold."""
    now = SYSTEM_CLOCK.now()
    connection = Connection.rows.of(practice.pk).filter(state="connected").first()
    if connection is None:
        connection = Connection.rows.create(
            practice=practice,
            connector="xpm",
            organisation_id="t",
            organisation_name="Org",
            connected_at=now,
            connected_by="A",
        )
    client = _client(practice)
    mirror = Mirror.rows.create(
        practice=practice,
        connection=connection,
        remote_id="remote",
        name="Totara Limited",
        sort_name="totara limited",
        values={"name": "Totara Limited"},
        contacts=[],
        digest=b"digest",
        read_at=now,
        changed_at=now,
    )
    Link.rows.create(
        practice=practice,
        connection=connection,
        client=client,
        mirror=mirror,
        base={},
        linked_at=now,
        linked_by="somebody",
    )
    run = Run.rows.create(
        practice=practice,
        connection=connection,
        key=uuid4(),
        kind="sync",
        subject=client.pk,
        asked_by="A",
        asked_at=now,
    )
    return {
        "client_id": client.pk,
        "mirror_id": mirror.pk,
        "run_id": run.pk,
        **_structure(practice, client),
        "authorisation_id": make_authorisation(practice, person_id),
        "proposal_id": _proposal(practice, client),
        "import_id": _import(practice),
        "many_id": _import_many(practice, mirror),
        "sheet_id": _sheet(connection, client),
        "record_id": _record(connection),
        "brake_id": _braked(connection, client),
        "change_id": _change(client),
        **_twins(practice, client),
    }


def _record(connection: Connection) -> int:
    """A record that could not be read."""
    now = SYSTEM_CLOCK.now()
    made = SetAsideRecord.rows.create(
        practice=connection.practice,
        connection=connection,
        mark=uuid4().hex,
        remote_id="remote",
        reason="Not XML",
        first_seen=now,
        last_seen=now,
    )
    return int(made.pk)


def _sheet(connection: Connection, client: Client) -> int:
    """A sheet of one line that is to be applied."""
    practice = connection.practice
    made = Sheet.rows.create(
        practice=practice, connection=connection, kind="chosen", made_at=SYSTEM_CLOCK.now(), made_by="A"
    )
    SheetLine.rows.create(
        practice=practice, sheet=made, client=client, subject="client", field="email", move="pull", before={}, after={}
    )
    return int(made.pk)


def _change(client: Client) -> int:
    """A value of the register that somebody wrote."""
    changed = Changed("email", {"email": "a@totara.example"}, {"email": "b@totara.example"}, why="edited")
    entry = Entry("client_edited", {"client": client.name}, client_id=client.pk, changes=[changed])
    with transaction.atomic():
        line = write(worker(client.practice_id), entry, SYSTEM_CLOCK.now())
    return int(Change.rows.of(client.practice_id).get(activity=line).pk)


def _braked(connection: Connection, client: Client) -> int:
    """A sheet of one line before which a run was stopped."""
    made = _sheet(connection, client)
    notes = {"halts": [["changed", 1, 1, 0, ""]], "linked": 1, "changed": 1, "lost": 0, "why": "Too much."}
    Sheet.rows.among(connection.practice_id, [made]).update(kind="automatic", state="braked", notes=notes)
    return made


def _import_many(practice: Practice, mirror: Mirror) -> int:
    """An import of a remote client that is to be completed."""
    made = Import.rows.create(
        practice=practice, source="remote", connection=mirror.connection, made_by="A", made_at=SYSTEM_CLOCK.now()
    )
    ImportRow.rows.create(
        practice=practice, batch=made, number=1, remote_id=mirror.remote_id, kind="company", verdict="new"
    )
    return int(made.pk)


def _import(practice: Practice) -> int:
    """An import that is done, so that each of its pages has something to show."""
    now = SYSTEM_CLOCK.now()
    made = Import.rows.create(
        practice=practice, source="file", name="Totara.csv", state="done", made_by="A", made_at=now
    )
    ImportRow.rows.create(
        practice=practice, batch=made, number=2, kind="company", verdict="new", values={"name": "Totara"}
    )
    return int(made.pk)


def _proposal(practice: Practice, client: Client) -> int:
    now = SYSTEM_CLOCK.now()
    made = Proposal.rows.create(
        practice=practice, client=client, key=uuid4(), title="Totara", made_by="A", created_at=now, changed_at=now
    )
    return int(made.pk)


def make_authorisation(practice: Practice, person_id: int) -> int:
    """A sign-in of this person that waits for a choice among organisations."""
    now = SYSTEM_CLOCK.now()
    made = Authorisation.rows.create(
        practice=practice,
        connector="xpm",
        state_digest=uuid4().hex,
        verifier="",
        person_id=person_id,
        session_digest="",
        begun_at=now,
        expires_at=now + timedelta(minutes=9),
        organisations=[{"organisation_id": "t", "name": "Org", "kind": "", "connection_id": "c"}],
    )
    return int(made.pk)


def _structure(practice: Practice, client: Client) -> dict[str, int]:
    """What hangs on a client: a relationship to another one, a group, and a word of a list."""
    now = SYSTEM_CLOCK.now()
    party = _client(practice)
    tie = Relationship.rows.create(
        practice=practice, client=client, party=party, type="shareholder", values={}, created_at=now, changed_at=now
    )
    group = Group.rows.create(practice=practice, name="Totara", meaning=uuid4().hex, created_at=now)
    item = ListItem.rows.create(practice=practice, list="trust_type", label=uuid4().hex, position=99)
    return {"relationship_id": tie.pk, "group_id": group.pk, "item_id": item.pk}


def _twins(practice: Practice, client: Client) -> dict[str, int]:
    """Another client that may be the same, and two that were merged."""
    now = SYSTEM_CLOCK.now()
    other, kept, gone = (_client(practice) for _ in range(3))
    twin = Twin.rows.create(
        practice=practice, side="register", first=client.pk, second=other.pk, score=0.9, pile="look", made_at=now
    )
    merged = merging.merge(worker(practice.pk), Asked(kept.pk, gone.pk, kept.revision, gone.revision), now)
    return {"other_id": other.pk, "twin_id": twin.pk, "merge_id": merged.pk}


def _client(practice: Practice) -> Client:
    now = SYSTEM_CLOCK.now()
    return Client.rows.create(
        practice=practice,
        kind="company",
        country="AU",
        values={"name": "Totara Limited"},
        name="Totara Limited",
        sort_name="totara limited",
        created_at=now,
        changed_at=now,
    )
