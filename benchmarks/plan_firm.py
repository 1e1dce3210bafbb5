"""A firm of any length whose every client is linked and differs in six or seven things: `plan_firm CLIENTS`.

Each client has two or three contacts, so that forty fields are planned of each. The index of differences is made by
planning every link.
"""

import sys
from datetime import datetime
from itertools import islice

import django

django.setup()

from benchmarks.product_ingest import prepare  # noqa: E402 - models need Django set up
from benchmarks.screens_firm import KINDS, contact_of, values_of  # noqa: E402
from practicesync.core.record import RemoteContact, RemoteRecord  # noqa: E402
from practicesync.flows.clock import SYSTEM_CLOCK  # noqa: E402
from practicesync.operations import mirroring  # noqa: E402
from practicesync.operations.listing import rebuild  # noqa: E402
from practicesync.operations.reconciling import reconcile  # noqa: E402
from practicesync.operations.register import derive  # noqa: E402
from practicesync.store.models import Client, Connection, Contact, ContactTie, Link, Mirror  # noqa: E402

BATCH = 500


def remote_values(number: int) -> dict[str, str]:
    """What XPM holds: the phone, the website and the street moved there, what is not told of one in three is blank."""
    values = values_of(number)
    moved = {
        "phone": "(03) 5550 0000",
        "website": f"www.other{number}.example",
        "physical_address.street": f"{number % 200 + 300} Mill Road",
    }
    blank = {"client_code": "", "email": ""} if number % 3 == 0 else {}
    return values | moved | blank


def base_values(number: int) -> dict[str, str]:
    """What both agreed on: the register's website and e-mail moved since."""
    return values_of(number) | {"email": f"former{number}@firm.example", "website": f"www.other{number}.example"}


def contacts_of(number: int) -> list[dict[str, str]]:
    """Two contacts, or three."""
    return [contact_of(number) | {"name": f"Contact {place} of {number}"} for place in range(2 + number % 2)]


def make(connection: Connection, numbers: list[int], now: datetime) -> None:
    """The rows of these clients on both sides, linked."""
    practice_id = connection.practice_id
    records = [
        RemoteRecord(
            f"r{number}",
            remote_values(number),
            tuple(
                RemoteContact(f"c{number}.{place}", each | {"mobile": "021 555 0100"})
                for place, each in enumerate(contacts_of(number))
            ),
            digest=number.to_bytes(16),
        )
        for number in numbers
    ]
    mirroring.store_batch(connection, records, [], sweep=1, read_at=now, now=now)
    stored = Mirror.rows.of(practice_id).filter(remote_id__in=[each.remote_id for each in records])
    mirrors = {mirror.remote_id: mirror for mirror in stored}
    clients = Client.rows.bulk_create(_client(practice_id, number, now) for number in numbers)
    links = Link.rows.bulk_create(
        Link(
            practice_id=practice_id,
            connection=connection,
            client=client,
            mirror=mirrors[f"r{number}"],
            base=base_values(number),
            linked_at=now,
            linked_by="Ana Lee",
        )
        for number, client in zip(numbers, clients, strict=True)
    )
    told = [
        (link, f"c{number}.{place}", each)
        for number, link in zip(numbers, links, strict=True)
        for place, each in enumerate(contacts_of(number))
    ]
    contacts = Contact.rows.bulk_create(
        Contact(practice_id=practice_id, client_id=link.client_id, values=each, created_at=now, changed_at=now)
        for link, _remote_id, each in told
    )
    ContactTie.rows.bulk_create(
        ContactTie(practice_id=practice_id, link=link, contact=contact, remote_id=remote_id, base=each)
        for (link, remote_id, each), contact in zip(told, contacts, strict=True)
    )


def _client(practice_id: int, number: int, now: datetime) -> Client:
    client = Client(
        practice_id=practice_id,
        kind=KINDS[number % len(KINDS)].value,
        country="AU",
        values=values_of(number),
        created_at=now,
        changed_at=now,
    )
    derive(client)
    return client


def main() -> None:
    """Make the firm."""
    prepare()
    connection = Connection.rows.everywhere().get()
    now = SYSTEM_CLOCK.now()
    numbers = iter(range(int(sys.argv[1])))
    while batch := list(islice(numbers, BATCH)):
        make(connection, batch, now)
    rebuild(connection.practice_id)
    links = list(Link.rows.of(connection.practice_id).order_by("pk").values_list("pk", flat=True))
    reconcile(connection.practice_id, links, now)
    print("{}")


if __name__ == "__main__":
    main()
