"""One schedule's firm, its XPM, and everybody around it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx2
from django.conf import settings
from django.test.utils import override_settings
from flask import Flask

from firms import BASE, Firm
from in_process import InProcess
from practicesync.core.actor import Actor
from practicesync.core.errors import SyncError
from practicesync.core.fields import ClientKind
from practicesync.core.policy import Policy
from practicesync.flows import remote, start
from practicesync.flows.registry import FLOWS
from practicesync.flows.steps import DirectSteps
from practicesync.operations import practices
from practicesync.store.models import Client, Contact, Link, Mirror, Person, Run
from simulation import doubts
from simulation.cells import CLIENT, Cell
from simulation.durable import Engine
from simulation.history import Choice, History
from simulation.leaves import Leaves
from simulation.network import Network
from simulation.scheduling import Killed, OurClock, Scheduler, Task, running
from simulation.stores import drop_connection, the_practice, watch_statements
from simulation.watch import Watch
from xpm_sandbox.app import create_app
from xpm_sandbox.clock import ControlledClock
from xpm_sandbox.world import World

START = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
NAMES = ("Kauri", "Rata", "Totara", "Rimu", "Matai", "Kowhai", "Miro", "Tawa", "Nikau", "Hinau", "Puriri", "Karaka")
WRITES_TO_THE_REGISTER = tuple(
    f'{verb} "store_{table}"' for verb in ("INSERT INTO", "UPDATE", "DELETE FROM") for table in ("client", "contact")
)
WRITES_TO_SHEETS = ('INSERT INTO "store_sheetline"',)


@dataclass(frozen=True)
class Temper:
    """What a schedule leans to: actions and troubles, by name, that come so many times as often, and fixed doubts."""

    leaning: Mapping[str, float] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)


EVEN = Temper()


@dataclass
class Xpm:
    """The sandbox of a process, begun anew for each schedule."""

    world: World
    clock: ControlledClock
    app: Flask

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator["Xpm"]:
        """One for many schedules: to make it takes longer than a schedule's calls."""
        clock = ControlledClock(frozen_at=START)
        with World.open(seed=1, clients=0, region="NZ") as world:
            yield cls(world, clock, create_app(world, clock))

    def begin_anew(self) -> None:
        """An empty practice, with the identifiers to come that came the first time."""
        self.world.reset(exactly=True)
        self.clock.freeze(START)


