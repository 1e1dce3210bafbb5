"""Registers of any size, put into the tables at once."""

from collections.abc import Mapping
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


def a_mirror(
    connection: Connection, remote_id: str, values: Mapping[str, str], *, sort_name: str = "", search: str = ""
) -> Mirror:
    """One record of the remote, not saved; it is found by each of its values unless told otherwise."""
    return Mirror(
        practice_id=connection.practice_id,
        connection=connection,
        remote_id=remote_id,
        name=values["name"],
        sort_name=sort_name or values["name"].casefold(),
        search=search or " ".join(values.values()).casefold(),
        values=values,
        contacts=[],
        digest=b"",
        read_at=NOW,
        changed_at=NOW,
    )


def a_copy(connection: Connection, remote_id: str, client: Client) -> Mirror:
    """A record of the remote that is as a client is, not saved."""
    return a_mirror(connection, remote_id, client.values, sort_name=client.sort_name, search=client.search)


def a_link(client: Client, mirror: Mirror, state: LinkState = LinkState.IN_SYNC) -> Link:
    """The link of a client with a record, not saved."""
    return Link(
        practice_id=client.practice_id,
        connection_id=mirror.connection_id,
        client=client,
        mirror=mirror,
        state=state.value,
        linked_at=NOW,
        linked_by="Ana",
    )


def here(practice: Practice, name: str, **values: str) -> Client:
    """One client of the register, as the lists show it."""
    client = a_client(practice, 0, name=name, **values)
    client.save()
    rebuild(practice.pk)
    return client


def there(connection: Connection, name: str, **values: str) -> Mirror:
    """One record of the remote."""
    number = Mirror.rows.of(connection.practice_id).count()
    mirror = a_mirror(connection, f"r-{number}", {"name": name, **values})
    mirror.save()
    return mirror


def link(client: Client, mirror: Mirror) -> None:
    """Tie a client to a record."""
    a_link(client, mirror).save()


def fill(practice: Practice, connection: Connection, count: int) -> None:
    """So many clients; nine of ten are linked, in states that repeat."""
    clients = Client.rows.bulk_create([a_client(practice, number) for number in range(count)])
    linked = [client for number, client in enumerate(clients) if number % 10]
    mirrors = Mirror.rows.bulk_create(a_copy(connection, f"r{client.pk}", client) for client in linked)
    Link.rows.bulk_create(
        a_link(client, mirror, STATES[number % len(STATES)])
        for number, (client, mirror) in enumerate(zip(linked, mirrors, strict=True))
    )
    rebuild(practice.pk)
