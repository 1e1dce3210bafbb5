"""The mirror: what the remote holds, as last read. Written in bulk, off the ORM, in bounded transactions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import Q, QuerySet

from practicesync.core.contacts import OF_ONE_CLIENT
from practicesync.core.fields import Values
from practicesync.core.record import RemoteContact, RemoteRecord, StaffMember
from practicesync.operations.lagging import just_made, shown_late
from practicesync.operations.reconciling import reconcile
from practicesync.operations.register import search_text
from practicesync.operations.unreadable import Unreadable, drop_unmet, forget, keep, set_aside_ids
from practicesync.queries.linked import links_to
from practicesync.store.models import Connection, ContactTie, Mirror, StaffMirror
from practicesync.store.secrets import to_json, values_json

COLUMNS = (
    "practice_id",
    "connection_id",
    "remote_id",
    "name",
    "sort_name",
    "search",
    "values",
    "contacts",
    "relationships",
    "groups",
    "digest",
    "archived",
    "deleted",
    "read_at",
    "changed_at",
    "sweep",
)
KEPT = ("practice_id", "connection_id", "remote_id")
NOT_ALWAYS_TOLD = ("contacts", "relationships", "groups")
"""What some readings leave out: what was not observed is not cleared."""


def _upsert() -> str:
    """Write rows unless the mirror was read later than they were: a long list is older than what was read beside it.

    The last parameter is the present moment. What claims to have been read after it was told so by a clock that has
    been put back since, and stands in no reading's way.
    """
    names = ", ".join(_quoted(*COLUMNS))
    marks = ", ".join(["%s"] * len(COLUMNS))
    table, gone, read = _quoted(Mirror._meta.db_table, "gone_at", "read_at")
    always = _quoted(*(column for column in COLUMNS if column not in (*KEPT, *NOT_ALWAYS_TOLD)))
    moved = ", ".join(
        [f"{name} = excluded.{name}" for name in always]
        + [f"{name} = COALESCE(excluded.{name}, {table}.{name})" for name in _quoted(*NOT_ALWAYS_TOLD)]
    )
    key = ", ".join(_quoted("connection_id", "remote_id"))
    return (  # only names of our own are put in
        f"INSERT INTO {table} ({names}) VALUES ({marks}) "  # noqa: S608
        f"ON CONFLICT ({key}) DO UPDATE SET {moved}, {gone} = NULL "
        f"WHERE {table}.{read} <= excluded.{read} OR {table}.{read} > %s"
    )


Row = tuple[str | int | bytes | None, ...]
"""The columns of one mirror as a statement takes them."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a batch did: how many mirrors were written, and how many links were planned afresh."""

    written: int
    replanned: int


def store_batch(
    connection: Connection,
    records: Sequence[RemoteRecord],
    unchanged: Sequence[bytes],
    *,
    sweep: int,
    read_at: datetime,
    now: datetime,
    unreadable: Sequence[Unreadable] = (),
    may_lag: bool = False,
) -> Stored:
    """Write changed records, mark unchanged ones (by digest) as seen by this sweep, and re-plan what was touched.

    `read_at` is when the list was asked for; `unreadable` are records that are there and could not be read. Of a list
    that `may_lag`, records that show what our own write of just now put an end to are kept as they are.
    One transaction: a crash before its end leaves nothing of the batch, so that reading again does the same.
    """
    unread = [each.remote_id for each in unreadable if each.remote_id]
    with transaction.atomic():
        late = shown_late(connection, records, now) if may_lag else set()
        fresh = [record for record in records if record.remote_id not in late]
        if fresh:
            with database.cursor() as cursor:
                cursor.executemany(_upsert(), _at(now, _rows(connection, fresh, sweep, read_at)))
        if sweep:
            _mark_seen(connection, "digest", unchanged, sweep)
            # Also a row that keeps what was read later than this list was seen by the sweep.
            _mark_seen(connection, "remote_id", [*unread, *(record.remote_id for record in records)], sweep)
        well = [*(record.remote_id for record in records), *_well_again(connection, unchanged)]
        forget(connection, well)
        keep(connection, unreadable, read_at)
        links = _touched(connection, [*unread, *well])
        reconcile(connection.practice_id, links, read_at)
    return Stored(len(records), len(links))


def _well_again(connection: Connection, unchanged: Sequence[bytes]) -> list[str]:
    """The records that were set aside and stand in this batch just as the mirror holds them."""
    aside = set_aside_ids(connection)
    if not aside:
        return []
    rows = Mirror.rows.of(connection.practice_id).filter(connection=connection, remote_id__in=aside)
    known = set(unchanged)
    return [remote_id for remote_id, digest in rows.values_list("remote_id", "digest") if bytes(digest) in known]


