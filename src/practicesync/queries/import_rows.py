"""The rows of an import as they are kept, and the clients of the register that they are held against."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models.fields.json import KeyTextTransform

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Subject, Values
from practicesync.core.import_columns import MOST_CONTACTS, contact_prefix
from practicesync.core.import_rows import Known, Reading, Row
from practicesync.core.kinds import Place
from practicesync.core.kinds.address_parts import country_of
from practicesync.core.kinds.spelling import plain
from practicesync.store.models import Client, Contact, GroupMember, Import, ImportRow, Practice
from practicesync.store.secrets import seal, unseal

CODE = "client_code"


@dataclass(frozen=True, slots=True)
class Held:
    """A client that rows are held against. `groups` are the meanings of its groups' names."""

    known: Known
    name: str
    revision: int
    archived: bool
    groups: frozenset[str]


def country_of_practice(practice_id: int) -> str:
    """Where the practice is (ISO 3166 alpha-2)."""
    return str(Practice.objects.values_list("country", flat=True).get(pk=practice_id))


def reading_of(found: Import, country: str) -> Reading:
    """How the rows of an import are read, as the person said."""
    return Reading(
        columns={int(at): key for at, key in found.columns.items()},
        catalogue=CATALOGUE,
        kind=ClientKind(found.options.get("kind", ClientKind.COMPANY.value)),
        country=country,
        clears=frozenset(found.options.get("clears", ())),
    )


def seal_cells(import_id: int, cells: Iterable[str]) -> str:
    """The cells of a row as they are kept: sealed, since any column may hold tax numbers."""
    return seal(json.dumps(list(cells), ensure_ascii=False), f"import:{import_id}")


def open_cells(row: ImportRow) -> list[str]:
    """The cells of a row as they were in the file; none once the row is done."""
    found: list[str] = json.loads(unseal(row.cells, f"import:{row.batch_id}")) if row.cells else []
    return found


def keep_row(row: ImportRow, brought: Row) -> None:
    """Write what the cells say into a row that the caller saves."""
    row.kind = brought.likely.value
    row.values = dict(brought.values)
    row.contact = {
        contact_prefix(number) + key: value
        for number, contact in enumerate(brought.contacts, start=1)
        for key, value in contact.items()
    }
    row.problems = brought.problems
    row.facts = {
        "id": brought.id,
        "told_kind": brought.kind is not None,
        "standing": brought.standing,
        "groups": list(brought.groups),
        "notes": brought.notes,
    }


def kept_row(row: ImportRow) -> Row:
    """The row as `keep_row` wrote it."""
    likely = ClientKind(row.kind)
    homes = (row.values.get(f"{each}.country", "") for each in ("physical_address", "postal_address"))
    return Row(
        id=row.facts.get("id", ""),
        kind=likely if row.facts.get("told_kind") else None,
        likely=likely,
        standing=row.facts.get("standing"),
        country=next(filter(None, map(country_of, homes)), ""),
        values=row.values,
        contacts=_contacts(row.contact),
        groups=tuple(row.facts.get("groups", ())),
        problems=dict(row.problems),
        notes=row.facts.get("notes", {}),
    )


def _contacts(flat: Values) -> tuple[Values, ...]:
    found = []
    for number in range(1, MOST_CONTACTS + 1):
        prefix = contact_prefix(number)
        found.append({key.removeprefix(prefix): value for key, value in flat.items() if key.startswith(prefix)})
    return tuple(filter(None, found))


def load_held(practice_id: int, client_ids: Collection[int]) -> dict[int, Held]:
    """These clients of the practice, by id, in three queries."""
    contacts: defaultdict[int, dict[int, Values]] = defaultdict(dict)
    rows = Contact.rows.of(practice_id).filter(client_id__in=list(client_ids), removed_at=None).order_by("pk")
    for contact in rows:
        contacts[contact.client_id][contact.pk] = contact.values
    groups: defaultdict[int, set[str]] = defaultdict(set)
    members = GroupMember.rows.of(practice_id).filter(client_id__in=list(client_ids), group__removed_at=None)
    for client_id, name in members.values_list("client_id", "group__name"):
        groups[client_id].add(plain(name))
    return {
        client.pk: Held(
            known=Known(
                id=client.pk,
                kind=ClientKind(client.kind),
                standing=client.standing,
                place=Place(client.country),
                values=client.values,
                contacts=contacts[client.pk],
            ),
            name=client.name,
            revision=client.revision,
            archived=client.archived_at is not None,
            groups=frozenset(groups[client.pk]),
        )
        for client in Client.rows.among(practice_id, list(client_ids))
    }


def code_of(values: Values, place: Place) -> str:
    """The meaning of the client code among these values; "" where there is none."""
    row = CATALOGUE.get(Subject.CLIENT, CODE)
    code = values.get(CODE, "")
    return row.kind.canonical((code,), place) if row is not None and code else ""


def load_codes(practice_id: int, place: Place, only: Collection[str] | None = None) -> Mapping[str, list[int]]:
    """The clients that have each client code, archived ones aside; all of them, or those of these codes as written."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    rows = Client.rows.of(practice_id).filter(archived_at=None)
    if only is not None:
        # The column begins with the client code where there is one, and costs less to look through than the values.
        rows = rows.filter(code__in=[code[:100] for code in only])
    for pk, code in rows.annotate(held=KeyTextTransform(CODE, "values")).values_list("pk", "held").iterator():
        if code:
            found[code_of({CODE: code}, place)].append(pk)
    return found
