"""The demo's firm: made on both sides, connected, linked, then edited so that every state can be seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from practicesync.cli.demo_structure import plans_and_types, tie_families
from practicesync.cli.sandbox import Sandbox
from practicesync.core.actor import Actor, Role
from practicesync.core.catalogue import CATALOGUE, kind_of_structure
from practicesync.core.errors import Stop
from practicesync.core.fields import ClientKind, Field, Subject
from practicesync.core.lists import BY_KEY as FIRM_LISTS
from practicesync.flows import connect, start
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.flows.connect import Connected
from practicesync.operations import deciding, linking, practices, register, runs
from practicesync.operations.register import NewClient
from practicesync.queries.connection_page import load_card
from practicesync.queries.lists import labels_of
from practicesync.queries.plans import load_plan
from practicesync.queries.run_page import load_run

RowT = TypeVar("RowT")

BATCH = 500
ZONE = "Australia/Sydney"
COUNTRY = "AU"
PEOPLE = (
    ("ana@waratah.example", "Ana Whitfield", Role.ADMIN),
    ("sam@waratah.example", "Sam Okoro", Role.STANDARD),
    ("robin@waratah.example", "Robin Lee", Role.READ_ONLY),
)
ONLY_IN_XPM = 50
"""Clients of the sandbox that the register does not have."""

UNLINKED = 12
"""Register clients that are in Practice Manager too and not linked yet, for trying the search."""

VAGUE = 5
"""Of these, so many whom nothing but their name, address and the like tells."""

TWINS = 3
"""People whom the register has twice."""

NO_POSITION = ("position", "0")
"""How Practice Manager shows a contact that never had a position; the register simply has none."""

SESSION = "demo"
WAIT = 120.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A client of the register and the remote record that it is."""

    client_id: int
    remote_id: str
    name: str
    kind: ClientKind
    values: Mapping[str, str]
    remote: Mapping[str, Any]


def make(sandbox: Sandbox, say: Callable[[str], None]) -> None:
    """Make the firm; tells how far it is."""
    actor = make_people(sandbox.practice)
    pairs = make_register(actor, sandbox.clients())
    say(f"  its register: {len(pairs)} clients, {tie_families(actor, pairs)} relationships")
    connected = connect_to(sandbox, actor)
    say(f"  connected to {connected.connection.organisation_name}, and its clients read")
    say(f"  {link_known(actor, pairs)} clients linked")
    move_apart(actor, sandbox, pairs)
    refresh(actor, connected.connection.pk)
    say("  edited on both sides, and read again")


def make_people(firm: str, *, add_on: bool = True) -> Actor:
    """The practice with one person of each role, nobody with a password."""
    now = SYSTEM_CLOCK.now()
    practice = practices.create_practice(name=firm, country=COUNTRY, time_zone=ZONE, now=now)
    people = [
        practices.add_person(practice, email=email, name=name, password="", role=role, now=now)
        for email, name, role in PEOPLE
    ]
    actor = practices.actor_of(people[0], practice.pk)
    if add_on:
        practices.enable_add_on(actor, "xpm", now)
    return actor


def make_register(actor: Actor, remote: Sequence[Mapping[str, Any]]) -> list[Pair]:
    """Take the firm's register over: most of the remote clients, written the firm's own way here and there.

    The same clients every time: which ones are left out or written differently goes by their place in the list.
    """
    ours = [each for each in remote if each["IsDeleted"] == "No"][: max(1, len(remote) - ONLY_IN_XPM)]
    words = labels_of(actor.practice_id, FIRM_LISTS)
    new = [_register_client(words, number, each) for number, each in enumerate(ours)]
    new[-VAGUE:] = map(_vaguely, new[-VAGUE:])
    twins = [_again(each) for each in new[:-UNLINKED] if each.kind is ClientKind.INDIVIDUAL][:TWINS]
    clients = [
        client
        for batch in _batches([*new, *twins])
        for client in register.import_clients(actor, batch, SYSTEM_CLOCK.now())
    ]
    return [
        Pair(client.pk, str(each["UUID"]), client.name, ClientKind(client.kind), client.values, each)
        for client, each in zip(clients, ours, strict=False)
    ]


