"""What taking an import back would do: which clients go, which values come back, and what has to stay, and why.

Whatever happened to a client after the import counts more than the import: a value that somebody changed since stays,
and a client on which something hangs is not archived.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Subject, Values
from practicesync.core.push import OPEN
from practicesync.store.models import (
    Client,
    Contact,
    GroupMember,
    Import,
    ImportRow,
    Link,
    Proposal,
    Push,
    Relationship,
)

BATCH: Final = 200
OWN_WORDS: Final[Mapping[str, str]] = {"kind": "Kind", "standing": "Standing"}


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one row's client when the import is taken back.

    `archives` says that it goes; else `values` and `contacts` (by id) come back, and `added` contacts go. `stays` are
    sentences about what has to stay, in which case the rest is taken back all the same.
    """

    number: int
    client_id: int
    name: str
    archives: bool = False
    values: Values = field(default_factory=dict)
    contacts: Mapping[int, Values] = field(default_factory=dict)
    added: tuple[int, ...] = ()
    stays: tuple[str, ...] = ()

    @property
    def does_something(self) -> bool:
        """Whether anything is taken back."""
        return bool(self.archives or self.values or self.contacts or self.added)


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What taking the whole import back would do. `kept` are the first rows of which something has to stay."""

    archived: int
    restored: int
    kept: tuple[Fate, ...]
    kept_count: int

    @property
    def does_something(self) -> bool:
        """Whether anything can be taken back."""
        return bool(self.archived or self.restored)


def rows_to_undo(found: Import) -> Any:
    """The rows that did something and were not taken back yet, the last first."""
    rows = ImportRow.rows.of(found.practice_id).filter(batch=found, client__isnull=False, done_at__isnull=False)
    return rows.exclude(facts__has_key="undone").order_by("-number")


def plan_undo(practice_id: int, import_id: int, *, told: int = 100) -> UndoPlan:
    """What taking this import back would do now, with at most `told` of the rows of which something has to stay."""
    found = Import.rows.of(practice_id).get(pk=import_id)
    archived = restored = kept_count = 0
    kept: list[Fate] = []
    for batch in _batches(rows_to_undo(found).iterator(BATCH)):
        for fate in fates(practice_id, batch):
            archived += fate.archives
            restored += not fate.archives and fate.does_something
            kept_count += bool(fate.stays)
            if fate.stays and len(kept) < told:
                kept.append(fate)
    return UndoPlan(archived, restored, tuple(kept), kept_count)


def _batches(lines: Iterator[ImportRow]) -> Iterator[list[ImportRow]]:
    batch: list[ImportRow] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def fates(practice_id: int, lines: Sequence[ImportRow]) -> list[Fate]:
    """What becomes of the client of each of these rows, in a few queries for all of them."""
    ids = [line.client_id for line in lines if line.client_id is not None]
    clients = {client.pk: client for client in Client.rows.among(practice_id, ids)}
    contacts = {each.pk: each for each in Contact.rows.of(practice_id).filter(client_id__in=ids)}
    since = _Since(practice_id, ids)
    found = []
    for line in lines:
        client = clients.get(line.client_id or 0)
        if client is None:
            continue
        if line.facts.get("outcome") == "created":
            found.append(_of_created(line, client, since.reasons(client.pk, line.done_at)))
        else:
            found.append(_of_updated(line, client, contacts))
    return found


def _of_created(line: ImportRow, client: Client, reasons: list[str]) -> Fate:
    if client.archived_at is not None:
        return Fate(line.number, client.pk, client.name, stays=("It is archived already.",))
    if client.revision != line.facts.get("after", 1):
        reasons = ["Somebody edited it since.", *reasons]
    return Fate(line.number, client.pk, client.name, archives=not reasons, stays=tuple(reasons))


class _Since:
    """What came to hang on clients, and when."""

    def __init__(self, practice_id: int, ids: Iterable[int]) -> None:
        ids = list(ids)
        self._found: defaultdict[int, list[tuple[datetime, str]]] = defaultdict(list)
        links = Link.rows.among(practice_id, ids, by="client_id").filter(ended_at=None)
        self._add(links.values_list("client_id", "linked_at"), "It was linked to XPM since.")
        relationships = Relationship.rows.of(practice_id).filter(removed_at=None)
        ties = relationships.filter(client_id__in=ids).values_list("client_id", "created_at")
        roles = relationships.filter(party_id__in=ids).values_list("party_id", "created_at")
        self._add(ties, "It was given a relationship since.")
        self._add(roles, "It was given a role in another client since.")
        members = GroupMember.rows.of(practice_id).filter(client_id__in=ids, group__removed_at=None)
        self._add(members.values_list("client_id", "joined_at"), "It was put into a group since.")
        proposals = Proposal.rows.of(practice_id).filter(client_id__in=ids)
        self._add(proposals.values_list("client_id", "created_at"), "It has a proposal.")
        waiting = Push.rows.of(practice_id).filter(link__client_id__in=ids, state__in=[each.value for each in OPEN])
        for client_id, asked_at in waiting.values_list("link__client_id", "asked_at"):
            self._found[client_id].append((asked_at, "Values of it are being written to XPM."))

    def _add(self, rows: Iterable[tuple[int, datetime]], sentence: str) -> None:
        for client_id, moment in rows:
            self._found[client_id].append((moment, sentence))

    def reasons(self, client_id: int, done_at: datetime | None) -> list[str]:
        """Each sort of thing that is newer than the row, once."""
        newer = (told for moment, told in self._found[client_id] if done_at is None or moment > done_at)
        return list(dict.fromkeys(newer))


def _of_updated(line: ImportRow, client: Client, contacts: Mapping[int, Contact]) -> Fate:
    values: dict[str, str] = {}
    back: defaultdict[int, dict[str, str]] = defaultdict(dict)
    stays: list[str] = []
    for key, before in line.before.items():
        contact = _contact_of(key, contacts)
        now = _held(client, contact, key)
        if now != line.values.get(key, ""):
            stays.append(f"{_label(key)} was changed since.")
        elif contact is not None:
            back[contact.pk][key.rpartition(".")[2]] = before
        else:
            values[key] = before
    added = []
    for contact_id in line.facts.get("contacts", ()):
        contact = contacts.get(contact_id)
        if contact is not None and contact.removed_at is None:
            if contact.revision == 1:
                added.append(contact_id)
            else:
                stays.append(f"The contact {contact} was edited since.")
    return Fate(
        line.number, client.pk, client.name, False, values, dict(back), tuple(added), tuple(dict.fromkeys(stays))
    )


def _contact_of(key: str, contacts: Mapping[int, Contact]) -> Contact | None:
    """The contact that a key of `contact:<id>.<field>` names."""
    ref, dot, _ = key.rpartition(".")
    number = ref.removeprefix("contact:")
    return contacts.get(int(number)) if dot and ref.startswith("contact:") and number.isdigit() else None


def _held(client: Client, contact: Contact | None, key: str) -> str | None:
    """What is there now; None where the contact is gone."""
    if key.startswith("contact:"):
        gone = contact is None or contact.removed_at is not None
        return None if gone or contact is None else contact.values.get(key.rpartition(".")[2], "")
    if key in OWN_WORDS:
        return str(getattr(client, key))
    return str(client.values.get(key, ""))


def _label(key: str) -> str:
    subject = Subject.CONTACT if key.startswith("contact:") else Subject.CLIENT
    name = key.rpartition(".")[2] if subject is Subject.CONTACT else key.partition(".")[0]
    row = CATALOGUE.get(subject, name)
    return OWN_WORDS.get(key) or (row.label if row else name)
