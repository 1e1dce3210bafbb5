"""Records between XPM's XML and the catalogue's values. It knows fields only through the catalogue.

Missing, empty and set stay three things: an absent element leaves its key out, an empty one gives "" (Xero developer
documentation, Clients; recorded exchanges show optional elements left out and the tax block missing as a whole).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import BadAnswer
from practicesync.core.fields import Catalogue, Field, Subject
from practicesync.core.kinds import LINE, is_tidy
from practicesync.core.record import RemoteContact, RemoteGroup, RemoteRecord, RemoteRelationship, StaffMember

XPM = "xpm"

_MIDNIGHT = "T00:00:00"
_YES_NO = {"yes": True, "Yes": True, "true": True, "no": False, "No": False, "false": False, "": False}

# Parts of a client that are no field: its ids, what became of it, the records in it.
_OF_RECORD = frozenset({"UUID", "ID", "IsArchived", "IsDeleted", "Contacts", "Groups", "Relationships"})

# A recorded exchange shows `0` as the position of a contact that never had one.
_MEANS_NOTHING: Mapping[tuple[Subject, str], frozenset[str]] = {(Subject.CONTACT, "Position"): frozenset({"0"})}


def _without_midnight(text: str) -> str:
    """XPM writes dates with a time of midnight; `yyyy-mm-dd` is what was meant."""
    return text.removesuffix(_MIDNIGHT) if len(text) == 19 else text


_READ_FORMS: Mapping[str, Callable[[str], str]] = {"date": _without_midnight}
"""How XPM writes values of some kinds, by the kind's name."""


@dataclass(frozen=True, slots=True)
class _Place:
    """One key of a record: the paths it may stand at, best first, and what becomes of the text there."""

    key: str
    paths: tuple[str, ...]
    form: Callable[[str], str] | None
    tidy: Callable[[str], str]
    nothing: frozenset[str]
    may_have_lines: bool

    @property
    def is_plain(self) -> bool:
        """Whether a text that is tidy already is the value, and nearly every text is."""
        return self.form is None and not self.nothing and not self.may_have_lines

    @property
    def is_lines(self) -> bool:
        """Whether a text that is tidy already is the value, and many are not."""
        return self.form is None and not self.nothing and self.may_have_lines

    def value(self, text: str) -> str:
        """The text as a value."""
        if not text or text in self.nothing:
            return ""
        return self.tidy(text if self.form is None else self.form(text))


class _Reader:
    """Reads the fields of one subject out of one element. It is run for every record of a list, so it asks of all
    children together what it can."""

    def __init__(self, rows: Iterable[Field], subject: Subject) -> None:
        places = [
            _Place(
                key,
                tuple(path.split("|")),
                _READ_FORMS.get(row.kind.name),
                row.kind.tidy,
                _MEANS_NOTHING.get((subject, path), frozenset()),
                len(row.keys) > 1,
            )
            for row in rows
            if XPM in row.at
            for key, path in zip(row.keys, row.at[XPM].read, strict=True)
        ]
        paths = {path for place in places for path in place.paths}
        self._branches = frozenset(path.partition("/")[0] for path in paths if "/" in path)
        self._leaves = frozenset(path for path in paths if "/" not in path)
        self._fields = self._leaves | self._branches
        # Nearly every key stands at one element of its own, and takes the short way.
        plain = [place for place in places if place.is_plain and len(place.paths) == 1 and "/" not in place.paths[0]]
        self._plain = [(place.paths[0], place.key) for place in plain]
        self._tidied = {place.key: place.value for place in plain}
        rest = [place for place in places if place.key not in self._tidied]
        lines = [place for place in rest if place.is_lines and len(place.paths) == 1 and "/" not in place.paths[0]]
        self._lines = [(place.paths[0], place.key, place.value) for place in lines]
        self._others = [place for place in rest if place not in lines]

    def read(self, element: etree._Element) -> tuple[dict[str, str], dict[str, etree._Element]]:
        """The values by key, and the children that no field reads, by name. Raises `BadAnswer` on one thing twice."""
        children = list(element)
        told: dict[Any, etree._Element] = {child.tag: child for child in children}
        self._refuse_manifold(children, told)
        values = {key: told[tag].text or "" for tag, key in self._plain if tag in told}
        if not _all_tidy(values.values()):
            values = {key: text if is_tidy(text) else self._tidied[key](text) for key, text in values.items()}
        for tag, key, value in self._lines:
            if tag in told:
                text = told[tag].text or ""
                values[key] = text if is_tidy(text) else value(text)
        for place in self._others:
            found = next((each for path in place.paths if (each := _at(told, path)) is not None), None)
            if found is not None:
                values[place.key] = place.value(found)
        fields = self._fields
        return values, {tag: child for tag, child in told.items() if tag not in fields}

    def _refuse_manifold(self, children: list[etree._Element], told: Mapping[Any, etree._Element]) -> None:
        """Raise `BadAnswer` where a field stands twice, or holds elements where one text is expected."""
        for child in children:
            if len(child) and child.tag in self._leaves:
                raise BadAnswer(f"{child.tag} is not a single value.")
        if len(told) == len(children):
            return
        often = Counter(child.tag for child in children)
        twice = sorted(str(tag) for tag, count in often.items() if count > 1 and tag in self._fields)
        if twice:
            raise BadAnswer(f"{twice[0]} is not a single value.")