def store_records(connection: Connection, read: Sequence[tuple[RemoteRecord, datetime]], now: datetime) -> None:
    """Write records that were read one by one, without re-planning: the caller does that with what it knows besides.

    Each comes with when the read was asked for, or when the reply to a write came in.
    """
    if not read:
        return
    ids = [record.remote_id for record, _ in read]
    known = Mirror.rows.of(connection.practice_id).filter(connection=connection, remote_id__in=ids)
    sweeps = dict(known.values_list("remote_id", "sweep"))
    rows = [_rows(connection, [record], sweeps.get(record.remote_id, 0), read_at)[0] for record, read_at in read]
    with transaction.atomic():
        with database.cursor() as cursor:
            cursor.executemany(_upsert(), _at(now, rows))
        forget(connection, ids)


def _at(now: datetime, rows: Iterable[Row]) -> list[Row]:
    """The rows with the present moment behind them."""
    moment = database.ops.adapt_datetimefield_value(now)
    return [(*row, moment) for row in rows]


def store_contact(connection: Connection, remote_id: str, contact: RemoteContact, now: datetime) -> list[int]:
    """Write what a contact's own reply told into its client's mirror; what it did not tell stays.

    Other clients that share the contact hold the same, but for what is kept for each client. Returns the links of
    those, which the caller plans afresh.
    """
    mirrors = Mirror.rows.of(connection.practice_id).filter(connection=connection)
    shared = (
        ContactTie.rows.of(connection.practice_id)
        .filter(remote_id=contact.remote_id, link__connection=connection, link__ended_at=None)
        .exclude(link__mirror__remote_id=remote_id)
    )
    others = dict(shared.values_list("link__mirror_id", "link_id"))
    wanted = mirrors.filter(Q(remote_id=remote_id) | Q(pk__in=others)).order_by("pk").select_for_update(no_key=True)
    for mirror in wanted:
        own = mirror.remote_id == remote_id
        values = {key: value for key, value in contact.values.items() if own or key not in OF_ONE_CLIENT}
        contacts = _with_contact(mirror.contacts or [], contact.remote_id, values, add=own)
        # An older reading of the other clients is no newer for knowing their contact.
        read = {"read_at": now} if own else {}
        mirrors.filter(pk=mirror.pk).update(contacts=contacts, digest=b"", **read)
    return sorted(others.values())


def _with_contact(
    contacts: Sequence[Mapping[str, Any]], remote_id: str, values: Values, *, add: bool
) -> list[Mapping[str, Any]]:
    """A mirror's contacts with these values put into one of them, or with it put in."""
    if add and not any(each["id"] == remote_id for each in contacts):
        return [*contacts, {"id": remote_id, "values": dict(values)}]
    return [{**each, "values": {**each["values"], **values}} if each["id"] == remote_id else each for each in contacts]


def known_digests(connection: Connection, digests: Sequence[bytes]) -> set[bytes]:
    """Those of the digests that the mirror holds: their records need no parsing."""
    if not digests:
        return set()
    with database.cursor() as cursor:
        cursor.execute(_among("digest", len(digests), "digest"), [*digests, connection.pk])
        return {bytes(digest) for (digest,) in cursor.fetchall()}


def note_what_lists_show(connection: Connection, listed: Iterable[RemoteRecord]) -> None:
    """Remember for good that lists of clients hold archived, or deleted, ones too, once one of them does."""
    if connection.shows_all:
        return
    records = list(listed)
    archived = connection.shows_archived or any(record.archived for record in records)
    deleted = connection.shows_deleted or any(record.deleted for record in records)
    if (archived, deleted) != (connection.shows_archived, connection.shows_deleted):
        connection.shows_archived, connection.shows_deleted = archived, deleted
        connection.save(update_fields=["shows_archived", "shows_deleted"])


def _mark_seen(connection: Connection, column: str, values: Sequence[bytes] | Sequence[str], sweep: int) -> None:
    """This sweep found the records with one of these values."""
    if not values:
        return
    table, key, seen, gone = _quoted(Mirror._meta.db_table, "id", "sweep", "gone_at")
    with database.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {seen} = %s, {gone} = NULL "  # noqa: S608 - names of our own
            f"WHERE {key} IN ({_among(column, len(values), 'id')})",
            [sweep, *values, connection.pk],
        )


