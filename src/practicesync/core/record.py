"""A remote record as a connector read it, and the reading's parts.

Those of which a firm has some ten thousand are tuples: a frozen dataclass takes five times as long to make.
"""

from dataclasses import dataclass, field
from typing import NamedTuple


class RemoteContact(NamedTuple):
    """A contact inside a remote client. `values` holds only what was observed."""

    remote_id: str
    values: dict[str, str]


class RemoteRelationship(NamedTuple):
    """A tie of a remote client to another one, in the remote's own words: `label` is what stands on this client.

    `values` holds what was observed among the keys of the catalogue's relationship fields.
    """

    remote_id: str
    label: str
    other_id: str
    other_name: str
    values: dict[str, str]


class RemoteGroup(NamedTuple):
    """A group of remote clients."""

    remote_id: str
    name: str


@dataclass(frozen=True, slots=True)
class RemoteRecord:
    """A remote client as last read.

    `values` holds only observed keys. `contacts`, `relationships` and `groups` are None where the reading does not tell
    them. `digest` is that of
    the raw record (16 bytes), by which an unchanged one is known without parsing. `extra` names elements that no field
    of the catalogue reads.
    """

    remote_id: str
    values: dict[str, str]
    contacts: tuple[RemoteContact, ...] | None = None
    relationships: tuple[RemoteRelationship, ...] | None = None
    groups: tuple[RemoteGroup, ...] | None = None
    archived: bool = False
    deleted: bool = False
    digest: bytes = b""
    extra: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """The display name."""
        return self.values.get("name", "")


@dataclass(frozen=True, slots=True)
class RemoteOrganisation:
    """One remote organisation to which a sign-in gives access. `fits` tells whether the connector can use it."""

    organisation_id: str
    connection_id: str
    name: str
    kind: str
    fits: bool


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody on the remote staff list."""

    remote_id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class RemoteLabel:
    """A word of a list that the remote firm keeps for itself, as it stands there; it is written as it reads."""

    name: str

    @property
    def remote_id(self) -> str:
        """What is written for it."""
        return self.name
