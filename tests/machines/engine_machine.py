"""The whole engine as a state machine: two sides that people edit, choices, lost replies, kills and clock jumps.

The model knows only what people did: which value they gave each side, and which choice they made having seen what. A
value that changes in any other way is a lost update. It shares no code with the planner.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from firms import Firm, a_firm
from in_process import InProcess
from machines.perils import Killed, MortalSteps, Network, OurClock, Peril
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.flows import remote
from practicesync.operations import register, runs
from practicesync.operations.register import ContactEdit
from practicesync.store.models import Client, Connection, Link, Push, Run

FIELDS = {"email": "Email", "export_code": "ExportCode", "phone": "Phone", "website": "Website"}
"""The fields that are edited, with their names in XPM. `email` is left out of XPM's replies when it is unset."""

VALUES: dict[str, list[str]] = {
    "email": ["", "one@kauri.example", "two@kauri.example", "three@kauri.example"],
    "export_code": ["", "K-1", "K-2", "K-3"],
    "phone": ["", "09 555 0101", "09 555 0102", "09 555 0103"],
    "website": ["", "one.kauri.example", "two.kauri.example", "three.kauri.example"],
}

FAULTS = ["drop_before", "drop_after", "refuse", "html", "truncate", "500_all", "500_none", "500_some"]


@dataclass
class Known:
    """What people gave each side of one client, and what they chose to write having seen what."""

    local: dict[str, str]
    remote: dict[str, str]
    chosen: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    ever_here: dict[str, set[str]] = field(default_factory=dict)
    ever_there: dict[str, set[str]] = field(default_factory=dict)

    def here(self, name: str, value: str) -> None:
        self.local[name] = value
        self.ever_here.setdefault(name, {""}).add(value)

    def there(self, name: str, value: str) -> None:
        self.remote[name] = value
        self.ever_there.setdefault(name, {""}).add(value)