def _among(column: str, count: int, wanted: str) -> str:
    """Select `wanted` of a connection's mirrors whose `column` is one of `count` values; the connection comes last.

    SQLite without statistics takes a long IN list for dearer than reading every row of the practice, and would do that
    for each batch anew. CROSS JOIN makes it look each value up (SQLite documentation, "Manual Control Of Query Plans
    Using CROSS JOIN"); to PostgreSQL it is a plain join.
    """
    table, column, wanted, scope = _quoted(Mirror._meta.db_table, column, wanted, "connection_id")
    told = ", ".join(["(%s)"] * count)
    return (
        f"WITH told (value) AS (VALUES {told}) SELECT {table}.{wanted} FROM told CROSS JOIN {table} "  # noqa: S608
        f"WHERE {table}.{column} = told.value AND {table}.{scope} = %s"
    )


def _quoted(*names: str) -> list[str]:
    return [database.ops.quote_name(name) for name in names]


def mark_gone(connection: Connection, sweep: int, now: datetime) -> int:
    """After a complete sweep: what it did not find is gone. Nothing is deleted. Returns how many are newly gone."""
    with transaction.atomic():
        rows = _missed(connection, sweep, now)
        missed = list(rows.values_list("remote_id", flat=True))
        rows.update(gone_at=now)
        reconcile(connection.practice_id, _touched(connection, missed), now)
    return len(missed)


def forget_unmet(connection: Connection, since: datetime, now: datetime) -> None:
    """A reading of everything that began then was complete: unreadable records that it did not meet are forgotten."""
    with transaction.atomic():
        reconcile(connection.practice_id, _touched(connection, drop_unmet(connection, since)), now)


def missed_count(connection: Connection, sweep: int, now: datetime) -> int:
    """How many live mirrors a sweep did not find."""
    return int(_missed(connection, sweep, now).count())


def _missed(connection: Connection, sweep: int, now: datetime) -> QuerySet[Mirror]:
    rows = Mirror.rows.of(connection.practice_id).filter(connection=connection, gone_at=None).exclude(sweep=sweep)
    return rows.exclude(remote_id__in=just_made(connection, now))


def store_staff(connection: Connection, staff: Iterable[StaffMember], now: datetime) -> None:
    """The staff list as just read; who is no longer on it goes."""
    members = list(staff)
    with transaction.atomic():
        rows = StaffMirror.rows.of(connection.practice_id).filter(connection=connection)
        rows.exclude(remote_id__in=[member.remote_id for member in members]).delete()
        for member in members:
            rows.update_or_create(
                remote_id=member.remote_id,
                defaults={"name": member.name, "email": member.email},
                create_defaults={
                    "practice_id": connection.practice_id,
                    "connection": connection,
                    "name": member.name,
                    "email": member.email,
                },
            )


def advance(connection: Connection, *, watermark: datetime, full: bool, now: datetime) -> None:
    """A reading was complete: changes are asked for from `watermark` on."""
    moved: Mapping[str, datetime] = {"watermark": watermark, "refreshed_at": now, **({"swept_at": now} if full else {})}
    Connection.rows.of(connection.practice_id).filter(pk=connection.pk).update(**moved)


def _rows(connection: Connection, records: Sequence[RemoteRecord], sweep: int, read_at: datetime) -> list[Row]:
    """The records in the order of `COLUMNS`."""
    moment = database.ops.adapt_datetimefield_value(read_at)
    return [
        (
            connection.practice_id,
            connection.pk,
            record.remote_id,
            record.name[:300],
            record.name.casefold()[:300],
            search_text(record.values),
            values_json(record.values),
            _contacts_json(record),
            _relationships_json(record),
            _groups_json(record),
            record.digest,
            record.archived,
            record.deleted,
            moment,
            moment,
            sweep,
        )
        for record in records
    ]


def _contacts_json(record: RemoteRecord) -> str | None:
    """The contacts as stored; None where the reading does not tell them."""
    if record.contacts is None:
        return None
    told = [{"id": each.remote_id, "values": each.values} for each in record.contacts]
    return to_json(told)


def _relationships_json(record: RemoteRecord) -> str | None:
    if record.relationships is None:
        return None
    told = [
        {
            "id": each.remote_id,
            "label": each.label,
            "other_id": each.other_id,
            "other_name": each.other_name,
            "values": each.values,
        }
        for each in record.relationships
    ]
    return to_json(told)


def _groups_json(record: RemoteRecord) -> str | None:
    if record.groups is None:
        return None
    return to_json([{"id": each.remote_id, "name": each.name} for each in record.groups])


def _touched(connection: Connection, remote_ids: Sequence[str]) -> list[int]:
    """The live links of these remote records."""
    found = links_to(connection.practice_id, connection.pk, remote_ids)
    return list(found.values_list("pk", flat=True))
