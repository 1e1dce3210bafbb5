"""What is killed: work of each sort at an office, set up alike on two databases, and what it came to."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from firms import Firm
from flows.pushes import create, push_all, with_contact
from flows.test_import_many import a_family, confirmed
from flows.unasked import TIGHT, ask, let
from imports import Importing
from practicesync.core.policy import Direction
from practicesync.flows import refresh as reading
from practicesync.flows.clock import Clock
from practicesync.flows.steps import DirectSteps
from practicesync.operations import (
    drawing,
    import_apply,
    import_file,
    import_many,
    import_undo,
    leaving,
    matching,
    policies,
    runs,
    setting_aside,
    sheets,
    undoing,
    unreadable,
)
from practicesync.operations.activity import verify
from practicesync.queries.automatic import stopped
from practicesync.queries.differences import Selection
from practicesync.queries.policy import policy_of
from practicesync.store.models import (
    Activity,
    Candidate,
    Client,
    Import,
    ImportRow,
    KeptOut,
    Link,
    Mirror,
    Push,
    Run,
    SetAsideRecord,
    Sheet,
    SheetLine,
    Twin,
)

NOT_ALIKE = ("UUID", "WebUrl", "Modified")
READINGS = ("refresh", "sweep", "record", "look", "reread")
SMALL: Sequence[tuple[Any, str, int]] = (
    (reading, "BATCH", 3),
    (policies, "AT_ONCE", 1),
    (drawing, "AT_ONCE", 1),
    (policies, "BATCH", 2),
    (setting_aside, "BATCH", 2),
    (matching, "LINKED_AT_ONCE", 2),
    (leaving, "BATCH", 2),
    (import_many, "BATCH", 2),
    (import_apply, "BATCH", 2),
    (import_undo, "BATCH", 2),
)
"""How much a step does, so that a few clients make several steps."""

Prepare = Callable[[Firm, random.Random], Run]


def in_small_batches() -> None:
    """Let a few clients make several steps from now on, in this process and its forks."""
    for module, name, size in SMALL:
        assert hasattr(module, name), f"{module.__name__} has no {name}"
        setattr(module, name, size)


class Recording(DirectSteps):
    """Steps that note their names."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.met: set[str] = set()

    def do(self, name: str, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Run it, and note it."""
        self.met.add(name)
        return super().do(name, function, *args, **kwargs)


# What each sort of work begins with


def _list(firm: Firm, fate: random.Random) -> list[str]:
    """Clients that somebody adds in XPM; their ids."""
    count = fate.randint(3, 9)
    return [firm.xpm_add(Name=f"Rata {n} Limited", Phone=f"09 555 01{fate.randint(10, 99)}") for n in range(count)]


def _refresh(firm: Firm, fate: random.Random) -> Run:
    _list(firm, fate)
    return runs.request(firm.actor, firm.connection.pk, "refresh", firm.clock.now())


def _sweep(firm: Firm, fate: random.Random) -> Run:
    gone = _list(firm, fate)[0]
    firm.refresh()
    carry_out_the_rest(firm)
    firm.control("POST", f"clients/{gone}/delete")
    return runs.request(firm.actor, firm.connection.pk, "sweep", firm.clock.now())


def _record(firm: Firm, fate: random.Random) -> Run:
    client, remote_id = firm.pair("Kauri Limited", Phone="09 555 0101")
    firm.xpm_edit(remote_id, Phone=f"09 555 02{fate.randint(10, 99)}")
    return runs.request_record(firm.actor, client.pk, firm.clock.now())


def _look(firm: Firm, fate: random.Random) -> Run:
    remote_id = _list(firm, fate)[0]
    firm.refresh()
    carry_out_the_rest(firm)
    firm.xpm_edit(remote_id, Phone=f"09 555 02{fate.randint(10, 99)}")
    mirror = Mirror.rows.of(firm.practice.pk).get(remote_id=remote_id)
    return runs.request_look(firm.actor, mirror.pk, firm.clock.now())


def _reread(firm: Firm, fate: random.Random) -> Run:
    firm.xpm_add(Name="Kauri Limited", Phone=f"09 555 02{fate.randint(10, 99)}")
    firm.fault("malformed", path="client.api/list")
    firm.refresh()
    carry_out_the_rest(firm)
    row = SetAsideRecord.rows.of(firm.practice.pk).get()
    return unreadable.request_again(firm.actor, row.pk, firm.clock.now())


def _moved(firm: Firm, fate: random.Random, count: int = 0) -> list[Client]:
    """Clients of which either side changed something."""
    found = []
    for number in range(count or fate.randint(1, 2)):
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


def _undo(firm: Firm, fate: random.Random) -> Run:
    applied = firm.run(_apply(firm, fate))
    sheet = undoing.draw_up(firm.actor, applied.pk, firm.clock.now())
    return sheets.request_apply(firm.actor, sheet.pk, firm.clock.now())


def _draw(firm: Firm, fate: random.Random) -> Run:
    if fate.choice([True, False]):
        applied = firm.run(_apply(firm, fate))
        asked = drawing.of_undo(firm.actor, applied.pk, firm.clock.now())
    else:
        _moved(firm, fate)
        asked = drawing.of_plan(firm.actor, firm.connection.pk, Selection(), firm.clock.now())
    assert asked.run is not None
    return asked.run


def _automatic(firm: Firm, fate: random.Random) -> Run:
    _moved(firm, fate)
    let(firm)
    return _asked(firm)


def _followed(firm: Firm, fate: random.Random) -> Run:
    """A reading after which client sync moves what it found."""
    client, remote_id = firm.pair("Kauri Limited", Phone="09 555 0101")
    firm.sync(client, phone="pull")
    let(firm)
    carry_out_the_rest(firm)
    firm.xpm_edit(remote_id, Phone=f"09 555 02{fate.randint(10, 99)}")
    return runs.request(firm.actor, firm.connection.pk, "refresh", firm.clock.now())


def _braked(firm: Firm, fate: random.Random) -> Run:
    _moved(firm, fate, TIGHT.changed + 1)
    let(firm, brake=TIGHT)
    return _asked(firm)


def _asked(firm: Firm) -> Run:
    run = ask(firm)
    assert run is not None
    return run


def _leave(firm: Firm, fate: random.Random) -> Run:
    firm.run(_braked(firm, fate))
    sheet = stopped(firm.practice.pk, firm.connection.pk)
    assert sheet is not None
    return leaving.request_leave(firm.actor, sheet.pk, firm.clock.now())


def _replan(firm: Firm, fate: random.Random) -> Run:
    _moved(firm, fate, 3)
    before = policy_of(firm.practice.pk, "xpm")
    policy = replace(before, direction=Direction.TO_REMOTE)
    after = policies.change(firm.actor, "xpm", policy, firm.clock.now(), seen=before.version)
    run = policies.replanning(firm.practice.pk, after.version)
    assert run is not None
    return run


def _set_aside(firm: Firm, fate: random.Random) -> Run:
    keys = [client.pk for client in _moved(firm, fate, 3)]
    run = setting_aside.request(firm.actor, "set_aside", keys, firm.clock.now(), why="Sold in May.")
    assert run is not None
    return run


def _take_back(firm: Firm, fate: random.Random) -> Run:
    firm.run(_set_aside(firm, fate))
    keys = list(Client.rows.of(firm.practice.pk).order_by("pk").values_list("pk", flat=True))
    run = setting_aside.request(firm.actor, "take_back", keys, firm.clock.now())
    assert run is not None
    return run


def _business_number(number: int) -> str:
    """A valid NZBN: a GTIN, whose last digit checks the others."""
    digits = f"94290300{number:04}"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _match(firm: Firm, fate: random.Random) -> Run:
    for number in range(fate.randint(3, 5)):
        firm.xpm_add(Name=f"Totara {number} Ltd", BusinessNumber=_business_number(number))
        firm.add(f"Totara {number} Limited", business_number=_business_number(number))
    firm.refresh()
    carry_out_the_rest(firm)
    return matching.request_match(firm.actor, firm.connection.pk, firm.clock.now())


def _link_many(firm: Firm, fate: random.Random) -> Run:
    firm.run(_match(firm, fate))
    now = firm.clock.now()
    return matching.request_link_all(firm.actor, firm.connection.pk, now, now)


def _unlink_many(firm: Firm, fate: random.Random) -> Run:
    linked = firm.run(_link_many(firm, fate))
    carry_out_the_rest(firm)
    return matching.request_unlink_all(firm.actor, linked.pk, firm.clock.now())


def _import(firm: Firm, _fate: random.Random) -> Run:
    return confirmed(firm, a_family(firm))


def _import_check(firm: Firm, fate: random.Random) -> Run:
    importing = _sent(firm, fate)
    return import_file.check_again(firm.actor, importing.id, revision=importing.found.revision, now=firm.clock.now())


def _import_file(firm: Firm, fate: random.Random) -> Run:
    importing = _sent(firm, fate)
    importing.check()
    return import_file.confirm(firm.actor, importing.id, revision=importing.found.revision, now=firm.clock.now())


def _import_undo(firm: Firm, fate: random.Random) -> Run:
    brought = firm.run(fate.choice([_import, _import_file])(firm, fate))
    carry_out_the_rest(firm)
    found = Import.rows.of(firm.practice.pk).get(run=brought)
    return import_undo.request_undo(firm.actor, found.pk, revision=found.revision, now=firm.clock.now())


def _sent(firm: Firm, fate: random.Random) -> Importing:
    """A file that somebody sent: new clients, one that is there already, and a row that is wrong."""
    firm.add("Matai Limited", code="C0", email="old@x.example")
    rows = [f"C{number},Matai {number} Limited,p{fate.randint(1, 9)}@x.example" for number in range(fate.randint(4, 6))]
    importing = Importing(firm.actor, firm.clock)
    importing.send("\n".join(["Client code,Name,Email", *rows, "C99,Miro Limited,no address"]))
    return importing


SORTS: Mapping[str, Prepare] = {
    "refresh": _refresh,
    "sweep": _sweep,
    "record": _record,
    "look": _look,
    "reread": _reread,
    "sync": _sync,
    "apply": _apply,
    "undo": _undo,
    "draw": _draw,
    "automatic": _automatic,
    "followed": _followed,
    "braked": _braked,
    "leave": _leave,
    "replan": _replan,
    "set_aside": _set_aside,
    "take_back": _take_back,
    "match": _match,
    "link_many": _link_many,
    "unlink_many": _unlink_many,
    "import": _import,
    "import_check": _import_check,
    "import_file": _import_file,
    "import_undo": _import_undo,
}
"""One row for each sort of work; every flow is the flow of some."""

LIKE_OTHERS: Mapping[str, str] = {
    "sweep": "refresh",
    "followed": "refresh",
    "look": "record",
    "undo": "apply",
    "take_back": "set_aside",
    "unlink_many": "link_many",
}
"""Work with the very steps of another sort."""


def begun(firm: Firm, sort: str, seed: int) -> Run:
    """The run of this sort, asked for at a firm where nothing else waits."""
    firm.connect()
    firm.refresh()
    carry_out_the_rest(firm)
    run = SORTS[sort](firm, random.Random(seed))
    carry_out_the_rest(firm, but=run)
    return run


def carry_out_the_rest(firm: Firm, but: Run | None = None) -> None:
    """Carry out whatever else waits."""
    waiting = Run.rows.of(firm.practice.pk).filter(state="queued").exclude(pk=but.pk if but else 0).order_by("pk")
    while (run := waiting.first()) is not None:
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
        "links": sorted((e.client.name, e.state, e.set_aside_why, sorted(e.base.items())) for e in rows(Link)),
        "kept out": sorted(rows(KeptOut).values_list("client__name", flat=True)),
        "suggestions": sorted(rows(Candidate).values_list("client__name", "mirror__name", "rank", "pile", "settled")),
        "twins": sorted(rows(Twin).values_list("side", "state")),
        "imports": sorted((each.source, each.state, sorted(each.counts.items())) for each in rows(Import)),
        "rows": sorted(rows(ImportRow).values_list("number", "verdict", "client__name")),
        "unreadable": sorted(rows(SetAsideRecord).values_list("reason", flat=True)),
        "sheets": sorted(rows(Sheet).values_list("kind", "state")),
        "other runs": sorted(rows(Run).exclude(pk=run.pk).values_list("kind", "state", "problem")),
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