@dataclass
class Stage:
    """What the people of a schedule act through, and what the judges look at."""

    scheduler: Scheduler
    xpm: Xpm
    firm: Firm
    clock: OurClock
    engine: Engine
    history: History
    switches: dict[str, str]
    actors: dict[str, Actor]
    steps_left: int
    network: Network = field(init=False)
    watch: Watch = field(init=False)
    temper: Temper = field(default_factory=lambda: EVEN)
    hot: list[tuple[int, str]] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    contacts_named: int = 0
    over: bool = False
    touched: bool = True
    sheets_touched: bool = False
    policies: dict[int, Policy] = field(default_factory=dict)
    leaves: Leaves = field(init=False)
    masked_before: int = 0

    @property
    def random(self) -> Random:
        """Where every draw comes from."""
        return self.scheduler.random

    @property
    def numbers(self) -> Any:
        """What is counted."""
        return self.history.numbers

    def client(self, pk: int) -> Client:
        """A client of the register as it is now."""
        return Client.rows.of(self.firm.practice.pk).get(pk=pk)

    def links(self) -> list[Link]:
        """The live links."""
        rows = Link.rows.of(self.firm.practice.pk).filter(ended_at=None)
        return list(rows.select_related("client", "mirror").order_by("pk"))

    def remote_of(self, client_id: int) -> str:
        """The XPM record of a linked client; "" where it has none."""
        rows = Link.rows.of(self.firm.practice.pk).filter(client_id=client_id, ended_at=None)
        return rows.values_list("mirror__remote_id", flat=True).first() or ""

    def control(self, verb: str, address: str, **body: Any) -> Any:
        """One call of the sandbox's control, which takes no time."""
        reply = self.xpm.app.test_client().open(f"/control/{address}", method=verb, json=body or None)
        if reply.status_code >= 400:
            raise LookupError(f"{verb} {address}: {reply.get_data(as_text=True)}")
        return reply.get_json() if reply.data else None

    def truth(self, uuid: str) -> dict[str, Any]:
        """A client as it is in XPM."""
        found: dict[str, Any] = self.control("GET", f"clients/{uuid}")
        return found

    def roster(self) -> list[dict[str, Any]]:
        """Every client of XPM."""
        found: list[dict[str, Any]] = self.control("GET", "clients?limit=1000")["clients"]
        return found

    @contextmanager
    def wishing(self, wishes: dict[tuple[str, str, str], str]) -> Iterator[None]:
        """While open, these values may appear in the register by the running task's doing."""
        task = running()
        name = task.name if task is not None else "setup"
        self.history.wishes[name] = wishes
        try:
            yield
        finally:
            if task is None or not task.process.dead:
                self.look(name)
            self.history.wishes.pop(name, None)

    def look(self, author: str) -> None:
        """See what moved in the register."""
        self.look_at_sheets()
        if self.touched:
            self.touched = False
            with self.hushed():
                self.history.look_here(author)

    def look_at_sheets(self) -> None:
        """See what new sheets would let happen, before anything of them does."""
        if self.sheets_touched:
            self.sheets_touched = False
            with self.hushed():
                self.leaves.read()

    @contextmanager
    def hushed(self) -> Iterator[None]:
        """The judges' own statements are no points of the schedule."""
        _Hush.depth += 1
        try:
            yield
        finally:
            _Hush.depth -= 1

    def choosing(self, choices: list[Choice]) -> None:
        """A person chose to write these values."""
        self.history.choices.extend(choices)

    def connect(self) -> None:
        """A person signs in again, as the page of a broken connection asks for; where nobody answers, it stays so."""
        try:
            self.firm.connect()
        except SyncError:
            self.numbers["sign-ins that got no answer"] += 1

    def hand_over(self, run: Run) -> None:
        """As a screen does after asking for a run; now and then the process dies before it can."""
        if run.state == "queued" and self.random.random() > 0.1:
            start.enqueue(run)


class _Hush:
    depth = 0


def begin_task(stage: Stage, task: Task) -> None:
    """Make this thread's statements points of the schedule."""

    def at_any(statement: str) -> None:
        if task.process.dead:
            raise Killed
        if statement.startswith(WRITES_TO_THE_REGISTER):
            stage.touched = True
        if statement.startswith(WRITES_TO_SHEETS):
            stage.sheets_touched = True

    def at_beginning(statement: str) -> None:
        if not _Hush.depth:
            stage.look_at_sheets()
            stage.scheduler.point(statement[:48])

    drop_connection()
    watch_statements(at_beginning, at_any)


@contextmanager
def staged(xpm: Xpm, scheduler: Scheduler, steps: int) -> Iterator[Stage]:
    """A firm that is not connected yet, on a fresh database, with an XPM of doubtful manners."""
    xpm.begin_anew()
    told = {**settings.XPM, "sandbox": BASE, "client_id": "sandbox-pkce", "client_secret": ""}
    clock = OurClock(scheduler)
    history = History(scheduler.clock.now, scheduler.note)
    engine = Engine(scheduler)
    with override_settings(XPM=told), engine.installed():
        practice = the_practice()
        people = list(Person.objects.order_by("pk"))
        actors = {person.name.lower(): practices.actor_of(person, practice.pk) for person in people}
        http = httpx2.Client(transport=InProcess(xpm.app), base_url=BASE)
        firm = Firm(practice, next(iter(actors.values())), http, xpm.clock, DirectSteps(clock))
        stage = Stage(scheduler, xpm, firm, clock, engine, history, {}, actors, steps)
        stage.watch = Watch(history, scheduler.clock.now, stage.truth, stage.hushed, stage.roster)
        stage.leaves = Leaves(history, stage.remote_of, stage.policies)
        stage.network = Network(xpm.app, scheduler, stage.watch)
        stage.masked_before = int(stage.control("GET", "state")["masked_received"])
        remote.install(httpx2.Client(transport=stage.network))
        try:
            yield stage
        finally:
            remote.install(None)
            http.close()


