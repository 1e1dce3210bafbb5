"""THE table of the calls that the connector makes, each with a record of its own to make it about.

A fault is tried on every one of them, and the truth of the sandbox tells whether a write was done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import count
from typing import Any

from connectors.doors import START, Door
from connectors.lines import MemoryLine

PHONE = "03 5550 4321"
POSITION = "Chair"
_numbers = count(1)


class Sort(StrEnum):
    """What a call is, which decides what its failure means. A `LIST` is read as a stream."""

    READ = "read"
    WRITE = "write"
    LIST = "list"


class Target:
    """Fresh records of one attempt, made as somebody working in XPM would make them, when they are first asked for."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.name = f"Fresh {next(_numbers)}"

    @cached_property
    def contact(self) -> str:
        told = self.door.post(f"clients/{self.client}/contacts", Name="Aroha Ngata", Position="Clerk")
        return str(told["UUID"])

    @cached_property
    def client(self) -> str:
        return self._client("Trust")

    @cached_property
    def other(self) -> str:
        return self._client("Holder")

    @cached_property
    def relationship(self) -> str:
        ends = {"Client": self.client, "RelatedClient": self.other}
        return str(self.door.post("relationships", Type="Shareholder", NumberOfShares=5, **ends)["UUID"])

    @cached_property
    def group(self) -> str:
        return str(self.door.post("groups", Name=f"{self.name} Group", Clients=[self.client])["UUID"])

    @property
    def truth(self) -> dict[str, Any]:
        """The client as it stands in the sandbox."""
        return self.door.client(self.client)

    def has_relationship(self, **values: Any) -> bool:
        """Whether the client has one to the other client with these values."""
        found = self.door.get("relationships", limit="500")["relationships"]
        return any(
            each["Client"]["UUID"] == self.client
            and each["RelatedClient"]["UUID"] == self.other
            and all(each[name] == value for name, value in values.items())
            for each in found
        )

    def members(self, name: str) -> list[set[str]]:
        """The clients of each group of this name."""
        found = self.door.get("groups", limit="500")["groups"]
        return [{client["UUID"] for client in each["Clients"]} for each in found if each["Name"] == name]

    def _client(self, what: str) -> str:
        return str(self.door.post("clients", Name=f"{self.name} {what}", HasTaxRecord=True)["UUID"])


@dataclass(frozen=True)
class Attempt:
    """One call. `path` is that of the request that is to fail, `done` whether a write took place, `of_record` whether
    it is about a record that may be gone."""

    name: str
    path: str
    sort: Sort
    call: Callable[[Target, MemoryLine], Any]
    done: Callable[[Target], bool] = lambda _: False
    of_record: bool = True


def _created(target: Target, line: MemoryLine) -> Any:
    return target.door.connector.find_created(line, "export_code", "PS-0001", target.name, START)


ATTEMPTS = (
    Attempt("read", "client.api/get", Sort.READ, lambda t, line: t.door.connector.read(line, t.client)),
    Attempt(
        "search",
        "client.api/search",
        Sort.READ,
        lambda t, line: t.door.connector.search(line, t.name),
        of_record=False,
    ),
    Attempt("staff", "staff.api/list", Sort.READ, lambda t, line: t.door.connector.staff(line), of_record=False),
    Attempt(
        "groups", "clientgroup.api/list", Sort.READ, lambda t, line: t.door.connector.groups(line), of_record=False
    ),
    Attempt(
        "everything", "client.api/list", Sort.LIST, lambda t, line: t.door.connector.everything(line), of_record=False
    ),
    Attempt(
        "changed_since",
        "client.api/list",
        Sort.LIST,
        lambda t, line: t.door.connector.changed_since(line, START),
        of_record=False,
    ),
    Attempt("find_created by name", "client.api/search", Sort.LIST, _created, of_record=False),
    Attempt("find_created by change", "client.api/list", Sort.LIST, _created, of_record=False),
    Attempt(
        "write",
        "client.api/update",
        Sort.WRITE,
        lambda t, line: t.door.connector.write(line, t.client, {"phone": PHONE}, {}),
        lambda t: t.truth.get("Phone") == PHONE,
    ),
    Attempt(
        "add",
        "client.api/add",
        Sort.WRITE,
        lambda t, line: t.door.connector.add(line, {"name": t.name, "export_code": "PS-0001"}, {}),
        lambda t: any(each["Name"] == t.name for each in t.door.truth()),
        of_record=False,
    ),
    Attempt(
        "archive",
        "client.api/archive",
        Sort.WRITE,
        lambda t, line: t.door.connector.archive(line, t.client),
        lambda t: t.truth["IsArchived"] == "Yes",
    ),
    Attempt(
        "write_contact",
        "client.api/contact",
        Sort.WRITE,
        lambda t, line: t.door.connector.write_contact(line, t.client, t.contact, {"position": POSITION}, {}),
        lambda t: t.truth["Contacts"][0]["Position"] == POSITION,
    ),
    Attempt(
        "add_contact",
        "client.api/contact",
        Sort.WRITE,
        lambda t, line: t.door.connector.add_contact(line, t.client, {"name": t.name}, {}),
        lambda t: any(each["Name"] == t.name for each in t.truth["Contacts"]),
    ),
    Attempt(
        "remove_contact",
        "client.api/contact",
        Sort.WRITE,
        lambda t, line: t.door.connector.remove_contact(line, t.client, t.contact),
        lambda t: not t.truth["Contacts"],
    ),
    Attempt(
        "add_relationship",
        "client.api/addrelationship",
        Sort.WRITE,
        lambda t, line: t.door.connector.add_relationship(line, t.client, t.other, "Shareholder", {"shares": "7"}),
        lambda t: t.has_relationship(Type="Shareholder", NumberOfShares=7),
    ),
    Attempt(
        "write_relationship",
        "client.api/updaterelationship",
        Sort.WRITE,
        lambda t, line: t.door.connector.write_relationship(
            line, t.relationship, t.client, t.other, "Shareholder", {"shares": "9"}
        ),
        lambda t: t.has_relationship(NumberOfShares=9),
    ),
    Attempt(
        "remove_relationship",
        "client.api/deleterelationship",
        Sort.WRITE,
        lambda t, line: t.door.connector.remove_relationship(line, t.relationship),
        lambda t: not t.has_relationship(),
    ),
    Attempt(
        "add_group",
        "clientgroup.api/add",
        Sort.WRITE,
        lambda t, line: t.door.connector.add_group(line, t.name, t.client),
        lambda t: t.members(t.name) == [{t.client}],
    ),
    Attempt(
        "change_group",
        "clientgroup.api/members",
        Sort.WRITE,
        lambda t, line: t.door.connector.change_group(line, t.group, [t.other], [t.client]),
        lambda t: t.members(f"{t.name} Group") == [{t.other}],
    ),
)
BY_NAME = {attempt.name: attempt for attempt in ATTEMPTS}
