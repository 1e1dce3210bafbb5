"""Records as XPM writes them: one line, no declaration, order and absences as recorded.

3.0 begins a client with `ID` and ends it with `UUID`; 3.1 begins with `UUID` and stands the references and contacts
before the tax block, as Xero's 3.1 documentation shows them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask import Response

from xpm_sandbox import fields, numbers, relationships
from xpm_sandbox.fields import Field, Kind, Shown
from xpm_sandbox.records import Client, Contact, Note, Ref, Tie

CONTENT_TYPE = "text/xml; charset=utf-8"
_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#xD;"}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def text(value: str) -> str:
    """Escaped text. What XML cannot hold becomes a reference, as a .NET writer without its check would do."""
    escaped = value.translate(_ESCAPES)
    return _ILLEGAL.sub(lambda found: f"&#x{ord(found[0]):X};", escaped) if _ILLEGAL.search(escaped) else escaped


def element(name: str, value: str) -> str:
    return f"<{name}>{text(value)}</{name}>"


def yes_no(value: bool | None) -> str:
    return "Yes" if value else "No"


def envelope(method: str, inner: str, status: str = "OK") -> str:
    return f'<Response api-method="{method}"><Status>{status}</Status>{inner}</Response>'


def error(method: str, description: str) -> str:
    return envelope(method, element("ErrorDescription", description), "ERROR")


def response(body: str | Iterable[str]) -> Response:
    """A reply of known length for text, a chunked one for an iterable."""
    if isinstance(body, str):
        return Response(body.encode(), 200, content_type=CONTENT_TYPE)
    return Response((piece.encode() for piece in body), 200, content_type=CONTENT_TYPE)


@dataclass(frozen=True)
class Style:
    """How records are written in one call."""

    version: str
    region: str
    settings: Mapping[str, str]

    @property
    def is_30(self) -> bool:
        return self.version == "3.0"

    def key(self, number: int, uuid: str) -> str:
        return f"<ID>{number}</ID>" if self.is_30 else f"<UUID>{uuid}</UUID>"

    def client(self, client: Client, *, detailed: bool) -> str:
        return f"<Client>{''.join(self._client(client, detailed))}</Client>"

    def listed_client(self, client: Client) -> str:
        """The reduced row of the paged list."""
        parts = [self.key(client.id, client.uuid), element("Name", client.name)]
        parts += self._fields(client, (*fields.PERSON, *fields.PLACE))
        parts += self._flags(client)
        return f"<Client>{''.join(parts)}</Client>"

    def _client(self, client: Client, detailed: bool) -> Iterator[str]:
        yield self.key(client.id, client.uuid)
        yield element("Name", client.name)
        yield from self._fields(client, (*fields.PERSON, *fields.PLACE))
        yield from self._flags(client)
        contacts = listing("Contacts", (self.contact(contact, tied=True) for contact in client.contacts))
        notes = listing("Notes", map(self.note, client.notes)) if detailed else ""
        groups = listing("Groups", (self.ref("Group", group) for group in client.groups)) if detailed else ""
        ties = listing("Relationships", map(self.tie, client.ties)) if detailed else ""
        account, job = self._refs(client)
        if self.is_30:
            yield from (account, job, *self._tax(client), contacts, notes, groups, ties)
            yield f"<UUID>{client.uuid}</UUID>"
        else:
            yield from (account, contacts, notes, job, *self._tax(client), groups, ties)

    def _flags(self, client: Client) -> Iterator[str]:
        if self.is_30:
            yield element("IsProspect", yes_no(client.is_prospect))
        yield element("IsArchived", yes_no(client.is_archived))
        yield element("IsDeleted", yes_no(client.is_deleted))

    def _refs(self, client: Client) -> tuple[str, str]:
        """Partner and billing type, which stand first, and billing client and manager."""
        account = self.ref("AccountManager", client.account_manager) if client.account_manager else ""
        if client.billing:
            account += f"<Type>{''.join(element(name, value) for name, value in client.billing.items())}</Type>"
        billing = self.ref("BillingClient", client.billing_client) if client.billing_client else ""
        job = self.ref("JobManager", client.job_manager) if client.job_manager else ""
        return account, billing + job

    def _tax(self, client: Client) -> Iterator[str]:
        if client.has_tax_record:
            yield from self._fields(client, fields.TAX)
            yield self._auto_bas(client)

    def _auto_bas(self, client: Client) -> str:
        """What of it is set, in the element that holds it."""
        if self.region not in fields.AUTO_BAS[0].regions:
            return ""
        held = ((field.name.partition("."), client.fields.get(field.name)) for field in fields.AUTO_BAS)
        inner = "".join(element(name[2], value) for name, value in held if value)
        return f"<AutoBasOptInCriteria>{inner}</AutoBasOptInCriteria>" if inner else ""

    def _fields(self, client: Client, wanted: Iterable[Field]) -> Iterator[str]:
        for field in wanted:
            if self.region not in field.regions:
                continue
            value = self._value(field, client.fields.get(field.name))
            if value is not None:
                yield f"<{field.name}>{text(value)}</{field.name}>"

    def _value(self, field: Field, stored: str | None) -> str | None:
        """What the element holds, or None when it is absent."""
        if field.kind is Kind.TAX_NUMBER:
            return self._tax_number(stored)
        if stored is None:
            return None if field.shown in (Shown.WHEN_SET, Shown.TAX_WHEN_SET) else field.unset
        if field.kind is Kind.DATE:
            return stored if self.settings["date_of_birth_form"] == "short" else f"{stored}T00:00:00"
        return stored

    def _tax_number(self, stored: str | None) -> str | None:
        shown = self.settings["tax_number_shown"]
        if shown == "absent":
            return None
        if not stored or shown == "full":
            return stored or ""
        return numbers.masked(stored, self.settings["tax_number_mask"])

    def contact(self, contact: Contact, *, tied: bool) -> str:
        """A contact; what belongs to its tie with a client only where it is seen through one."""
        position = contact.position
        if position is None:
            position = "0" if self.settings["contact_position_unset"] == "zero" else ""
        primary = element("IsPrimary", yes_no(contact.is_primary)) if tied else ""
        placed = element("Position", position) if tied else ""
        salutation, addressee = element("Salutation", contact.salutation), element("Addressee", contact.addressee)
        reached = element("Mobile", contact.mobile) + element("Email", contact.email) + element("Phone", contact.phone)
        head = self.key(contact.id, contact.uuid) + element("Name", contact.name)
        if self.is_30:
            return f"<Contact>{head}{reached}{placed}{salutation}{addressee}{primary}</Contact>"
        return f"<Contact>{head}{salutation}{addressee}{reached}<IsDeleted>No</IsDeleted>{primary}{placed}</Contact>"

    def ref(self, name: str, ref: Ref) -> str:
        return f"<{name}>{self.key(ref.id, ref.uuid)}{element('Name', ref.name)}</{name}>"

    def note(self, note: Note) -> str:
        tagged = self.settings["note_label"] == "tags"
        parts = ("Title", note.title), ("Text", note.text), ("Folder", "" if tagged else note.folder)
        tail = ("Date", note.date), ("CreatedBy", note.created_by), *([("Tags", note.folder)] if tagged else [])
        return f"<Note>{''.join(element(name, value) for name, value in (*parts, *tail))}</Note>"

    def _tie_key(self, tie: Tie) -> str:
        if tie.mirrored and self.settings["relationship_keys"] == "two":
            return self.key(relationships.mirror_number(tie.id), relationships.mirror_uuid(tie.uuid))
        return self.key(tie.id, tie.uuid)

    def tie(self, tie: Tie) -> str:
        dates = "".join(element(name, day) for name, day in (("StartDate", tie.starts), ("EndDate", tie.ends)) if day)
        return (
            f"<Relationship>{self._tie_key(tie)}{element('Type', tie.type)}{self.ref('RelatedClient', tie.related)}"
            f"<NumberOfShares>{tie.shares}</NumberOfShares><Percentage>{text(tie.percentage)}</Percentage>{dates}"
            "</Relationship>"
        )


def listing(name: str, rows: Iterable[str]) -> str:
    """A list element; one empty element when nothing is in it."""
    inner = "".join(rows)
    return f"<{name}>{inner}</{name}>" if inner else f"<{name} />"