def connect_to(sandbox: Sandbox, actor: Actor) -> Connected:
    """Sign in on the sandbox's own pages, come back, and read everything."""
    address = connect.sign_in_address(actor, "xpm", session_key=SESSION, now=SYSTEM_CLOCK.now())
    query = dict(parse_qsl(urlsplit(sandbox.allow(address)).query))
    found = connect.come_back(actor, "xpm", session_key=SESSION, query=query, now=SYSTEM_CLOCK.now())
    if not isinstance(found, Connected):
        raise Stop("The sandbox's login reaches several organisations.")
    start.enqueue(found.run)
    wait_for(actor, found.run.pk)
    return found


def link_known(actor: Actor, pairs: Sequence[Pair]) -> int:
    """Link all but the last few; how many that were."""
    now = SYSTEM_CLOCK.now()
    card = load_card(actor.practice_id, now)
    if card is None:
        raise Stop("The demo is not connected.")
    known = pairs[: max(1, len(pairs) - UNLINKED)]
    batches = ({pair.client_id: pair.remote_id for pair in batch} for batch in _batches(known))
    return sum(linking.link_known(actor, batch, card.id, now) for batch in batches)


def _batches(rows: Sequence[RowT]) -> Iterator[Sequence[RowT]]:
    """Parts that are written in one go each: the worker beside the demo writes as well, and waits for none of them
    long."""
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def refresh(actor: Actor, connection_id: int) -> None:
    """Read what changed, by the engine."""
    run = runs.request(actor, connection_id, "refresh", SYSTEM_CLOCK.now())
    start.enqueue(run)
    wait_for(actor, run.pk)


def move_apart(actor: Actor, sandbox: Sandbox, pairs: Sequence[Pair]) -> None:
    """Edit both sides after they agreed: here, in Practice Manager, on both; and one value that is refused."""
    told = iter([pair for pair in pairs[:-UNLINKED] if _is_plain(pair)])
    for number, pair in enumerate(islice(told, 14)):
        _edit_here(actor, pair, _edits(number, pair))
    for number, pair in enumerate(islice(told, 12)):
        sandbox.edit(pair.remote_id, **_remote_edits(number + 100, pair))
    for number, pair in enumerate(islice(told, 6)):
        _edit_here(actor, pair, {"phone": _phone(number + 200)})
        sandbox.edit(pair.remote_id, Phone=_phone(number + 300))
    for number, pair in enumerate(islice(told, 2)):
        _have_refused(actor, sandbox, pair, _phone(number + 400))


def _register_client(words: Mapping[str, Sequence[str]], number: int, remote: Mapping[str, Any]) -> NewClient:
    """A remote client as the firm's own register has it."""
    kind = _kind(remote)
    values = _values(Subject.CLIENT, remote, kind) | plans_and_types(words, kind, number)
    if number % 7 == 3:
        # The same number, written otherwise: no difference, only another form.
        values["phone"] = "".join(sign for sign in values.get("phone", "") if sign in "+0123456789")
    if number % 19 == 5:
        values["email"] = f"office{number}@{values.get('email', '').partition('@')[2] or 'mail.example'}"
    if number % 31 == 11:
        values["phone"] = ""
    contacts = [_values(Subject.CONTACT, each, kind) for each in remote.get("Contacts", ())]
    return NewClient(kind, values, country=COUNTRY, contacts=[each for each in contacts if each.get("name")])


def _vaguely(client: NewClient) -> NewClient:
    """The same without what only this client has: somebody has to look who it is in Practice Manager."""
    telling = {key for row in CATALOGUE.client if row.identifies > 1 and not row.required for key in row.keys}
    return replace(client, values={key: value for key, value in client.values.items() if key not in telling})


def _again(client: NewClient) -> NewClient:
    """A person who was entered a second time, as they introduced themselves."""
    names = " ".join(filter(None, (client.values.get(key) for key in ("first_name", "last_name"))))
    told = {key: client.values[key] for key in ("first_name", "last_name", "email", "phone") if key in client.values}
    return replace(client, values={"name": names or client.values["name"], **told}, standing="associate", contacts=[])


