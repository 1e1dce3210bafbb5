"""What a connector is, and what it is given to work with.

A connector is one folder, one line in `registry` and its places in the catalogue.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from practicesync.core.fields import Subject, Values
from practicesync.core.record import RemoteContact, RemoteGroup, RemoteOrganisation, RemoteRecord, StaffMember


class Named(Protocol):
    """An entry of a remote list: a person writes its name, and its id is sent for it."""

    @property
    def name(self) -> str:
        """How people call it."""

    @property
    def remote_id(self) -> str:
        """What is sent for it."""


References = Mapping[str, Sequence[Named]]
"""Remote lists out of which alone some values may be sent, by the list's name.

`staff` (`StaffMember`): a manager's name has to be that of one person on it; a list that is not given has nobody.
`structures` (`RemoteLabel`): the labels of business structures that this practice is known to use. A structure is sent
in the practice's own spelling; one that the list does not have is a problem. Where the list is not given, or is empty,
nothing is known and any label may be tried.
"""


class Line(Protocol):
    """An open line to one remote organisation: the access and the budget that a connector's calls go by.

    Implemented above (where the store is), so that connectors stay free of it.
    """

    @property
    def organisation_id(self) -> str:
        """The remote organisation."""

    @property
    def interactive(self) -> bool:
        """Whether a person waits at the screen."""

    def access_token(self, *, stale: str = "") -> str:
        """A valid access token. `stale` is one that the remote refused: a newer one is fetched, once.

        Raises `Reconnect` where the connection no longer holds, `Unavailable` where identity does not answer.
        """

    def admit(self) -> str:
        """Wait for, and take, the right to one call; returns the lease. Raises `Throttled` where the wait is long."""

    def release(self, lease: str, *, minute_left: int | None = None, day_left: int | None = None) -> None:
        """Give the lease back, with the server's counters where the reply told them."""

    def blocked(self, seconds: float, limit: str) -> None:
        """The server said to wait so long because of this limit."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One raw record of a list, not parsed yet. `digest` (16 bytes) tells an unchanged one without parsing."""

    digest: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """A list being read: its records as raw slices, and the server's time when the reply began.

    Iterating `slices` to its end is what proves the list complete; a truncated or odd list raises `BadAnswer`.
    """

    slices: Iterator[Slice]
    server_time: datetime


