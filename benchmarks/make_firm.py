"""A firm on both sides, made in bulk: `make_firm CLIENTS HABIT`. The index of differences is made by planning."""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

import django

django.setup()

from benchmarks.firm import (  # noqa: E402 - models need Django set up
    CLIENT,
    CONTACT,
    FAMILY,
    HABITS,
    Families,
    Habit,
    Tie,
    agreed_of,
    contact_of,
    record_of,
    uuid,
    values_of,
)
from benchmarks.product_ingest import prepare  # noqa: E402
from practicesync.core.kinds.spelling import plain  # noqa: E402
from practicesync.flows.clock import SYSTEM_CLOCK  # noqa: E402
from practicesync.operations import mirroring  # noqa: E402
from practicesync.operations.listing import rebuild  # noqa: E402
from practicesync.operations.reconciling import reconcile  # noqa: E402
from practicesync.operations.register import derive  # noqa: E402
from practicesync.store.models import (  # noqa: E402
    Client,
    Connection,
    Contact,
    ContactTie,
    Group,
    GroupMember,
    Link,
    Mirror,
    Relationship,
    RelationshipTie,
)

BATCH = 500


class Builder:
    """Makes the rows of a firm, some hundreds at a time: clients first, then what ties them together."""

    def __init__(self, connection: Connection, habit: Habit, families: Families, now: datetime) -> None:
        self.connection = connection
        self.practice_id = connection.practice_id
        self.habit = habit
        self.families = families
        self.now = now
        self.client_ids: dict[int, int] = {}
        self.link_ids: dict[int, int] = {}

    def make(self) -> None:
        """All of it."""
        for numbers in batches(self.families.clients):
            self.meet(numbers)
        for families in batches(self.families.count):
            self.tie([tie for family in families for tie in self.families.ties(family)])
            self.gather(families)

    def meet(self, numbers: Sequence[int]) -> None:
        """These clients on both sides, linked, with their contacts."""
        records = [record_of(number, self.habit, self.families) for number in numbers]
        mirroring.store_batch(self.connection, records, [], sweep=1, read_at=self.now, now=self.now)
        clients = Client.rows.bulk_create(map(self.client, numbers))
        self.client_ids |= {number: client.pk for number, client in zip(numbers, clients, strict=True)}
        linked = [number for number in numbers if self.habit.linked(number)]
        links = Link.rows.bulk_create(self.links(linked))
        self.link_ids |= {number: link.pk for number, link in zip(linked, links, strict=True)}
        self.know_contacts([(number, place) for number in numbers for place in range(self.habit.contacts(number))])

    def client(self, number: int) -> Client:
        """A client of the register."""
        kind = FAMILY[self.families.place(number)]
        made = Client(kind=kind.value, country="AU", values=values_of(number), **self.written())
        derive(made)
        return made

    def links(self, numbers: Sequence[int]) -> Iterator[Link]:
        """What both sides of these clients agreed on."""
        ids = [uuid(CLIENT, number) for number in numbers]
        mirrors = dict(Mirror.rows.of(self.practice_id).filter(remote_id__in=ids).values_list("remote_id", "pk"))
        for number in numbers:
            yield Link(
                practice_id=self.practice_id,
                connection=self.connection,
                client_id=self.client_ids[number],
                mirror_id=mirrors[uuid(CLIENT, number)],
                base=agreed_of(number) | self.habit.agreed(number),
                linked_at=self.now,
                linked_by="Ana Lee",
            )

    def know_contacts(self, places: Sequence[tuple[int, int]]) -> None:
        """Contacts, by client and place; tied where the client is linked."""
        contacts = Contact.rows.bulk_create(
            Contact(client_id=self.client_ids[number], values=contact_of(number, place), **self.written())
            for number, place in places
        )
        ContactTie.rows.bulk_create(
            ContactTie(
                practice_id=self.practice_id,
                link_id=self.link_ids[number],
                contact=contact,
                remote_id=uuid(CONTACT, number, place),
                base=contact_of(number, place),
            )
            for (number, place), contact in zip(places, contacts, strict=True)
            if number in self.link_ids
        )

    def tie(self, ties: Sequence[Tie]) -> None:
        """Relationships, each once, known on both sides where both clients are linked."""
        made = Relationship.rows.bulk_create(
            Relationship(
                client_id=self.client_ids[tie.client],
                party_id=self.client_ids[tie.party],
                type=tie.kind,
                values=tie.values,
                **self.written(),
            )
            for tie in ties
        )
        RelationshipTie.rows.bulk_create(
            RelationshipTie(
                practice_id=self.practice_id,
                link_id=self.link_ids[tie.client],
                relationship=relationship,
                remote_id=tie.ids[0],
                base=tie.values,
            )
            for tie, relationship in zip(ties, made, strict=True)
            if tie.client in self.link_ids and tie.party in self.link_ids
        )

    def gather(self, families: Sequence[int]) -> None:
        """The group of each of these families."""
        names = [self.families.group(family) for family in families]
        groups = Group.rows.bulk_create(
            Group(practice_id=self.practice_id, name=name, meaning=plain(name), created_at=self.now) for name in names
        )
        GroupMember.rows.bulk_create(
            GroupMember(
                practice_id=self.practice_id, group=group, client_id=self.client_ids[member], joined_at=self.now
            )
            for family, group in zip(families, groups, strict=True)
            for member in self.families.members(family)
        )

    def written(self) -> dict[str, object]:
        """What the register's rows say of whose and how old they are."""
        return {"practice_id": self.practice_id, "created_at": self.now, "changed_at": self.now}


def batches(count: int) -> Iterator[list[int]]:
    """The numbers below `count`, some hundreds at a time."""
    numbers = iter(range(count))
    while batch := list(islice(numbers, BATCH)):
        yield batch


def main() -> None:
    """Make the firm."""
    prepare()
    connection = Connection.rows.everywhere().get()
    now = SYSTEM_CLOCK.now()
    Builder(connection, HABITS[sys.argv[2]], Families(int(sys.argv[1])), now).make()
    rebuild(connection.practice_id)
    links = list(Link.rows.of(connection.practice_id).order_by("pk").values_list("pk", flat=True))
    reconcile(connection.practice_id, links, now)
    print("{}")


if __name__ == "__main__":
    main()