def _at(told: Mapping[Any, etree._Element], path: str) -> str | None:
    """The text at a path; None where its first step is not there.

    lxml's own path language is read anew for every record, and takes as long as all else together.
    """
    first, *rest = path.split("/")
    found = told.get(first)
    if found is None:
        return None
    for step in rest:
        found = next((inner for inner in found if inner.tag == step), None)
        if found is None:
            return ""
    return found.text or ""


def _all_tidy(texts: Iterable[str]) -> bool:
    """Whether every one of them `is_tidy`, asked once of all together; a text with a bar may make it say no."""
    told = "|".join(texts)
    return is_tidy(told) and " |" not in told and "| " not in told


class Codec:
    """Reads records by a catalogue. Safe to share between threads."""

    def __init__(self, catalogue: Catalogue = CATALOGUE) -> None:
        self.catalogue = catalogue
        self._client = _Reader(catalogue.client, Subject.CLIENT)
        self._contact = _Reader(catalogue.contact, Subject.CONTACT)
        self._relationship = _Reader(catalogue.relationship, Subject.RELATIONSHIP)

    def client(self, element: etree._Element, digest: bytes = b"") -> RemoteRecord:
        """A `Client` element of 3.1 or 3.0. Raises `BadAnswer` where it has no id or no name, or one thing twice."""
        if element.tag != "Client":
            known = "stands in the list twice" if element.tag == "Twice" else "is not a client"
            raise BadAnswer(f"The record {known}.")
        values, others = self._client.read(element)
        remote_id = _remote_id(others)
        if not values.get("name"):
            raise BadAnswer(f"Client {remote_id} has no name.")
        contacts, ties, groups = (others.get(name) for name in ("Contacts", "Relationships", "Groups"))
        return RemoteRecord(
            remote_id,
            values,
            contacts=None if contacts is None else tuple(self._contacts(contacts)),
            relationships=None if ties is None else tuple(self._relationships(ties)),
            groups=None if groups is None else tuple(self._groups(groups)),
            archived=_flag(others, "IsArchived"),
            deleted=_flag(others, "IsDeleted"),
            digest=digest,
            extra=tuple(tag for tag in others if tag not in _OF_RECORD),
        )

    def contact(self, element: etree._Element) -> RemoteContact:
        """A `Contact` element. Raises `BadAnswer` where it has no id."""
        values, others = self._contact.read(element)
        return RemoteContact(_remote_id(others), values)

    def _contacts(self, element: etree._Element) -> Iterator[RemoteContact]:
        for child in element.iterchildren("Contact"):
            values, others = self._contact.read(child)
            if not _flag(others, "IsDeleted"):
                yield RemoteContact(_remote_id(others), values)

    def _relationships(self, element: etree._Element) -> Iterator[RemoteRelationship]:
        for child in element.iterchildren("Relationship"):
            values, others = self._relationship.read(child)
            own, related = _texts(others.values()), _texts(others.get("RelatedClient", ()))
            if own.get("Type") and related:
                yield RemoteRelationship(_key(own), own["Type"], _key(related), related.get("Name", ""), values)

    def _groups(self, element: etree._Element) -> Iterator[RemoteGroup]:
        for child in element.iterchildren("Group"):
            told = _texts(child)
            yield RemoteGroup(_key(told), told.get("Name", ""))


def _texts(elements: Iterable[etree._Element]) -> dict[Any, str]:
    """The text of each element, by name."""
    return {child.tag: text if is_tidy(text) else LINE.tidy(text) for child in elements for text in (child.text or "",)}


def _key(told: Mapping[Any, str]) -> str:
    """The id of something inside a client; "" where it has none, which is no reason to set the client aside."""
    return (told.get("UUID") or told.get("ID") or "").lower()


def staff(element: etree._Element) -> StaffMember:
    """A `Staff` element. Raises `BadAnswer` where it has no id."""
    others = {str(child.tag): child for child in element}
    told = {tag: " ".join((child.text or "").split()) for tag, child in others.items()}
    return StaffMember(_remote_id(others), told.get("Name", ""), told.get("Email", ""))


def group(element: etree._Element) -> RemoteGroup:
    """A `Group` element. Raises `BadAnswer` where it has no id."""
    others = {str(child.tag): child for child in element}
    return RemoteGroup(_remote_id(others), _texts(others.values()).get("Name", ""))


_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


def is_id(text: str) -> bool:
    """Whether the text can be a record's id."""
    return _ID.fullmatch(text) is not None


def _remote_id(children: Mapping[str, etree._Element]) -> str:
    """The record's id: its UUID, or its number where it is a 3.0 record without one."""
    for tag in ("UUID", "ID"):
        if tag in children:
            told = (children[tag].text or "").strip()
            if is_id(told):
                return told.lower()
            raise BadAnswer(f"A record's {tag} cannot be read.")
    raise BadAnswer("A record has no UUID.")


def _flag(children: Mapping[str, etree._Element], tag: str) -> bool:
    told = (children[tag].text or "") if tag in children else ""
    found = _YES_NO.get(told)
    if found is None:
        found = _YES_NO.get(told.strip().casefold())
    if found is None:
        raise BadAnswer(f"{tag} is neither Yes nor No.")
    return found
