"""Files around imports: a template to fill in, the rows with problems to mend and send again, and the whole register.

Every file reads back as it was written: its headers are the labels by which columns are known, and what a spreadsheet
would take for a formula is guarded.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Field, Values
from practicesync.core.import_columns import GROUPS, ID, KIND, MOST_CONTACTS, STANDING, columns, contact_prefix
from practicesync.core.import_rows import Verdict, guarded
from practicesync.core.words import KIND_WORDS
from practicesync.queries.import_page import ImportHead, is_sealed
from practicesync.queries.import_rows import open_cells
from practicesync.queries.showing import masked
from practicesync.store.models import Client, Contact, GroupMember, ImportRow

BATCH: Final = 500
PROBLEM: Final = "Problem"
MARK: Final = "\ufeff"
"""By which Excel knows that a CSV file is UTF-8."""


def template(kind: ClientKind) -> str:
    """An empty CSV file whose columns are those of this kind of client, with one contact; the columns that every
    client needs come first."""
    fields = {row.name: row for row in CATALOGUE.client}
    wanted = [column for column in columns(CATALOGUE) if _fits(column.key, fields, kind)]
    return MARK + _lines([[column.label for column in wanted]])


def _fits(key: str, fields: dict[str, Field], kind: ClientKind) -> bool:
    if key in (STANDING, GROUPS):
        return True
    if key in (ID, KIND) or key.endswith("+"):
        return False
    row = fields.get(key.partition(".")[0])
    return key.startswith("contact.") if row is None else kind in row.applies


def problem_rows(practice_id: int, head: ImportHead) -> Iterator[str]:
    """The rows with problems as they were in the file, each with what is wrong; lines of CSV.

    Tax numbers are told by their end alone, so that such a cell is left as it is when the file is sent again.
    """
    yield MARK + _lines([[*map(guarded, head.header), PROBLEM]])
    sealed = {at for at, key in head.columns.items() if is_sealed(key)}
    rows = ImportRow.rows.of(practice_id).filter(batch_id=head.id, verdict=Verdict.ERROR.value).exclude(cells="")
    for row in rows.order_by("number").iterator(BATCH):
        cells = [_told(cell, at in sealed) for at, cell in enumerate(open_cells(row))]
        yield _lines([[*cells, " ".join(row.problems.values())]])


def _told(cell: str, is_hidden: bool) -> str:
    return masked(cell) if is_hidden and cell else guarded(cell)


def register_rows(practice_id: int) -> Iterator[str]:
    """The header, then every client that is not archived, with its first contacts and its groups; a record each."""
    every = [column for column in columns(CATALOGUE) if not column.key.endswith("+")]
    yield MARK + _lines([[column.label for column in every]])
    rows = Client.rows.of(practice_id).filter(archived_at=None).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        contacts, groups = _contacts(practice_id, batch), _groups(practice_id, batch)
        told = (_client(client, contacts[client.pk], groups[client.pk]) for client in batch)
        for values in told:
            yield _lines([[guarded(values.get(column.key, "")) for column in every]])


def _client(client: Client, contacts: list[Values], groups: list[str]) -> Values:
    """A client by the keys of columns."""
    found = {key: masked(value) if value and is_sealed(key) else value for key, value in client.values.items()}
    found |= {ID: str(client.pk), KIND: KIND_WORDS[ClientKind(client.kind)], STANDING: client.standing}
    found[GROUPS] = "; ".join(groups)
    for number, values in enumerate(contacts[:MOST_CONTACTS], start=1):
        found |= {contact_prefix(number) + key: value for key, value in values.items()}
    return found


def _contacts(practice_id: int, clients: Iterable[Client]) -> defaultdict[int, list[Values]]:
    found: defaultdict[int, list[Values]] = defaultdict(list)
    rows = Contact.rows.of(practice_id).filter(client__in=list(clients), removed_at=None).order_by("pk")
    for contact in rows:
        found[contact.client_id].append(contact.values)
    return found


def _groups(practice_id: int, clients: Iterable[Client]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = GroupMember.rows.of(practice_id).filter(client__in=list(clients), group__removed_at=None)
    for client_id, name in rows.order_by("group__name").values_list("client_id", "group__name"):
        found[client_id].append(name)
    return found


def _lines(rows: Iterable[Iterable[str]]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()
