"""The connector to Xero Practice Manager: what the rest of the product may ask of it."""

import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Self

from practicesync.connectors.base import Line, Reading, References, Slice
from practicesync.connectors.transport import Reply
from practicesync.connectors.xpm import answers, bodies, endpoints
from practicesync.connectors.xpm.answers import Members
from practicesync.connectors.xpm.changes import changes, name_problem, problems
from practicesync.connectors.xpm.codec import XPM, Codec
from practicesync.connectors.xpm.created import carrying
from practicesync.connectors.xpm.endpoints import Endpoint
from practicesync.connectors.xpm.gateway import Gateway, safe_id
from practicesync.connectors.xpm.relating import relationship_changes, relationship_problems, sent_as
from practicesync.connectors.xpm.stream import remote_id_hint, slices
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import BadAnswer, Refused, Unsure
from practicesync.core.fields import Catalogue, Subject, Values
from practicesync.core.kinds import NAME, Place
from practicesync.core.record import RemoteContact, RemoteGroup, RemoteRecord, StaffMember

MOST_FOUND = 100


class XpmConnector:
    """API 3.1 in XML. Holds no state of a practice; safe to share between threads."""

    name = XPM

    def __init__(self, gateway: Gateway, catalogue: Catalogue = CATALOGUE) -> None:
        self._gateway = gateway
        self._catalogue = catalogue
        self._codec = Codec(catalogue)

    def everything(self, line: Line) -> Reading:
        """All clients in full detail, archived and deleted ones included, in one call."""
        return self._list(line, {"detailed": "true"})

    def changed_since(self, line: Line, moment: datetime) -> Reading:
        """The clients that XPM calls changed since `moment`. It does not count every sort of edit as a change."""
        return self._list(line, _changed(moment))

    def decode(self, found: Slice) -> RemoteRecord:
        """One raw slice as a record. Raises `BadAnswer`, which is about this record alone."""
        return answers.decode_slice(self._codec, found.raw, found.digest)

    def remote_id_hint(self, raw: bytes) -> str:
        """The id that a slice seems to have, for a record that cannot be decoded; "" where none can be seen."""
        return remote_id_hint(raw)

    def read(self, line: Line, remote_id: str) -> RemoteRecord:
        """One client in full detail. Raises `Gone`."""
        answer = self._gateway.ask(line, endpoints.CLIENT_GET, remote_id=remote_id)
        record = answers.one_client(self._codec, answer)
        if record.remote_id != remote_id.lower():
            raise BadAnswer("Practice Manager answered with another client.")
        return record

    def search(self, line: Line, words: str) -> Sequence[RemoteRecord]:
        """Clients whose name matches, the first hundred. XPM decides what matches; it may find less than one thinks."""
        with self._rows(line, endpoints.CLIENT_SEARCH, _named(words)) as found:
            return [self.decode(each) for each in islice(found, MOST_FOUND)]

    def find_created(
        self, line: Line, reference_key: str, reference: str, name: str, since: datetime
    ) -> Sequence[RemoteRecord]:
        """The clients that carry our reference, by a search for the name and by what changed. Two calls, both reads.

        Both are asked even where the first finds one: a twin may bear another name by now. Lists and searches may lag
        behind a write. Raises `BadAnswer` where a record that shows the reference cannot be read, `ValueError` where
        `reference_key` is no field of a client in XPM, or the reference or the name is blank.
        """
        carries = carrying(self._catalogue, reference_key, reference, name, self.decode)
        found: dict[str, RemoteRecord] = {}
        for endpoint, query in (
            (endpoints.CLIENT_SEARCH, _named(name)),
            (endpoints.CLIENT_LIST, _changed(since)),
        ):
            with self._rows(line, endpoint, query) as rows:
                found.update((record.remote_id, record) for record in carries(rows))
        return list(found.values())

    def staff(self, line: Line) -> Sequence[StaffMember]:
        """The staff list. Two people may have one name."""
        return answers.staff_list(self._gateway.ask(line, endpoints.STAFF_LIST))

    def groups(self, line: Line) -> Sequence[RemoteGroup]:
        """The groups, without their members. Two may have one name."""
        return answers.group_list(self._gateway.ask(line, endpoints.GROUP_LIST))

    def write(self, line: Line, remote_id: str, values: Values, references: References) -> RemoteRecord:
        """Change these values of a client and nothing else. The reply is checked to be the same client.

        Raises `Refused` before anything is sent where a value must not be sent, as `problem` tells.
        """
        elements = self._elements(Subject.CLIENT, values, references)
        return self._client(line, endpoints.CLIENT_UPDATE, remote_id, elements)

    def archive(self, line: Line, remote_id: str) -> RemoteRecord:
        """Archive a client. XPM has no call that takes it back, and none that tells who archived it."""
        return self._client(line, endpoints.CLIENT_ARCHIVE, remote_id, ())

    def add(self, line: Line, values: Values, references: References, contacts: Sequence[Values] = ()) -> RemoteRecord:
        """Add a client with its contacts. Not repeatable: XPM takes no key of ours and allows two of one name, so that
        each call makes another one; ask `find_created` before any second try.

        The reply has no tax settings (recorded exchange of a client that was just added). It is checked to bear the
        name that was sent.
        """
        told = self._elements(Subject.CLIENT, _filled(values), references, whole="A client")
        inside = [self._elements(Subject.CONTACT, _filled(each), references, whole="A contact") for each in contacts]
        if sum(dict(each).get("IsPrimary") == "Yes" for each in inside) > 1:
            raise Refused("A client has one primary contact.")
        endpoint = endpoints.CLIENT_ADD
        answer = self._gateway.ask(line, endpoint, body=bodies.new_client_body(told, inside))
        with self._gateway.named(endpoint):
            record = answers.one_client(self._codec, answer)
        if not NAME.same((record.name,), (values["name"],), Place()):
            raise Unsure("Practice Manager answered with another client.")
        return record

    def write_contact(
        self, line: Line, client_id: str, contact_id: str, values: Values, references: References
    ) -> RemoteContact:
        """Change these values of a contact. The client is always named: a contact may belong to several."""
        elements = self._elements(Subject.CONTACT, values, references)
        body = bodies.contact_body(safe_id(client_id), elements)
        return self._contact(line, endpoints.CONTACT_UPDATE, client_id, contact_id, body)

    def add_contact(self, line: Line, client_id: str, values: Values, references: References) -> RemoteContact:
        """Add a contact. Not repeatable: XPM makes another one each time."""
        elements = self._elements(Subject.CONTACT, values, references, whole="A contact")
        body = bodies.contact_body(safe_id(client_id), elements)
        return self._contact(line, endpoints.CONTACT_ADD, client_id, "", body)

    def remove_contact(self, line: Line, client_id: str, contact_id: str) -> None:
        """Take a contact away from a client. The client is always named: a contact may belong to several."""
        self._contact(line, endpoints.CONTACT_REMOVE, safe_id(client_id), contact_id)

    def add_relationship(self, line: Line, client_id: str, related_id: str, label: str, values: Values) -> str:
        """Add a relationship. Not repeatable: XPM is taken to make another one each time.

        A label that XPM takes only from the other end (`Director Of`) is sent from there. The id is that of the reply;
        whether the other client shows the relationship under the same one is not known.
        """
        elements = self._relationship(label, values, new=True)
        sent = sent_as(label)
        if sent is None or client_id.lower() == related_id.lower():
            raise Refused("A client cannot be related to itself.")
        one, other = (related_id, client_id) if sent.reversed else (client_id, related_id)
        body = bodies.new_relationship_body(safe_id(one), safe_id(other), sent.type, elements)
        return self._tie(line, endpoints.RELATIONSHIP_ADD, body, client_id, related_id)

    def write_relationship(
        self, line: Line, relationship_id: str, client_id: str, related_id: str, label: str, values: Values
    ) -> None:
        """Write what a party holds and since when. What is left out is taken to stay; a blank value clears."""
        body = bodies.relationship_body(safe_id(relationship_id), self._relationship(label, values, new=False))
        self._tie(line, endpoints.RELATIONSHIP_UPDATE, body, client_id, related_id)

    def remove_relationship(self, line: Line, relationship_id: str) -> None:
        """Remove a relationship; it goes from both of its clients."""
        self._tie(line, endpoints.RELATIONSHIP_REMOVE, bodies.relationship_body(safe_id(relationship_id)))

    def add_group(self, line: Line, name: str, client_id: str) -> RemoteGroup:
        """Add a group with its first client; XPM has none without. Not repeatable: names need not be unique."""
        if problem := name_problem("A group", name):
            raise Refused(problem)
        body = bodies.new_group_body(name.strip(), safe_id(client_id))
        return self._group(line, endpoints.GROUP_ADD, body, joined=[client_id]).group

    def change_group(self, line: Line, group_id: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Put clients into a group and take others out, in one call. The reply's members are compared with what was
        asked: where they do not show it, the outcome is unknown."""
        if {each.lower() for each in add} & {each.lower() for each in remove}:
            raise Refused("A client cannot join a group and leave it at once.")
        if not add and not remove:
            return
        body = bodies.members_body(safe_id(group_id), map(safe_id, add), map(safe_id, remove))
        answer = self._group(line, endpoints.GROUP_MEMBERS, body, joined=add, left=remove)
        if answer.group.remote_id != group_id.lower():
            raise Unsure("Practice Manager answered with another group.")

    def problem(self, subject: Subject, values: Values, references: References) -> Mapping[str, str]:
        """What must not or cannot be sent, by field name, as sentences."""
        return problems(self._catalogue, subject, values, references)

    def relationship_problem(self, label: str, values: Values, *, new: bool = True) -> Mapping[str, str]:
        """What must not or cannot be sent of a relationship, by field name; "" stands for its label."""
        return relationship_problems(self._catalogue, label, values, new=new)

    def _elements(
        self, subject: Subject, values: Values, references: References, whole: str = ""
    ) -> list[tuple[str, str]]:
        """What is sent for these values; `whole` names a record that is new, and so needs a name."""
        found = problems(self._catalogue, subject, values, references)
        if found:
            raise Refused(" ".join(found.values()))
        if whole and not values.get("name", "").strip():
            raise Refused(f"{whole} needs a name.")
        return changes(self._catalogue, subject, values, references)

    def _relationship(self, label: str, values: Values, *, new: bool) -> list[tuple[str, str]]:
        found = relationship_problems(self._catalogue, label, values, new=new)
        if found:
            raise Refused(" ".join(found.values()))
        return relationship_changes(self._catalogue, label, values, new=new)

    def _client(
        self, line: Line, endpoint: Endpoint, remote_id: str, elements: Iterable[tuple[str, str]]
    ) -> RemoteRecord:
        """Write to a client, and believe a reply about that client alone."""
        answer = self._gateway.ask(line, endpoint, body=bodies.client_body(safe_id(remote_id), elements))
        with self._gateway.named(endpoint):
            record = answers.one_client(self._codec, answer)
        if record.remote_id != remote_id.lower():
            raise Unsure("Practice Manager answered with another client.")
        return record

    def _contact(
        self, line: Line, endpoint: Endpoint, client_id: str, contact_id: str, body: bytes | None = None
    ) -> RemoteContact:
        """Write to a contact of a client, or a new one ("")."""
        query = {"clientUuid": client_id}
        answer = self._gateway.ask(line, endpoint, remote_id=contact_id, query=query, body=body)
        with self._gateway.named(endpoint):
            contact = self._codec.contact(answer.only("Contact"))
        if contact_id and contact.remote_id != contact_id.lower():
            raise Unsure("Practice Manager answered with another contact.")
        return contact

    def _tie(self, line: Line, endpoint: Endpoint, body: bytes, *ends: str) -> str:
        """Write to a relationship; a reply that tells its clients has to tell these, from whichever end."""
        answer = self._gateway.ask(line, endpoint, body=body)
        told = answers.tie(answer)
        if ends and len(told.ends) == 2 and told.ends != {end.lower() for end in ends}:
            raise Unsure("Practice Manager answered with another relationship.")
        return told.remote_id

    def _group(
        self, line: Line, endpoint: Endpoint, body: bytes, joined: Sequence[str], left: Sequence[str] = ()
    ) -> Members:
        """Write to a group; a reply that tells its members has to show who joined, and not who left."""
        answer = self._gateway.ask(line, endpoint, body=body)
        with self._gateway.named(endpoint):
            told = answers.one_group(answer)
        if told.clients is not None:
            missing = {each.lower() for each in joined} - told.clients
            if missing or told.clients & {each.lower() for each in left}:
                raise Unsure("Practice Manager's reply does not show the change of the group.")
        return told

    def _list(self, line: Line, query: Mapping[str, str]) -> Reading:
        endpoint = endpoints.CLIENT_LIST
        held = ExitStack()
        with held:
            reply = held.enter_context(self._gateway.open(line, endpoint, query=query))
            moment = reply.moment
            if moment is None:
                # What else is wrong with the reply says more, so look. A watermark of our own clock could miss changes.
                next(self._slices(endpoint, reply), None)
                raise BadAnswer("The reply does not tell the server's time.")
            return Reading(_Slices(self._slices(endpoint, reply), held.pop_all()), moment)
        raise AssertionError("unreachable")

    @contextmanager
    def _rows(self, line: Line, endpoint: Endpoint, query: Mapping[str, str]) -> Iterator[Iterator[Slice]]:
        """The clients of a list of which the server's time is not asked."""
        with self._gateway.open(line, endpoint, query=query) as reply:
            yield self._slices(endpoint, reply)

    def _slices(self, endpoint: Endpoint, reply: Reply) -> Iterator[Slice]:
        with self._gateway.named(endpoint):
            yield from slices(reply.chunks)


def _named(words: str) -> dict[str, str]:
    return {"query": words, "detailed": "true"}


def _changed(moment: datetime) -> dict[str, str]:
    return {"detailed": "true", "modifiedsince": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")}


def _filled(values: Values) -> Values:
    """The values of a new record that say something: there is nothing yet that a blank one could clear."""
    return {key: value for key, value in values.items() if value.strip()}


class _Slices:
    """The slices of a list. The connection and its lease are given back at the end, at an error, or when dropped."""

    def __init__(self, source: Iterator[Slice], held: ExitStack) -> None:
        self._source = source
        self._close = weakref.finalize(self, held.close)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Slice:
        try:
            return next(self._source)
        except BaseException:
            self._close()
            raise
