"""What the connector reads out of a captured reply body, for support."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from practicesync.connectors.xpm import answers
from practicesync.connectors.xpm.codec import Codec, staff
from practicesync.connectors.xpm.endpoints import CLIENT_LIST
from practicesync.connectors.xpm.faults import error_words
from practicesync.connectors.xpm.stream import RefusedAnswer, remote_id_hint, slices
from practicesync.core.errors import BadAnswer
from practicesync.core.record import RemoteContact, RemoteGroup, RemoteRecord, RemoteRelationship

JsonDict = dict[str, Any]

_CHUNK = 65_536
# Xero names this element for JSON, and the request's for XML.
_TIES = frozenset({"ClientRelationship", "Relationship"})


def decode_file(body: bytes, codec: Codec | None = None) -> JsonDict:
    """A reply body as JSON-able data: `status`, `error`, `kind`, the lists `records`, `contacts`, `relationships`,
    `groups` and `staff`, and `problems`.

    Takes the body of any reply about clients and those, of API 3.1 or 3.0 in XML, and the gateway's errors in JSON.
    Values stand under the catalogue's keys, as they were read. A record of a list that cannot be read is told in
    `problems`, by id. Raises `BadAnswer` for a body that is none of these, or is not whole.
    """
    codec, body = codec or Codec(), body.strip()
    if body[:1] == b"{":
        return _gateway_error(body)
    try:
        return _listed(codec, body) if _is_list(body) else _single(codec, body)
    except RefusedAnswer as refused:
        return _report("error", status="ERROR", error=refused.words)


def _is_list(body: bytes) -> bool:
    """Whether it is a list of clients; a group tells its clients too, inside of it."""
    before, found, _ = body.partition(f"<{CLIENT_LIST.answers}".encode())
    return bool(found) and b"<Group>" not in before


def _listed(codec: Codec, body: bytes) -> JsonDict:
    """A list of clients, by the very path that a refresh goes."""
    report = _report("clients")
    for found in slices(_pieces(body)):
        try:
            report["records"].append(_record(answers.decode_slice(codec, found.raw)))
        except BadAnswer as error:
            report["problems"].append({"remote_id": remote_id_hint(found.raw), "problem": error.detail})
    return report


def _single(codec: Codec, body: bytes) -> JsonDict:
    answer = answers.envelope(body)
    tags = [str(child.tag) for child in answer.root]
    if "Client" in tags:
        return _report("clients", records=[_record(answers.one_client(codec, answer))])
    if "Contact" in tags:
        return _report("contacts", contacts=[_contact(codec.contact(answer.only("Contact")))])
    if "Contacts" in tags:
        found = answer.only("Contacts").iterchildren("Contact")
        return _report("contacts", contacts=[_contact(codec.contact(element)) for element in found])
    if "StaffList" in tags or "Staff" in tags:
        members = answers.staff_list(answer) if "StaffList" in tags else [staff(answer.only("Staff"))]
        return _report("staff", staff=[asdict(member) for member in members])
    if "Groups" in tags:
        return _report("groups", groups=[each._asdict() for each in answers.group_list(answer)])
    if "Group" in tags:
        told = answers.one_group(answer)
        clients = None if told.clients is None else sorted(told.clients)
        return _report("groups", groups=[{**told.group._asdict(), "clients": clients}])
    if _TIES & set(tags):
        tie = answers.tie(answer)
        return _report("relationships", relationships=[{"remote_id": tie.remote_id, "clients": sorted(tie.ends)}])
    if set(tags) <= {"Status", "WebUrl"}:
        return _report("status")
    held = ", ".join(tag for tag in tags if tag != "Status")
    raise BadAnswer(f"The reply holds {held}, which this connector does not read.")


def _gateway_error(body: bytes) -> JsonDict:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise BadAnswer("The reply is neither XML nor JSON.") from None
    status = next((value for key, value in told.items() if key.casefold() == "status"), "")
    if str(status).upper() == "OK":
        raise BadAnswer("The reply is in JSON, which this connector does not ask for and does not read.")
    return _report("error", status=str(status), error=error_words(body))


def _report(kind: str, *, status: str = "OK", error: str = "", **held: list[JsonDict]) -> JsonDict:
    kinds = ("records", "contacts", "relationships", "groups", "staff", "problems")
    lists: JsonDict = {name: [] for name in kinds}
    return {"status": status, "error": error, "kind": kind, **lists, **held}


def _record(record: RemoteRecord) -> JsonDict:
    contacts = None if record.contacts is None else [_contact(contact) for contact in record.contacts]
    return {
        "remote_id": record.remote_id,
        "name": record.name,
        "archived": record.archived,
        "deleted": record.deleted,
        "values": record.values,
        "contacts": contacts,
        "relationships": _each(record.relationships),
        "groups": _each(record.groups),
        "extra": list(record.extra),
    }


def _each(held: Sequence[RemoteRelationship] | Sequence[RemoteGroup] | None) -> list[JsonDict] | None:
    return None if held is None else [each._asdict() for each in held]


def _contact(contact: RemoteContact) -> JsonDict:
    return {"remote_id": contact.remote_id, "values": contact.values}


def _pieces(body: bytes) -> Iterator[bytes]:
    return (body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK))
