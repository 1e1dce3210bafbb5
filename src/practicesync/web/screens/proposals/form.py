"""The form of a proposal: as opened, as sent, and as sent while somebody else saved it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from practicesync.core.actor import Actor
from practicesync.core.money import Currency, show_money
from practicesync.core.proposal import MOST_SERVICES, TypedService, read_service, sum_of, typed_service
from practicesync.operations.proposals import ContactChoice, Draft
from practicesync.queries.lookalikes import Lookalike
from practicesync.queries.proposals import ContactOption, StoredProposal, load_contacts
from practicesync.web.picker import FOUND, Picker, read_picker

NEW_CONTACT = "new"
FIRST = "first"
"""In place of a contact: the first that the client has, if any."""
NEW_FIELDS = ("name", "email", "phone")
CLIENT = "client"
LOOKALIKE, LOOKED = "lookalike", "looked"
"""Which lookalike it is, or "none"; and of which XPM client they were shown."""


@dataclass(frozen=True, slots=True)
class Was:
    """What the form held when it was opened, by which it tells what a person changed."""

    client: str = ""
    contact: str = ""
    title: str = ""
    notes: str = ""
    services: tuple[TypedService, ...] = ()

    def told(self) -> str:
        """For the form to carry."""
        rows = [[each.name, each.price, each.quantity] for each in self.services]
        return json.dumps([self.client, self.contact, self.title, self.notes, rows], ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> "Was":
        """What a form carried; a text that is none of ours is a form that was opened blank."""
        try:
            client, contact, title, notes, rows = json.loads(text)
            services = tuple(TypedService(*(str(each) for each in row)) for row in rows)
        except (ValueError, TypeError):
            return cls()
        return cls(str(client), str(contact), str(title), str(notes), services)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as sent. `contact` is a reference, `new` for one that is typed, or "" for nobody."""

    key: UUID
    revision: int
    picker: Picker
    contact: str
    new: Mapping[str, str]
    title: str
    notes: str
    services: tuple[TypedService, ...]
    was: Was
    looked: str = ""
    lookalike: str = ""

    @classmethod
    def read(cls, actor: Actor, posted: Mapping[str, str]) -> "Sent":
        """Take a sent form apart; what is not of the form is passed over."""
        told = dict(posted)
        lookalike = posted.get(LOOKALIKE, "")
        if lookalike.startswith("register-"):
            told[CLIENT + FOUND] = f"client:{lookalike.removeprefix('register-')}"
        return cls(
            key=_key(posted.get("key", "")),
            revision=_number(posted.get("revision", "")),
            picker=read_picker(actor, told, CLIENT, "Client"),
            contact=posted.get("contact", ""),
            new={name: posted.get(f"new/{name}", "") for name in NEW_FIELDS},
            title=posted.get("title", ""),
            notes=_lines(posted.get("notes", "")),
            services=_services(posted),
            was=Was.read(posted.get("was", "")),
            looked=posted.get(LOOKED, ""),
            lookalike=lookalike,
        )

    @property
    def draft(self) -> Draft:
        """What is to be saved."""
        side, _, rest = self.contact.partition(":")
        choice = ContactChoice()
        if self.contact == NEW_CONTACT:
            # A new contact without any value would be nobody: the missing name is what must be told.
            choice = ContactChoice(new={**self.new, "name": self.new["name"] or " "} if self._typed else {})
        elif side == "contact":
            choice = ContactChoice(id=_number(rest))
        elif side == "remote":
            choice = ContactChoice(remote_id=rest)
        return Draft(
            self.picker.client_id, self.picker.mirror_id, self.title, self.notes, self.services, contact=choice
        )

    @property
    def _typed(self) -> bool:
        return any(value.strip() for value in self.new.values())

    @property
    def unsure(self) -> bool:
        """Whether it has to be asked if an XPM client is one of the register's that look the same."""
        picker = self.picker
        return picker.mirror_id is not None and not (self.looked == picker.ref and self.lookalike == "none")

    def for_another_client(self) -> "Sent":
        """The same with that client's first contact, unless a new one is being typed."""
        return self if self.contact == NEW_CONTACT else replace(self, contact=FIRST)

    def with_service(self) -> "Sent":
        """The same with one more row to fill in."""
        return replace(self, services=(*self.services, TypedService(quantity="1"))[:MOST_SERVICES])

    def without_service(self, place: int) -> "Sent":
        """The same without one row."""
        return replace(self, services=tuple(row for at, row in enumerate(self.services) if at != place))


@dataclass(frozen=True, slots=True)
class Row:
    """One service of the form; `problems` by box."""

    place: int
    typed: TypedService
    total: str
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """All that the form shows. `saved` is what somebody else saved meanwhile, by field, where it differs."""

    sent: Sent
    rows: tuple[Row, ...]
    total: str
    contacts: tuple[ContactOption, ...]
    problems: Mapping[str, str] = field(default_factory=dict)
    summary: tuple[tuple[str, str], ...] = ()
    saved: Mapping[str, str] = field(default_factory=dict)
    lookalikes: tuple[Lookalike, ...] = ()

    @property
    def title_error(self) -> str:
        """What is wrong with the title."""
        return self.problems.get("title", "")

    @property
    def contact_error(self) -> str:
        """What is wrong with the contact that was chosen."""
        return self.problems.get("contact", "")

    @property
    def new_contact(self) -> list[tuple[str, str, str, str]]:
        """The boxes of a new contact: name, label, what was typed, and what is wrong with it."""
        labels = {"name": "Name", "email": "Email", "phone": "Phone"}
        return [(key, labels[key], self.sent.new[key], self.problems.get(f"contact/{key}", "")) for key in NEW_FIELDS]