def furnish(stage: Stage) -> None:
    """Connect the firm, fill both sides, read and link: some clients are alike, some differ, some are on one side."""
    random = stage.random
    stage.switches = {**doubts.draw(random), **stage.temper.doubts}
    stage.control("PATCH", "switches", **stage.switches)
    stage.watch.shows_tax = stage.switches.get("tax_number_shown") != "absent"
    stage.watch.staff = {each["UUID"]: each["Name"] for each in stage.control("GET", "staff")["staff"]}
    stage.watch.staff = {uuid: name.casefold().replace(" ", "") for uuid, name in stage.watch.staff.items()}
    stage.cells = [cell for cell in CLIENT if random.random() < 0.6] or list(CLIENT[:1])
    pairs = [_pair(stage, name) for name in NAMES[: random.randint(3, 8)]]
    for name in NAMES[8 : 8 + random.randint(0, 3)]:
        add_in_xpm(stage, name)
    _add_here(stage, NAMES[11])
    if random.random() < 0.7:
        # Only where its lists were seen to tell of such clients does one of them speak for a batch of pushes.
        for turn in ("archive", "delete"):
            old = add_in_xpm(stage, f"Old {turn}")
            stage.history.look_there(stage.control("POST", f"clients/{old}/{turn}"), "setup")
    stage.firm.connect()
    _carry_out_waiting(stage)
    _link(stage, pairs)
    stage.look("setup")
    stage.hot = random.sample(pairs, min(len(pairs), random.randint(1, 3)))


def _pair(stage: Stage, name: str) -> tuple[int, str]:
    """A client on both sides: alike, but for a value or two in some."""
    random = stage.random
    values = {cell.name: random.choice(cell.pool) for cell in stage.cells if random.random() < 0.6}
    tax = next((cell for cell in stage.cells if cell.name == "tax_number"), None)
    if tax is not None and "tax_number" in values:
        values["tax_number"] = tax.pool[0]
        if name in NAMES[: len(tax.pool) - 1]:
            values["tax_number"] = tax.pool[1 + NAMES.index(name)]
    other = {key: value for key, value in values.items() if random.random() < 0.8}
    contacts = [f"{name} {number}" for number in range(random.randint(0, 2))]
    uuid = add_in_xpm(stage, name, other, [each for each in contacts if random.random() < 0.8])
    return _add_here(stage, name, values, [each for each in contacts if random.random() < 0.8]), uuid


def add_in_xpm(
    stage: Stage, name: str, values: dict[str, tuple[str, ...]] | None = None, contacts: list[str] | None = None
) -> str:
    """A client that somebody adds in XPM."""
    by_name = {cell.name: cell for cell in CLIENT}
    told: dict[str, Any] = {"Name": f"{name} Limited"}
    for key, parts in (values or {}).items():
        told |= {element: part or None for element, part in zip(by_name[key].elements, parts, strict=True)}
    told["Contacts"] = [{"Name": each} for each in contacts or ()]
    truth = stage.control("POST", "clients", **told)
    stage.history.look_there(truth, "setup")
    return str(truth["UUID"])


def _add_here(
    stage: Stage, name: str, values: dict[str, tuple[str, ...]] | None = None, contacts: list[str] | None = None
) -> int:
    by_name = {cell.name: cell for cell in CLIENT}
    told = {"name": f"{name} Limited"}
    for key, parts in (values or {}).items():
        told |= dict(zip(by_name[key].keys, parts, strict=True))
    client = stage.firm.add(told.pop("name"), ClientKind.COMPANY, **told)
    for each in contacts or ():
        Contact(
            practice_id=client.practice_id, client=client, values={"name": each, "is_primary": "No"},
            created_at=stage.clock.now(), changed_at=stage.clock.now(),
        ).save()  # fmt: skip
    return int(client.pk)


def _carry_out_waiting(stage: Stage) -> None:
    """The first reading of XPM, without any danger yet."""
    for run in Run.rows.of(stage.firm.practice.pk).filter(state="queued").order_by("pk"):
        FLOWS[run.kind](stage.firm.steps, run.pk)
    for run in Run.rows.of(stage.firm.practice.pk).filter(state="queued").order_by("pk"):
        FLOWS[run.kind](stage.firm.steps, run.pk)


def _link(stage: Stage, pairs: list[tuple[int, str]]) -> None:
    for pk, uuid in pairs:
        mirror = Mirror.rows.of(stage.firm.practice.pk).filter(remote_id=uuid).first()
        if mirror is not None:
            stage.firm.link(stage.client(pk), uuid)