def _kind(remote: Mapping[str, Any]) -> ClientKind:
    """By the business structure where there is one; who has a first name is a person."""
    if remote.get("BusinessStructure"):
        return kind_of_structure(str(remote["BusinessStructure"]))
    return ClientKind.INDIVIDUAL if remote.get("FirstName") else ClientKind.OTHER


def _values(subject: Subject, remote: Mapping[str, Any], kind: ClientKind) -> dict[str, str]:
    """A remote record under the register's keys, by the catalogue's own places."""
    rows = [row for row in CATALOGUE.of(subject) if kind in row.applies and "xpm" in row.at]
    return {key: text for row in rows for key, text in _told(row, remote)}


def _told(row: Field, remote: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, paths in zip(row.keys, row.at["xpm"].read, strict=True):
        found = next((text for path in paths.split("|") if (text := _at(remote, path.split("/")))), "")
        if found and (key, found) != NO_POSITION:
            yield key, found


def _at(remote: Any, steps: Sequence[str]) -> str:
    for step in steps:
        remote = remote.get(step) if isinstance(remote, Mapping) else None
    return str(remote) if remote is not None else ""


def _is_plain(pair: Pair) -> bool:
    """Whether both sides say the same so far, and both may be edited."""
    told = {"email": "Email", "phone": "Phone"}
    same = all(pair.values.get(here, "") == str(pair.remote.get(there) or "") for here, there in told.items())
    return same and not _is_archived(pair)


def _is_archived(pair: Pair) -> bool:
    return str(pair.remote["IsArchived"]) == "Yes"


def _phone(number: int) -> str:
    """An Australian number of the range that is kept for fiction."""
    return f"(02) 5550 {1000 + number:04}"


def _edits(number: int, pair: Pair) -> dict[str, str]:
    """What somebody of the firm typed."""
    edits: Sequence[Callable[[], dict[str, str]]] = (
        lambda: {"phone": _phone(number)},
        lambda: {"email": f"accounts{number}@{pair.name.split()[0].strip(',').casefold()}.example"},
        lambda: {"physical_address.street": f"{number + 3} Wattle Street", "physical_address.city": "Orange"},
        lambda: {"website": f"www.client{number}.example"},
    )
    return edits[number % len(edits)]()


def _remote_edits(number: int, pair: Pair) -> dict[str, object]:
    """What somebody typed in Practice Manager."""
    edits: Sequence[dict[str, object]] = (
        {"Phone": _phone(number)},
        {"Email": f"admin{number}@{pair.name.split()[0].strip(',').casefold()}.example"},
        {"Address": f"Level 2\n{number} Pitt Street", "City": "Sydney", "Region": "NSW", "PostCode": "2000"},
        {"Fax": _phone(number + 50), "Phone": _phone(number)},
    )
    return edits[number % len(edits)]


def _edit_here(actor: Actor, pair: Pair, values: Mapping[str, str]) -> None:
    now = SYSTEM_CLOCK.now()
    register.edit_client(actor, pair.client_id, revision=1, kind=pair.kind, values=values, now=now)


def _have_refused(actor: Actor, sandbox: Sandbox, pair: Pair, phone: str) -> None:
    """Send a value that Practice Manager refuses."""
    _edit_here(actor, pair, {"phone": phone})
    rule = {"kind": "error", "method": "PUT", "path": "client.api/update", "text": "Phone is not valid for this client"}
    sandbox.control("POST", "faults", rule)
    loaded = load_plan(actor.practice_id, pair.client_id)
    if loaded is None:
        raise Stop("A client of the demo is not linked.")
    now = SYSTEM_CLOCK.now()
    run = deciding.decide(actor, pair.client_id, choices={"phone": "push"}, seen=loaded.plan.seen, now=now)
    start.enqueue(run)
    wait_for(actor, run.pk)


def wait_for(actor: Actor, run_id: int) -> str:
    """Wait until a run has ended; raises `Stop` where it did not end well."""
    waited = 0.0
    while waited < WAIT:
        line = load_run(actor.practice_id, run_id)
        if line is not None and not line.under_way:
            if line.state != "done":
                raise Stop(f"A run of the demo ended as {line.state}: {line.detail}")
            return line.state
        SYSTEM_CLOCK.sleep(0.1)
        waited += 0.1
    raise Stop("A run of the demo did not end in time.")
