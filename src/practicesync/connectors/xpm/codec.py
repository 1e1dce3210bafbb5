"""Records between XPM's XML and the catalogue's values. It knows fields only through the catalogue.

Missing, empty and set stay three things: an absent element leaves its key out, an empty one gives "" (Xero developer
documentation, Clients; recorded exchanges show optional elements left out and the tax block missing as a whole).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree
from lxml.builder import E

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import BadAnswer
from practicesync.core.fields import Catalogue, Field, Subject
from practicesync.core.record import RemoteContact, RemoteRecord, StaffMember

XPM = "xpm"

_MIDNIGHT = "T00:00:00"
_YES_NO = {"yes": True, "true": True, "no": False, "false": False, "": False}

# Parts of a client that are no field: its ids, what became of it, the records in it.
_OF_RECORD = frozenset({"UUID", "ID", "IsArchived", "IsDeleted", "Contacts"})

# A recorded exchange shows `0` as the position of a contact that never had one.
_MEANS_NOTHING: Mapping[tuple[Subject, str], frozenset[str]] = {(Subject.CONTACT, "Position"): frozenset({"0"})}


def _without_midnight(text: str) -> str:
    """XPM writes dates with a time of midnight; `yyyy-mm-dd` is what was meant."""
    return text.removesuffix(_MIDNIGHT) if len(text) == 19 else text


_READ_FORMS: Mapping[str, Callable[[str], str]] = {"date": _without_midnight}
"""How XPM writes values of some kinds, by the kind's name."""


@dataclass(frozen=True, slots=True)
class _Reads:
    """One key of a record: the paths it may stand at, best first, and what becomes of the text."""

    key: str
    paths: tuple[str, ...]
    form: Callable[[str], str] | None
    tidy: Callable[[str], str]


class _Reader:
    """Reads the fields of one subject out of one element."""

    def __init__(self, rows: Iterable[Field], subject: Subject) -> None:
        self._subject = subject
        self._reads = tuple(
            _Reads(key, tuple(path.split("|")), _READ_FORMS.get(row.kind.name), row.kind.tidy)
            for row in rows
            if XPM in row.at
            for key, path in zip(row.keys, row.at[XPM].read, strict=True)
        )
        paths = [path for read in self._reads for path in read.paths]
        self._leaves = frozenset(path for path in paths if "/" not in path)
        self._branches: dict[str, list[str]] = {}
        for path in paths:
            first, _, rest = path.partition("/")
            if rest:
                self._branches.setdefault(first, []).append(rest)

    def values(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The values by key, of the texts by path that `texts` gave."""
        values: dict[str, str] = {}
        for read in self._reads:
            for path in read.paths:
                text = texts.get(path)
                if text is not None:
                    values[read.key] = read.tidy(text if read.form is None else read.form(text)) if text else ""
                    break
        return values

    def texts(self, element: etree._Element) -> tuple[dict[str, str], dict[str, etree._Element]]:
        """The texts of the known paths, and the other children by name (the last, where one stands twice)."""
        texts: dict[str, str] = {}
        others: dict[str, etree._Element] = {}
        for child in element:
            tag = str(child.tag)
            if tag in self._leaves:
                if tag in texts or len(child):
                    raise BadAnswer(f"{tag} is not a single value.")
                texts[tag] = self._text(tag, child.text)
            elif tag in self._branches:
                for rest in self._branches[tag]:
                    texts[f"{tag}/{rest}"] = child.findtext(rest) or ""
            else:
                others[tag] = child
        return texts, others

    def _text(self, tag: str, text: str | None) -> str:
        return "" if text is None or text in _MEANS_NOTHING.get((self._subject, tag), ()) else text


class Codec:
    """Reads records by a catalogue. Safe to share between threads."""

    def __init__(self, catalogue: Catalogue = CATALOGUE) -> None:
        self.catalogue = catalogue
        self._client = _Reader(catalogue.client, Subject.CLIENT)
        self._contact = _Reader(catalogue.contact, Subject.CONTACT)

    def client(self, element: etree._Element, digest: bytes = b"") -> RemoteRecord:
        """A `Client` element of 3.1 or 3.0. Raises `BadAnswer` where it has no id or no name, or one thing twice."""
        if element.tag != "Client":
            known = "stands in the list twice" if element.tag == "Twice" else "is not a client"
            raise BadAnswer(f"The record {known}.")
        texts, others = self._client.texts(element)
        values = self._client.values(texts)
        remote_id = _remote_id(others)
        if not values.get("name"):
            raise BadAnswer(f"Client {remote_id} has no name.")
        contacts = others.get("Contacts")
        return RemoteRecord(
            remote_id,
            values,
            contacts=None if contacts is None else tuple(self._contacts(contacts)),
            archived=_flag(others, "IsArchived"),
            deleted=_flag(others, "IsDeleted"),
            digest=digest,
            extra=tuple(tag for tag in others if tag not in _OF_RECORD),
        )

    def contact(self, element: etree._Element) -> RemoteContact:
        """A `Contact` element. Raises `BadAnswer` where it has no id."""
        texts, others = self._contact.texts(element)
        return RemoteContact(_remote_id(others), self._contact.values(texts))

    def _contacts(self, element: etree._Element) -> Iterator[RemoteContact]:
        for child in element.iterchildren("Contact"):
            if (child.findtext("IsDeleted") or "").strip().casefold() not in {"yes", "true"}:
                yield self.contact(child)


def staff(element: etree._Element) -> StaffMember:
    """A `Staff` element."""
    others = {str(child.tag): child for child in element}
    told = {tag: " ".join((child.text or "").split()) for tag, child in others.items()}
    return StaffMember(_remote_id(others), told.get("Name", ""), told.get("Email", ""))


def contact_body(client_id: str, changes: Iterable[tuple[str, str]]) -> bytes:
    """A request about a contact of a client."""
    return _body(E.Contact(E.Client(E.UUID(client_id)), *_elements(changes)))


def client_body(client_id: str, changes: Iterable[tuple[str, str]]) -> bytes:
    """A request to change a client: its key and the changed elements alone, for what is left out stays as it is."""
    return _body(E.Client(E.UUID(client_id), *_elements(changes)))


def _elements(changes: Iterable[tuple[str, str]]) -> Iterator[etree._Element]:
    return (E(tag, text) for tag, text in changes)


def _body(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="utf-8")


_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


def _remote_id(children: Mapping[str, etree._Element]) -> str:
    """The record's id: its UUID, or its number where it is a 3.0 record without one."""
    for tag in ("UUID", "ID"):
        if tag in children:
            told = (children[tag].text or "").strip()
            if _ID.fullmatch(told):
                return told.lower()
            raise BadAnswer(f"A record's {tag} cannot be read.")
    raise BadAnswer("A record has no UUID.")


def _flag(children: Mapping[str, etree._Element], tag: str) -> bool:
    told = (children[tag].text or "").strip().casefold() if tag in children else ""
    if told not in _YES_NO:
        raise BadAnswer(f"{tag} is neither Yes nor No.")
    return _YES_NO[told]
