"""A practice with its people, for tests of operations: real rows, and no network at all."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from practicesync.core.actor import Actor, Role
from practicesync.core.fields import ClientKind
from practicesync.core.record import RemoteContact, RemoteOrganisation, RemoteRecord
from practicesync.operations import connecting, deciding, linking, mirroring, practices, register
from practicesync.operations.connecting import Tokens
from practicesync.operations.register import ContactEdit, Edited, NewClient
from practicesync.queries.plans import LinkedPlan, load_plan
from practicesync.store.models import Activity, Client, Connection, Contact, Link, Mirror, Practice, Push, Run

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
TOKENS = Tokens("access-of-old", "refresh-of-old", 1800)


@dataclass
class Office:
    """A practice, the actors of its people by role, and once it is connected its connection."""

    practice: Practice
    actors: Mapping[Role, Actor]
    connection: Connection = field(init=False)

    @property
    def admin(self) -> Actor:
        return self.actors[Role.ADMIN]

    @property
    def reader(self) -> Actor:
        return self.actors[Role.READ_ONLY]

    def connect(self, tenant: str = "Kauri XPM", *, tokens: Tokens = TOKENS, confirmed: bool = False) -> Connection:
        """Tie the practice to the organisation of this name."""
        there = RemoteOrganisation(f"{tenant} of {self.practice.pk}", f"{tenant} connection", tenant, "PRACTICE", True)
        self.connection = connecting.connect(
            self.admin, "xpm", organisation=there, tokens=tokens, now=NOW, confirmed=confirmed
        )
        return self.connection

    def add(self, name: str = "Kauri Ltd", *contacts: Mapping[str, str], **values: str) -> Client:
        """A client of the register."""
        new = NewClient(ClientKind.COMPANY, {"name": name, **values}, country="NZ", contacts=contacts)
        return register.add_client(self.admin, new, NOW)

    def edit(self, client: Client, values: Mapping[str, str], *contacts: ContactEdit) -> Edited:
        """Save a form that was opened just now."""
        client.refresh_from_db()
        return register.edit_client(
            self.admin,
            client.pk,
            revision=client.revision,
            kind=ClientKind(client.kind),
            values=values,
            contacts=contacts,
            now=NOW,
        )

    def contact(self, client: Client) -> Contact:
        """The client's one contact."""
        found: Contact = Contact.rows.of(self.practice.pk).get(client=client, removed_at=None)
        return found

    def read(self, record: RemoteRecord, now: datetime = NOW) -> Mirror:
        """A record as XPM tells it now."""
        mirroring.store_batch(self.connection, [record], [], sweep=0, read_at=now, now=now)
        found: Mirror = Mirror.rows.of(self.practice.pk).get(connection=self.connection, remote_id=record.remote_id)
        return found

    def pair(self, record: RemoteRecord, name: str = "Kauri Ltd", **values: str) -> Client:
        """A client linked to this record."""
        client = self.add(name, **values)
        linking.link(self.admin, client.pk, self.read(record).pk, NOW)
        return client

    def pair_again(self, client: Client, record: RemoteRecord) -> Link:
        """A link of a client that is there already."""
        return linking.link(self.admin, client.pk, self.read(record).pk, NOW)

    def link_of(self, client: Client) -> Link:
        """The client's live link as stored."""
        found: Link = Link.rows.of(self.practice.pk).get(client=client, ended_at=None)
        return found

    def plan(self, client: Client) -> LinkedPlan:
        """The plan of a linked client."""
        found = load_plan(self.practice.pk, client.pk)
        assert found is not None
        return found

    def choose(self, client: Client, choices: Mapping[str, str], *, seen: str | None = None) -> Run:
        """A person's choices, by default on a screen that is up to date."""
        seen = self.plan(client).plan.seen if seen is None else seen
        return deciding.decide(self.admin, client.pk, choices=choices, seen=seen, now=NOW)

    def pushes(self, run: Run) -> list[Push]:
        """The pushes of a run as stored."""
        return list(Push.rows.of(self.practice.pk).filter(run=run).order_by("pk"))

    def verbs(self) -> list[str]:
        """What the activity tells, oldest first."""
        return list(Activity.rows.of(self.practice.pk).order_by("seq").values_list("verb", flat=True))


def an_office(name: str = "Kauri & Co") -> Office:
    """A practice with the add-on on and a person of each role, not connected."""
    practice = practices.create_practice(name=name, country="NZ", time_zone="Pacific/Auckland", now=NOW)
    actors = {}
    for role in Role:
        email = f"{role.value}.{practice.pk}@office.example"
        person = practices.add_person(
            practice, email=email, name=f"{role.value} {name}", password="", role=role, now=NOW
        )
        actors[role] = practices.actor_of(person, practice.pk)
    practices.enable_add_on(actors[Role.ADMIN], "xpm", NOW)
    return Office(practice, actors)


def a_record(remote_id: str = "r1", *contacts: RemoteContact, deleted: bool = False, **values: str) -> RemoteRecord:
    """A client as XPM tells it."""
    told = {"name": "Kauri Ltd", **values}
    digest = hashlib.blake2b(repr((remote_id, told, contacts)).encode(), digest_size=16).digest()
    return RemoteRecord(remote_id, told, contacts, deleted=deleted, digest=digest)