class EngineMachine(RuleBasedStateMachine):
    """Two linked clients, edited on both sides by people who choose, under faults."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(_undone())
        self.peril = Peril()
        self.firm: Firm = self.stack.enter_context(a_firm())
        _reach(self.firm, self.peril)
        self.clock = OurClock(self.firm.clock)
        steps = MortalSteps(self.clock)
        steps.peril = self.peril
        self.firm.steps = steps
        self.clients: list[tuple[Client, str]] = []
        self.known: list[Known] = []
        self.contacts_given = 0

    def teardown(self) -> None:
        try:
            if self.clients:
                self._quiet()
        finally:
            self.stack.close()

    @initialize(
        stored=st.sampled_from(["as_sent", "trimmed", "reformatted"]),
        bound=st.sampled_from(["exclusive", "inclusive"]),
        contacts=st.sampled_from(["yes", "no"]),
    )
    def begin(self, stored: str, bound: str, contacts: str) -> None:
        """Two clients that agree, in an XPM that behaves in one of the ways that nobody outside knows."""
        self.firm.connect()
        switches = {"stored_form": stored, "modifiedsince_bound": bound, "modifiedsince_sees_contacts": contacts}
        self.firm.control("PATCH", "switches", json=switches)
        for name in ("Kauri Limited", "Rata Limited"):
            remote_id = self.firm.xpm_add(Name=name)
            self.clients.append((self.firm.add(name), remote_id))
            self.known.append(Known(dict.fromkeys(FIELDS, ""), dict.fromkeys(FIELDS, "")))
        self.firm.refresh()
        for client, remote_id in self.clients:
            self.firm.link(client, remote_id)

    which = st.integers(0, 1)
    names = st.sampled_from(sorted(FIELDS))
    values = st.integers(0, 3)

    @rule(which=which, name=names, value=values)
    def edit_here(self, which: int, name: str, value: int) -> None:
        """Somebody edits the register."""
        text = VALUES[name][value]
        self.firm.edit(self.clients[which][0], **{name: text})
        self.known[which].here(name, text)

    @rule(which=which, name=names, value=values)
    def edit_there(self, which: int, name: str, value: int) -> None:
        """Somebody edits XPM."""
        self._edit_there(which, name, VALUES[name][value])

    def _edit_there(self, which: int, name: str, text: str) -> None:
        self.firm.xpm_edit(self.clients[which][1], **{FIELDS[name]: text or None})
        self.known[which].there(name, text)

    @rule(which=which, name=names, other=names, value=values)
    def edit_there_while_we_write(self, which: int, name: str, other: str, value: int) -> None:
        """Somebody edits, in XPM's one-request gap, a field that no push under way writes."""
        if name not in self._being_pushed(which):
            self.peril.between.append(lambda: self._edit_there(which, name, VALUES[name][value]))

    @rule(kind=st.sampled_from(["refresh", "sweep"]))
    def read(self, kind: str) -> None:
        """A refresh or a sweep."""
        self._connect_again()
        self._mortal(lambda: self.firm.refresh(kind))

    @rule(minutes=st.integers(1, 300))
    def time_passes(self, minutes: int) -> None:
        """Nothing happens for a while."""
        self.firm.clock.advance(minutes * 60)

    @rule(minutes=st.integers(-10, 10))
    def our_clock_jumps(self, minutes: int) -> None:
        """Our machine's clock is wrong by so much from now on."""
        self.clock.offset = timedelta(minutes=minutes)

    @rule(points=st.integers(0, 9))
    def will_be_killed(self, points: int) -> None:
        """The process that runs next dies at one of the points at which it can."""
        self.peril.left = points

    @rule(
        kind=st.sampled_from(FAULTS),
        call=st.sampled_from([("PUT", "client.api/update"), ("POST", "client.api/contact"), ("GET", "client.api/get")]),
    )
    def the_network_fails(self, kind: str, call: tuple[str, str]) -> None:
        """One of the next calls goes wrong."""
        method, path = call
        if kind.startswith("500"):
            self.firm.fault("switch", method=method, path=path, switches={"update_answer": kind})
        else:
            extra = {"bytes": 60} if kind == "truncate" else {"applied": True} if kind == "html" else {}
            self.firm.fault(kind, method=method, path=path, **extra)

    @rule(which=which, choices=st.lists(st.sampled_from(["push", "pull", "leave"]), min_size=4, max_size=4))
    def choose(self, which: int, choices: list[str]) -> None:
        """A person looks at the sync screen and chooses; what they chose is carried out at once or later."""
        client, _ = self.clients[which]
        plan = self.firm.plan(client).plan
        wanted = {}
        for row, choice in zip([row for row in plan.differing if row.key in FIELDS], choices, strict=False):
            if (choice == "push" and row.can_push) or (choice == "pull" and row.can_pull):
                wanted[row.key] = choice
        for contact in plan.unpaired:
            if contact.can_push and choices[0] != "leave":
                wanted[contact.ref] = "push"
        if not wanted:
            return
        rows = [row for row in plan.differing if row.key in FIELDS]
        seen = {row.key: (row.local[0], row.remote[0] if row.remote else "") for row in rows}
        try:
            self.firm.decide(client, wanted)
        except (Stale, Invalid) as problem:
            raise AssertionError("what the plan offered was refused") from problem
        for key, choice in wanted.items():
            if choice == "pull":
                self.known[which].here(key, seen[key][1])
            elif key in FIELDS:
                self.known[which].chosen.setdefault(key, []).append(seen[key])

    @rule()
    def carry_out(self) -> None:
        """The worker takes up what waits."""
        self._carry_out()

    @rule(which=which)
    def add_contact_here(self, which: int) -> None:
        """Somebody adds a contact to the register."""
        client, _ = self.clients[which]
        client.refresh_from_db()
        self.contacts_given += 1
        name = f"Contact {self.contacts_given}"
        register.edit_client(
            self.firm.actor,
            client.pk,
            revision=client.revision,
            kind=ClientKind(client.kind),
            values={},
            contacts=[ContactEdit(None, {"name": name, "email": f"c{self.contacts_given}@kauri.example"})],
            now=self.clock.now(),
        )

    @invariant()
    def nothing_here_changed_but_by_people(self) -> None:
        """The register holds what people gave it, or chose for it."""
        for (client, _), known in zip(self.clients, self.known, strict=True):
            client.refresh_from_db()
            for name, value in known.local.items():
                assert _plain(name, client.values.get(name, "")) == _plain(name, value), (name, "lost here")

    @invariant()
    def nothing_there_changed_but_by_people(self) -> None:
        """XPM holds what people gave it, or what a person chose to write over exactly that."""
        for (_, remote_id), known in zip(self.clients, self.known, strict=True):
            truth = self.firm.xpm(remote_id)
            for name, value in known.remote.items():
                now = truth.get(FIELDS[name]) or ""
                if _plain(name, now) == _plain(name, value):
                    continue
                chosen = [[_plain(name, each) for each in pair] for pair in known.chosen.get(name, [])]
                allowed = {sent for sent, seen in chosen if seen == _plain(name, value)}
                assert _plain(name, now) in allowed, (name, value, now, "overwritten unseen")
                known.there(name, now)

    @invariant()
    def no_twins(self) -> None:
        """No contact was made twice in XPM."""
        for _, remote_id in self.clients:
            names = [contact["Name"] for contact in self.firm.xpm(remote_id).get("Contacts", [])]
            assert len(names) == len(set(names)), names

    @invariant()
    def base_is_what_both_sides_once_held(self) -> None:
        """No base value that one of the sides never had."""
        self.nothing_there_changed_but_by_people()
        for (client, _), known in zip(self.clients, self.known, strict=True):
            base = Link.rows.of(self.firm.practice.pk).get(client=client).base
            for name in FIELDS:
                if name in base:
                    value = _plain(name, base[name])
                    assert value in {_plain(name, each) for each in known.ever_here.get(name, {""})}
                    assert value in {_plain(name, each) for each in known.ever_there.get(name, {""})}

    def _mortal(self, action: Callable[[], Any]) -> None:
        """Do something in a process that may die; what it had not committed is undone."""
        try:
            action()
        except Killed:
            self.firm.clock.advance(60)

    def _connect_again(self) -> None:
        """Where a process died with a rotated token unsaved, and half an hour went by, a person has to sign in anew."""
        if Connection.rows.of(self.firm.practice.pk).get().state == "broken":
            self.peril.left = None
            self.firm.connect()

    def _carry_out(self) -> None:
        waiting = Run.rows.of(self.firm.practice.pk).filter(state__in=["queued", "running", "paused"]).order_by("pk")
        for run in list(waiting):
            self._mortal(lambda: self.firm.run(run))  # noqa: B023 - done before the next

    def _being_pushed(self, which: int) -> set[str]:
        client = self.clients[which][0]
        pushes = Push.rows.of(self.firm.practice.pk).filter(link__client=client)
        return {name for push in pushes if push.ended_at is None for name in push.names}

    def _quiet(self) -> None:
        """Edits and faults stop: what waits ends, the screen tells the truth, and nothing more is sent."""
        self.peril.left = None
        self.peril.between.clear()
        self.firm.control("DELETE", "faults")
        for _ in range(3):
            self.firm.clock.advance(7200)
            self._connect_again()
            self._carry_out()
        self.nothing_there_changed_but_by_people()
        still_open = list(
            Push.rows.of(self.firm.practice.pk).filter(ended_at=None).values_list("run__state", "run__detail")
        )
        assert still_open == [], "a push never ends"
        self.firm.run(runs.request(self.firm.actor, self.firm.connection.pk, "sweep", self.clock.now()))
        sent = self.firm.writes()
        self._screen_tells_the_truth()
        self.firm.refresh("sweep")
        self.firm.refresh()
        assert self.firm.writes() == sent, "an echo"
        self.nothing_here_changed_but_by_people()
        self.no_twins()

    def _screen_tells_the_truth(self) -> None:
        for client, remote_id in self.clients:
            truth = self.firm.xpm(remote_id)
            differing = self.firm.states(client)
            client.refresh_from_db()
            for name, there in FIELDS.items():
                same = _plain(name, client.values.get(name, "")) == _plain(name, truth.get(there) or "")
                assert same == (name not in differing), (name, "the screen says otherwise")


def _plain(name: str, value: str) -> str:
    """A value without its writing: of these fields XPM reformats no more than spaces and case."""
    kept = "".join(value.split()).casefold()
    if name == "phone":
        return "".join(sign for sign in kept if sign.isdigit()).removeprefix("64").lstrip("0")
    if name == "website":
        return kept.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return kept


def _reach(firm: Firm, peril: Peril) -> None:
    """Let the product reach the sandbox over a network at whose every call the process may die."""
    inner = firm.http._transport
    assert isinstance(inner, InProcess)
    network = Network(inner.app)
    network.peril = peril
    remote.install(httpx2.Client(transport=network))


def _undone() -> transaction.Atomic:
    """One example's rows, undone at its end."""
    return _RolledBack()


class _RolledBack(transaction.Atomic):
    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __exit__(self, *_: object) -> None:
        transaction.set_rollback(True)
        super().__exit__(None, None, None)
