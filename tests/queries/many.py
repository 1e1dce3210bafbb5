"""Registers of any size, put into the tables at once."""

from datetime import UTC, datetime, timedelta

from practicesync.core.actor import worker
from practicesync.core.link_state import LinkState
from practicesync.operations.listing import rebuild
from practicesync.operations.practices import create_practice, enable_add_on
from practicesync.operations.register import derive
from practicesync.store.models import Client, Connection, Link, Mirror, Practice

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
KINDS = ("company", "trust", "individual", "partnership")
STATES = (*[LinkState.IN_SYNC] * 6, LinkState.LOCAL_CHANGED, LinkState.REMOTE_CHANGED, LinkState.BOTH_CHANGED)


def a_practice(name: str = "Kauri & Co") -> Practice:
    """A practice with Xero Practice Manager switched on."""
    practice = create_practice(name=name, country="AU", time_zone="Australia/Sydney", now=NOW)
    enable_add_on(worker(practice.pk), "xpm", NOW)
    return practice


def a_connection(practice: Practice) -> Connection:
    """A connection with tokens that open nothing."""
    return Connection.rows.create(
        practice=practice,
        connector="xpm",
        organisation_id="t",
        organisation_name="Kauri XPM",
        connected_at=NOW,
        connected_by="Ana",
        refreshed_at=NOW,
    )


def a_client(practice: Practice, number: int, **values: str) -> Client:
    """One client, not saved."""
    client = Client(
        practice=practice,
        kind=KINDS[number % len(KINDS)],
        country="AU",
        values={
            "name": f"Client {number:05}",
            "client_code": f"C{number:05}",
            "email": f"office{number}@client.example",
            "phone": f"02 9{number:07}",
            **values,
        },
        created_at=NOW,
        changed_at=NOW - timedelta(minutes=number),
    )
    derive(client)
    return client


def fill(practice: Practice, connection: Connection, count: int) -> None:
    """So many clients; nine of ten are linked, in states that repeat."""
    clients = Client.rows.bulk_create([a_client(practice, number) for number in range(count)])
    linked = [client for number, client in enumerate(clients) if number % 10]
    mirrors = Mirror.rows.bulk_create(
        Mirror(
            practice=practice,
            connection=connection,
            remote_id=f"r{client.pk}",
            name=client.name,
            sort_name=client.sort_name,
            search=client.search,
            values=client.values,
            contacts=[],
            digest=b"",
            read_at=NOW,
            changed_at=NOW,
        )
        for client in linked
    )
    Link.rows.bulk_create(
        Link(
            practice=practice,
            connection=connection,
            client=client,
            mirror=mirror,
            state=STATES[number % len(STATES)].value,
            linked_at=NOW,
            linked_by="Ana",
        )
        for number, (client, mirror) in enumerate(zip(linked, mirrors, strict=True))
    )
    rebuild(practice.pk)