def opened(actor: Actor, asked: Mapping[str, str]) -> Sent:
    """A new proposal's form; `asked` may name its client."""
    picker = read_picker(actor, {CLIENT: asked.get(CLIENT, "")}, CLIENT, "Client")
    contacts = load_contacts(actor.practice_id, picker.chosen)
    blank = (TypedService(quantity="1"),)
    contact = contacts[0].ref if contacts else ""
    return Sent(uuid4(), 0, picker, contact, dict.fromkeys(NEW_FIELDS, ""), "", "", blank, Was(services=blank))


def reopened(actor: Actor, stored: StoredProposal) -> Sent:
    """A saved proposal's form."""
    was = _stored(stored)
    picker = Picker(CLIENT, "Client", chosen=stored.client, search=stored.client.name)
    blank = dict.fromkeys(NEW_FIELDS, "")
    return Sent(uuid4(), stored.revision, picker, was.contact, blank, stored.title, stored.notes, was.services, was)


def rebased(actor: Actor, sent: Sent, stored: StoredProposal) -> tuple[Sent, dict[str, str]]:
    """A form that was sent after somebody else saved: what the person did not change is as saved now.

    Also what was saved meanwhile of the fields that both changed, as text, so that neither is lost.
    """
    now, was = _stored(stored), sent.was
    mine = Was(sent.picker.ref, sent.contact, sent.title, sent.notes, _filled(sent.services))
    saved: dict[str, str] = {}
    kept: dict[str, Any] = {}
    for name, told in _told(stored).items():
        typed, before, after = (getattr(each, name) for each in (mine, was, now))
        untouched = typed == (_filled(before) if name == "services" else before)
        if untouched:
            kept[name] = after
        elif after != before and after != typed:
            saved[name] = told
    if "client" in kept:
        kept["picker"] = reopened(actor, stored).picker
        del kept["client"]
    return replace(sent, revision=stored.revision, was=now, **kept), saved


def _stored(stored: StoredProposal) -> Was:
    return Was(
        client=stored.client.ref,
        contact=stored.contact.ref if stored.contact else "",
        title=stored.title,
        notes=stored.notes,
        services=tuple(typed_service(each) for each in stored.services),
    )


def _told(stored: StoredProposal) -> dict[str, str]:
    """What is saved, in words, by field."""
    lines = [f"{each.name}, {each.quantity} × {each.price}" for each in stored.services]
    return {
        "client": stored.client.name,
        "contact": stored.contact.name if stored.contact else "nobody",
        "title": stored.title,
        "notes": stored.notes or "no notes",
        "services": "; ".join(lines) or "no services",
    }


def page_of(
    actor: Actor,
    sent: Sent,
    currency: Currency,
    *,
    problems: Mapping[str, str] | None = None,
    saved: Mapping[str, str] | None = None,
    lookalikes: Sequence[Lookalike] = (),
) -> Page:
    """The form as it stands, with its sums and problems."""
    told = dict(problems or {})
    if "client" in told and not sent.picker.error:
        sent = replace(sent, picker=replace(sent.picker, error=told["client"]))
    if sent.picker.error and problems is not None:
        told["client"] = sent.picker.error
    rows, services = [], []
    for place, typed in enumerate(sent.services):
        service, _ = read_service(typed, currency)
        services.append(service)
        wrong = {key: told.get(f"service:{place}/{key}", "") for key in ("name", "price", "quantity")}
        total = "" if typed.is_blank else show_money(service.total, currency)
        rows.append(Row(place, typed, total, {key: text for key, text in wrong.items() if text}))
    contacts = load_contacts(actor.practice_id, sent.picker.chosen)
    if sent.contact not in {"", NEW_CONTACT, *(each.ref for each in contacts)}:
        sent = replace(sent, contact=contacts[0].ref if contacts else "")
    return Page(
        sent=sent,
        rows=tuple(rows),
        total=show_money(sum_of(services), currency),
        contacts=contacts,
        problems=told,
        summary=tuple((_anchor(key), _sentence(key, text)) for key, text in told.items()),
        saved=dict(saved or {}),
        lookalikes=tuple(lookalikes),
    )


def _anchor(key: str) -> str:
    """Where in the form a problem is."""
    if key == "client":
        return "pick-client-search"
    return f"f-{key.replace(':', '-').replace('/', '-')}" if key else "form"


def _sentence(key: str, text: str) -> str:
    place, slash, _ = key.partition("/")
    if slash and place.startswith("service:"):
        return f"Service {_number(place.removeprefix('service:')) + 1}: {text}"
    return f"New contact: {text}" if place == "contact" and slash else text


def _filled(services: Sequence[TypedService]) -> tuple[TypedService, ...]:
    return tuple(each for each in services if not each.is_blank)


def _services(posted: Mapping[str, str]) -> tuple[TypedService, ...]:
    count = min(_number(posted.get("services", "")), MOST_SERVICES + 1)
    return tuple(
        TypedService(*(posted.get(f"service:{place}/{key}", "") for key in ("name", "price", "quantity")))
        for place in range(count)
    )


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _lines(text: str) -> str:
    """Browsers send line breaks as CR LF, whatever they were."""
    return text.replace("\r\n", "\n")
