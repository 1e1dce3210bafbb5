"""What is killed: work of each sort at an office, set up alike on two databases, and what it came to."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from firms import Firm
from flows.pushes import create, push_all, with_contact
from flows.test_import_many import a_family, confirmed
from flows.unasked import ask, let
from practicesync.flows.clock import Clock
from practicesync.flows.steps import DirectSteps
from practicesync.operations import matching, runs, sheets
from practicesync.operations.activity import verify
from practicesync.queries.differences import Selection
from practicesync.store.models import Activity, Client, Link, Mirror, Push, Run, SheetLine

NOT_ALIKE = ("UUID", "WebUrl", "Modified")
READINGS = ("refresh", "sweep", "record")

Prepare = Callable[[Firm, random.Random], Run]


class Recording(DirectSteps):
    """Steps that note their names."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.met: set[str] = set()

    def do(self, name: str, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Run it, and note it."""
        self.met.add(name)
        return super().do(name, function, *args, **kwargs)


def _refresh(firm: Firm, fate: random.Random) -> Run:
    for number in range(fate.randint(3, 9)):
        firm.xpm_add(Name=f"Rata {number} Limited", Phone=f"09 555 01{fate.randint(10, 99)}")
    return runs.request(firm.actor, firm.connection.pk, fate.choice(["refresh", "sweep"]), firm.clock.now())


def _moved(firm: Firm, fate: random.Random) -> list[Client]:
    """Clients of which either side changed something."""
    found = []
    for number in range(fate.randint(1, 2)):
        client, remote_id = firm.pair(f"Kauri {number} Limited", Phone="09 555 0101", Email="old@kauri.example")
        firm.sync(client, phone="pull", email="pull")
        firm.edit(client, phone=f"09 555 01{fate.randint(10, 99)}")
        firm.xpm_edit(remote_id, Email=f"new{fate.randint(1, 9)}@kauri.example")
        found.append(client)
    firm.refresh()
    return found


def _sync(firm: Firm, fate: random.Random) -> Run:
    clients = _moved(firm, fate)
    with_contact(firm, clients[0], name="Ann Lee", email="ann@kauri.example")
    firm.edit(clients[0], fax=f"09 555 02{fate.randint(10, 99)}")
    run = push_all(firm, clients)
    return create(firm, [with_contact(firm, firm.add("Rimu Limited", phone="09 555 0300"), name="Bo Lee")], run)


def _apply(firm: Firm, fate: random.Random) -> Run:
    _moved(firm, fate)
    lines = sheets.lines_of(firm.practice.pk, firm.connection.pk, Selection())
    sheet = sheets.draw_up(firm.actor, firm.connection.pk, "chosen", lines, firm.clock.now())
    return sheets.request_apply(firm.actor, sheet.pk, firm.clock.now())


def _automatic(firm: Firm, fate: random.Random) -> Run:
    _moved(firm, fate)
    let(firm)
    run = ask(firm)
    assert run is not None
    return run


def _import(firm: Firm, _fate: random.Random) -> Run:
    return confirmed(firm, a_family(firm))


def _match(firm: Firm, fate: random.Random) -> Run:
    for number in range(fate.randint(2, 5)):
        firm.xpm_add(Name=f"Totara {number} Limited", Phone="09 555 0101")
        firm.add(f"Totara {number} Limited", phone="09 555 0101")
    firm.refresh()
    carry_out_the_rest(firm)
    return matching.request_match(firm.actor, firm.connection.pk, firm.clock.now())


SORTS: Mapping[str, Prepare] = {
    "refresh": _refresh,
    "sync": _sync,
    "apply": _apply,
    "automatic": _automatic,
    "import": _import,
    "match": _match,
}
"""One row for each sort of work whose end is more than a row of ours."""


def begun(firm: Firm, sort: str, seed: int) -> Run:
    """The run of this sort, asked for at a firm where nothing else waits."""
    firm.connect()
    firm.refresh()
    carry_out_the_rest(firm)
    return SORTS[sort](firm, random.Random(seed))


def carry_out_the_rest(firm: Firm) -> None:
    """Carry out whatever else waits."""
    while (run := Run.rows.of(firm.practice.pk).filter(state="queued").first()) is not None:
        firm.run(run)


def came_to(firm: Firm, run: Run) -> dict[str, object]:
    """What there is at the end, on both sides and in the log, without ids and moments."""
    rows: Callable[[Any], Any] = lambda model: model.rows.of(firm.practice.pk)  # noqa: E731
    run.refresh_from_db()
    mirrors = {each.remote_id: each for each in rows(Mirror)}
    told = Activity.rows.of(firm.practice.pk).values_list("verb", "client__name")
    return {
        # What a reading stored before it was killed is no change for the next one.
        "run": (
            run.kind,
            run.state,
            run.done,
            *(() if run.kind in READINGS else (run.changed,)),
            run.total,
            run.detail,
        ),
        "register": sorted((each.name, sorted(each.values.items())) for each in rows(Client)),
        "XPM": sorted(_truth(firm.xpm(remote_id)) for remote_id in mirrors),
        "copy": sorted((each.name, sorted(each.values.items())) for each in mirrors.values()),
        "links": sorted((each.client.name, each.state, sorted(each.base.items())) for each in rows(Link)),
        "pushes": sorted((p.client.name, p.ref != "", p.act, p.state, sorted(p.outcomes.items())) for p in rows(Push)),
        "lines": sorted(rows(SheetLine).values_list("label", "field", "move", "outcome")),
        "writes": firm.control("GET", "writes"),
        "log": sorted((verb, name or "") for verb, name in told),
        "chain": verify(firm.practice.pk),
    }


def _truth(client: Mapping[str, Any]) -> list[tuple[str, str]]:
    flat = ((key, value) for key, value in client.items() if isinstance(value, str) and key not in NOT_ALIKE)
    contacts = sorted(str(each.get("Name")) for each in client.get("Contacts") or ())
    return sorted([*flat, ("contacts", ", ".join(contacts))])