class Connector(Protocol):
    """One remote system. Every call may raise the errors of `core.errors`; a write may raise `Unsure`."""

    name: str

    def everything(self, line: Line) -> Reading:
        """All clients, archived and deleted ones included, in full detail."""

    def changed_since(self, line: Line, moment: datetime) -> Reading:
        """The clients that changed since `moment` (aware, UTC), in full detail."""

    def decode(self, found: Slice) -> RemoteRecord:
        """One raw slice as a record. Raises `BadAnswer`."""

    def remote_id_hint(self, raw: bytes) -> str:
        """The id that a slice seems to have, for one that cannot be decoded; "" where none can be seen."""

    def read(self, line: Line, remote_id: str) -> RemoteRecord:
        """One client in full detail. Raises `Gone`."""

    def search(self, line: Line, words: str) -> Sequence[RemoteRecord]:
        """Clients whose name matches, as the remote sees fit."""

    def staff(self, line: Line) -> Sequence[StaffMember]:
        """The staff list."""

    def write(self, line: Line, remote_id: str, values: Values, references: References) -> RemoteRecord:
        """Write only these values to a client; returns the record as the remote now tells it."""

    def write_contact(
        self, line: Line, client_id: str, contact_id: str, values: Values, references: References
    ) -> RemoteContact:
        """Write only these values to a contact of a client."""

    def add_contact(self, line: Line, client_id: str, values: Values, references: References) -> RemoteContact:
        """Add a contact to a client. Not repeatable: after `Unsure`, read the client first."""

    def problem(self, subject: Subject, values: Values, references: References) -> Mapping[str, str]:
        """What the remote would refuse for sure, by field name, as sentences; empty where nothing is known."""

    def add(self, line: Line, values: Values, references: References, contacts: Sequence[Values] = ()) -> RemoteRecord:
        """Add a client, with its contacts; blank values are left out.

        Not repeatable: each call makes another client. After `Unsure`, and before any second try, ask `find_created`.
        The reply may leave out what the remote keeps apart (its tax settings), so read the client to verify those.
        """

    def find_created(
        self, line: Line, reference_key: str, reference: str, name: str, since: datetime
    ) -> Sequence[RemoteRecord]:
        """The clients, archived and deleted ones included, that carry our `reference` in the field `reference_key`.

        It is what has to be asked before an `add` that was `Unsure` is tried again: looked for among the clients whose
        name matches `name`, and among those that changed since `since` (aware, from before the first try); each is told
        once. Reads only. Lists and searches may lag behind a write, so that finding nothing proves nothing until that
        lag has passed: wait before asking, and ask again. More than one means that a twin was made.

        Raises `BadAnswer` rather than say "none" where a record that shows the reference cannot be read.
        """

    def archive(self, line: Line, remote_id: str) -> RemoteRecord:
        """Archive a client; nothing here takes it back. `archived` of the record tells whether the remote did it."""

    def remove_contact(self, line: Line, client_id: str, contact_id: str) -> None:
        """Take a contact away from this client. One of several clients is expected to stay with the others, which the
        remote does not promise. Raises `Gone` where the client has no such contact (any more)."""

    def add_relationship(self, line: Line, client_id: str, related_id: str, label: str, values: Values) -> str:
        """Add a relationship, where `label` is what is to stand on the client `client_id` with `related_id` beside it.
        `values` are those of the catalogue's relationship fields; blank ones are left out.

        Returns its remote id, or "" where the reply does not tell. The other client may show it under an id of its own.
        Not repeatable: each call makes another one. After `Unsure`, read the client first.
        """

    def write_relationship(
        self, line: Line, relationship_id: str, client_id: str, related_id: str, label: str, values: Values
    ) -> None:
        """Write these values to a relationship, read as `label` on `client_id`. Its label and its two clients cannot
        change: remove it and add another."""

    def remove_relationship(self, line: Line, relationship_id: str) -> None:
        """Remove a relationship from both of its clients. Raises `Gone` where there is none of this id (any more)."""

    def relationship_problem(self, label: str, values: Values, *, new: bool = True) -> Mapping[str, str]:
        """`problem` of a relationship to be added, or of one that is there (not `new`), by field name; "" stands for
        its label."""

    def groups(self, line: Line) -> Sequence[RemoteGroup]:
        """The groups. Two may have one name."""

    def add_group(self, line: Line, name: str, client_id: str) -> RemoteGroup:
        """Add a group with its first client. Not repeatable: after `Unsure`, read the groups and the client first."""

    def change_group(self, line: Line, group_id: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Put clients into a group and take others out, by their ids. Name only those that are not in it, and those
        that are: what the remote says to others is not known. Nothing is asked where none is named."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the token endpoint gave. `expires_in` is in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """Where to send a person to sign in, and what to keep until they come back."""

    url: str
    state: str
    verifier: str


class Identity(Protocol):
    """Sign-in at a remote system: the OAuth 2 code flow with PKCE."""

    def leave(self) -> Leave:
        """Make a fresh sign-in address with one-use state and PKCE verifier."""

    def redeem(self, code: str, verifier: str) -> Grant:
        """Exchange a code. Raises `Reconnect` where it is refused, `Unavailable` where there is no answer."""

    def renew(self, refresh_token: str) -> Grant:
        """Rotate. Raises `Reconnect` where the refresh token is refused, `Unavailable` where there is no answer."""

    def revoke(self, refresh_token: str) -> None:
        """End the grant. A refusal counts as ended; raises `Unavailable` where there is no answer."""

    def organisations(self, access_token: str) -> Sequence[RemoteOrganisation]:
        """The organisations that this grant reaches."""

    def leave_organisation(self, access_token: str, connection_id: str) -> None:
        """Disconnect one organisation; one that is gone already is fine."""
