"""The connector to Xero Practice Manager: what the rest of the product may ask of it."""

import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import islice
from typing import Self

from practicesync.connectors.base import Line, Reading, References, Slice
from practicesync.connectors.transport import Reply
from practicesync.connectors.xpm import answers, endpoints
from practicesync.connectors.xpm.answers import Envelope
from practicesync.connectors.xpm.changes import changes, problems
from practicesync.connectors.xpm.codec import XPM, Codec, client_body, contact_body
from practicesync.connectors.xpm.endpoints import Endpoint
from practicesync.connectors.xpm.gateway import Gateway, safe_id
from practicesync.connectors.xpm.stream import remote_id_hint, slices
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import BadAnswer, Refused, Unsure
from practicesync.core.fields import Catalogue, Subject, Values
from practicesync.core.record import RemoteContact, RemoteRecord, StaffMember

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
        since = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return self._list(line, {"detailed": "true", "modifiedsince": since})

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
        endpoint = endpoints.CLIENT_SEARCH
        query = {"query": words, "detailed": "true"}
        with self._gateway.open(line, endpoint, query=query) as reply, self._gateway.named(endpoint):
            return [self.decode(found) for found in islice(slices(reply.chunks), MOST_FOUND)]

    def staff(self, line: Line) -> Sequence[StaffMember]:
        """The staff list. Two people may have one name."""
        return answers.staff_list(self._gateway.ask(line, endpoints.STAFF_LIST))

    def write(self, line: Line, remote_id: str, values: Values, references: References) -> RemoteRecord:
        """Change these values of a client and nothing else. The reply is checked to be the same client.

        Raises `Refused` before anything is sent where a value must not be sent, as `problem` tells.
        """
        elements = self._elements(Subject.CLIENT, values, references)
        endpoint = endpoints.CLIENT_UPDATE
        answer = self._gateway.ask(line, endpoint, body=client_body(safe_id(remote_id), elements))
        with self._gateway.named(endpoint):
            record = answers.one_client(self._codec, answer)
        if record.remote_id != remote_id.lower():
            raise Unsure("Practice Manager answered with another client.")
        return record

    def write_contact(
        self, line: Line, client_id: str, contact_id: str, values: Values, references: References
    ) -> RemoteContact:
        """Change these values of a contact. The client is always named: a contact may belong to several."""
        elements = self._elements(Subject.CONTACT, values, references)
        answer = self._gateway.ask(
            line,
            endpoints.CONTACT_UPDATE,
            remote_id=contact_id,
            query={"clientUuid": client_id},
            body=contact_body(safe_id(client_id), elements),
        )
        contact = self._contact(endpoints.CONTACT_UPDATE, answer)
        if contact.remote_id != contact_id.lower():
            raise Unsure("Practice Manager answered with another contact.")
        return contact

    def add_contact(self, line: Line, client_id: str, values: Values, references: References) -> RemoteContact:
        """Add a contact. Not repeatable: XPM makes another one each time."""
        elements = self._elements(Subject.CONTACT, values, references)
        if not values.get("name", "").strip():
            raise Refused("A contact needs a name.")
        answer = self._gateway.ask(
            line,
            endpoints.CONTACT_ADD,
            query={"clientUuid": client_id},
            body=contact_body(safe_id(client_id), elements),
        )
        return self._contact(endpoints.CONTACT_ADD, answer)

    def problem(self, subject: Subject, values: Values, references: References) -> Mapping[str, str]:
        """What must not or cannot be sent, by field name, as sentences."""
        return problems(self._catalogue, subject, values, references)

    def _elements(self, subject: Subject, values: Values, references: References) -> list[tuple[str, str]]:
        found = problems(self._catalogue, subject, values, references)
        if found:
            raise Refused(" ".join(found.values()))
        return changes(self._catalogue, subject, values, references)

    def _contact(self, endpoint: Endpoint, answer: Envelope) -> RemoteContact:
        with self._gateway.named(endpoint):
            return self._codec.contact(answer.only("Contact"))

    def _list(self, line: Line, query: Mapping[str, str]) -> Reading:
        held = ExitStack()
        with held:
            reply = held.enter_context(self._gateway.open(line, endpoints.CLIENT_LIST, query=query))
            moment = reply.moment
            if moment is None:
                # What else is wrong with the reply says more, so look. A watermark of our own clock could miss changes.
                next(self._slices(reply), None)
                raise BadAnswer("The reply does not tell the server's time.")
            return Reading(_Slices(self._slices(reply), held.pop_all()), moment)
        raise AssertionError("unreachable")

    def _slices(self, reply: Reply) -> Iterator[Slice]:
        with self._gateway.named(endpoints.CLIENT_LIST):
            yield from slices(reply.chunks)


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
