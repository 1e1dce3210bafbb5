"""The whole form: the client's sections and its contacts, as stored or as typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Field, Values
from practicesync.core.kinds import Place
from practicesync.core.wizard import mandatory
from practicesync.core.words import KIND_WORDS
from practicesync.operations.register import ContactEdit
from practicesync.queries.client_form import StoredClient, Suggestions
from practicesync.web.screens.edit.inputs import NEW, Group, Typed, group, moved, read

MOST_NEW_CONTACTS = 20
REMOVE = "remove:"

Problems = Mapping[str, str]
"""What cannot be right: a sentence by field name, or by `<contact's prefix><field name>`."""


@dataclass(frozen=True, slots=True)
class ContactGroup:
    """One contact of the form. `prefix` begins the names of its inputs."""

    prefix: str
    title: str
    groups: tuple[Group, ...]
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """All that the form shows. `problems` are `(anchor, sentence)` pairs for the summary above it."""

    kind: ClientKind
    revision: int
    sections: tuple[tuple[str, tuple[Group, ...]], ...]
    contacts: tuple[ContactGroup, ...]
    new_contacts: int
    problems: tuple[tuple[str, str], ...] = ()
    standing: str = "client"


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent, taken apart. `contacts` maps each contact's prefix to what was typed."""

    kind: ClientKind
    revision: int
    typed: Typed
    contacts: Mapping[str, Typed]
    removed: frozenset[str]
    new_contacts: int
    standing: str = "client"

    @classmethod
    def read(cls, posted: Mapping[str, str]) -> "Sent":
        """Take a sent form apart. What is not of the form is passed over; a missing kind is `other`."""
        kind = posted.get("kind", "")
        count = min(_number(posted.get("new_contacts", "")), MOST_NEW_CONTACTS)
        prefixes = dict.fromkeys(
            name.rpartition("/")[0] + "/" for name in posted if name.startswith("contact:") and "/" in name
        )
        return cls(
            kind=ClientKind(kind) if kind in set(ClientKind) else ClientKind.OTHER,
            revision=_number(posted.get("revision", "")),
            typed=read(CATALOGUE.client, posted),
            contacts={prefix: read(CATALOGUE.contact, posted, prefix) for prefix in prefixes},
            removed=frozenset(prefix for prefix in prefixes if posted.get(REMOVE + prefix)),
            new_contacts=count,
            standing="associate" if posted.get("standing") == "associate" else "client",
        )

    def with_another(self) -> "Sent":
        """The same with one more contact to fill in."""
        return replace(self, new_contacts=min(self.new_contacts + 1, MOST_NEW_CONTACTS))

    @property
    def values(self) -> dict[str, str]:
        """The client's values that the person changed."""
        return moved(CATALOGUE.client, self.typed)

    @property
    def edits(self) -> list[tuple[str, ContactEdit]]:
        """What becomes of each contact, by prefix; a new one into which nothing was typed is none."""
        found: list[tuple[str, ContactEdit]] = []
        for prefix, typed in self.contacts.items():
            values = moved(CATALOGUE.contact, typed)
            remove = prefix in self.removed
            id = contact_id(prefix)
            if id is not None:
                found.append((prefix, ContactEdit(id=id, values=values, remove=remove)))
            elif not remove and any(value.strip() for value in values.values()):
                found.append((prefix, ContactEdit(id=None, values=values)))
        return found


def contact_id(prefix: str) -> int | None:
    """The contact that a prefix names; None for one that is to be added."""
    text = prefix.removeprefix("contact:").removesuffix("/")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def by_prefix(problems: Problems, prefixes: Sequence[str]) -> dict[str, str]:
    """The problems of an operation, which counts new contacts by their place among those it was given."""
    found: dict[str, str] = {}
    for key, sentence in problems.items():
        ref, slash, name = key.rpartition("/")
        place = ref.removeprefix(f"contact:{NEW}")
        if slash and place.isdigit() and int(place) < len(prefixes):
            found[prefixes[int(place)] + name] = sentence
        else:
            found[key] = sentence
    return found


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes the page of one client, or of none yet."""

    place: Place
    suggestions: Suggestions
    stored: StoredClient | None = None
    problems: Problems = field(default_factory=dict)

    def opened(self, kind: ClientKind) -> Page:
        """The form as opened."""
        stored = self.stored
        values: Values = stored.values if stored else {}
        contacts = (
            [self._contact(f"contact:{each.id}/", each.values, None) for each in stored.contacts] if stored else []
        )
        return Page(
            kind=kind,
            revision=stored.revision if stored else 0,
            sections=self._sections(kind, values, None),
            contacts=tuple(contacts),
            new_contacts=0,
        )

    def typed(self, sent: Sent) -> Page:
        """The form as sent: nothing typed is lost, what others saved meanwhile stands beside it."""
        stored = self.stored
        held = {f"contact:{each.id}/": each.values for each in stored.contacts} if stored else {}
        blank: dict[str, Values] = {f"contact:{NEW}{number}/": {} for number in range(sent.new_contacts)}
        contacts = [
            self._contact(prefix, values, sent.contacts.get(prefix), prefix in sent.removed)
            for prefix, values in (held | blank).items()
        ]
        sections = self._sections(sent.kind, stored.values if stored else {}, sent.typed)
        return Page(
            kind=sent.kind,
            revision=stored.revision if stored else 0,
            sections=sections,
            contacts=tuple(contacts),
            new_contacts=sent.new_contacts,
            problems=self._summary(sections, contacts),
            standing=sent.standing,
        )

    def _sections(
        self, kind: ClientKind, values: Values, typed: Typed | None
    ) -> tuple[tuple[str, tuple[Group, ...]], ...]:
        """The fields of this kind of client, and any other that holds something; of one that is to be added, those
        that such a client needs come first."""
        sections: dict[str, list[Group]] = {}
        needed = mandatory(kind) if self.stored is None else ()
        if needed:
            sections[f"What a {KIND_WORDS[kind].casefold()} needs first"] = []
        first = next(iter(sections), "")
        for row in self.suggestions.fields(kind):
            if kind in row.applies or self._holds(row, values, typed):
                options = self.suggestions.by_field.get(row.name, ())
                error = self.problems.get(row.name, "")
                found = group(row, values, self.place, typed=typed, error=error, options=options)
                title = first if needed and (row.required or row.name in needed) else row.section.value
                sections.setdefault(title, []).append(found)
        return tuple((title, tuple(groups)) for title, groups in sections.items())

    def _holds(self, row: Field, values: Values, typed: Typed | None) -> bool:
        return not row.is_empty(row.held(values)) or (typed is not None and not row.is_empty(row.held(typed.values)))

    def _contact(self, prefix: str, values: Values, typed: Typed | None, removed: bool = False) -> ContactGroup:
        groups = tuple(
            group(row, values, self.place, prefix=prefix, typed=typed, error=self.problems.get(prefix + row.name, ""))
            for row in CATALOGUE.contact
        )
        return ContactGroup(prefix, values.get("name") or "New contact", groups, removed)

    def _summary(
        self, sections: Sequence[tuple[str, tuple[Group, ...]]], contacts: Sequence[ContactGroup]
    ) -> tuple[tuple[str, str], ...]:
        """Every problem with where it is; one of the whole form leads to its top."""
        own = [(each, "") for _, groups in sections for each in groups]
        theirs = [(each, f"{contact.title}: ") for contact in contacts for each in contact.groups]
        found = [(each.first_id, before + each.error) for each, before in own + theirs if each.error]
        whole = [("form", sentence) for key, sentence in self.problems.items() if not key]
        return tuple(whole + found)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
