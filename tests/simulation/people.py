"""THE table of what people do in a schedule, at the register's side and in XPM.

A new thing that people can do is one function and one row.
"""

from collections.abc import Callable
from dataclasses import dataclass

from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.core.plan import ContactPlan, Plan
from practicesync.operations import deciding, linking, pushing, register, runs
from practicesync.operations.register import ContactEdit
from practicesync.queries.plans import load_plan
from practicesync.store.models import Contact, Link, Mirror, Push, Run
from simulation.cells import CONTACT, Cell, cell_of
from simulation.history import Choice
from simulation.stage import NAMES, Stage, add_in_xpm

THINKING = 20.0
"""Seconds that somebody may look at a form before saving it."""


@dataclass(frozen=True)
class Action:
    """One thing that people do, and how often beside the others."""

    name: str
    weight: float
    do: Callable[[Stage, str], None]


Wishes = dict[tuple[str, str, str], str]
"""What may come about in the register: by subject, record and field, the value."""


def _linked(stage: Stage) -> Link | None:
    """A linked client, mostly one of those that everybody works on."""
    links = stage.links()
    hot = [link for link in links if any(link.client_id == pk for pk, _ in stage.hot)]
    chosen = hot if hot and stage.random.random() < 0.8 else links
    return stage.random.choice(chosen) if chosen else None


def _cell(stage: Stage) -> Cell:
    return stage.random.choice(stage.cells)


# At the register


def edit(stage: Stage, who: str) -> None:
    """Open a client's form, think, and save a value or two."""
    link = _linked(stage)
    if link is None:
        return
    client = stage.client(link.client_id)
    values: dict[str, str] = {}
    wishes = {}
    for cell in {_cell(stage).name: _cell(stage) for _ in range(stage.random.randint(1, 2))}.values():
        parts = stage.random.choice(cell.pool)
        values |= dict(zip(cell.keys, parts, strict=True))
        wishes["client", str(client.pk), cell.name] = cell.plain(parts)
    stage.scheduler.sleep(stage.random.uniform(0, THINKING))
    try:
        with stage.wishing(wishes):
            register.edit_client(
                stage.actors[who],
                client.pk,
                revision=client.revision,
                kind=ClientKind(client.kind),
                values=values,
                now=stage.clock.now(),
            )
    except Stale:
        stage.numbers["forms refused as stale"] += 1


def _edit_contacts(stage: Stage, who: str, pk: int, edit: ContactEdit, wishes: Wishes) -> None:
    client = stage.client(pk)
    stage.scheduler.sleep(stage.random.uniform(0, THINKING))
    try:
        with stage.wishing(wishes):
            register.edit_client(
                stage.actors[who],
                pk,
                revision=client.revision,
                kind=ClientKind(client.kind),
                values={},
                contacts=[edit],
                now=stage.clock.now(),
            )
    except Stale:
        stage.numbers["forms refused as stale"] += 1


def add_contact(stage: Stage, who: str) -> None:
    """Add a contact to a client of the register."""
    link = _linked(stage)
    if link is None:
        return
    stage.contacts_named += 1
    name = f"Contact {stage.contacts_named}"
    cell = stage.random.choice(CONTACT[1:])
    values = {"name": name, cell.keys[0]: stage.random.choice(cell.pool)[0]}
    wishes = {("contact", f"new of {link.client_id}", CONTACT[0].plain((name,))): ""}
    _edit_contacts(stage, who, link.client_id, ContactEdit(None, values), wishes)


def edit_contact(stage: Stage, who: str) -> None:
    """Edit a contact of a client of the register, or take it away."""
    link = _linked(stage)
    rows = list(Contact.rows.of(stage.firm.practice.pk).filter(client=link.client_id, removed_at=None)) if link else []
    if link is None or not rows:
        return
    contact = stage.random.choice(rows)
    if stage.random.random() < 0.1:
        wishes = {("contact", str(contact.pk), "gone"): "yes"}
        _edit_contacts(stage, who, link.client_id, ContactEdit(contact.pk, {}, remove=True), wishes)
        return
    cell = stage.random.choice(CONTACT[1:])
    value = stage.random.choice(cell.pool)[0]
    wishes = {("contact", str(contact.pk), cell.name): cell.plain((value,))}
    _edit_contacts(stage, who, link.client_id, ContactEdit(contact.pk, {cell.keys[0]: value}), wishes)


def choose(stage: Stage, who: str) -> None:
    """Look at a client's differences, think, and say what becomes of each."""
    link = _linked(stage)
    loaded = load_plan(stage.firm.practice.pk, link.client_id) if link else None
    if link is None or loaded is None:
        return
    choices = _drawn(stage, loaded.plan)
    if not choices:
        return
    seen = loaded.plan.seen
    stage.scheduler.sleep(stage.random.uniform(0, THINKING))
    decide(stage, who, link, loaded.plan, choices, seen)


def decide(stage: Stage, who: str, link: Link, plan: Plan, choices: dict[str, str], seen: str) -> Run | None:
    """Carry out choices as the sync screen does, and remember who chose what, having seen what."""
    wishes, chosen = told_by(stage, link, plan, choices)
    stage.choosing(chosen)
    try:
        with stage.wishing(wishes):
            run = deciding.decide(stage.actors[who], link.client_id, choices=choices, seen=seen, now=stage.clock.now())
    except (Stale, Invalid) as refusal:
        for each in chosen:
            stage.history.choices.remove(each)
        if isinstance(refusal, Invalid):
            raise
        stage.numbers["choices refused as stale"] += 1
        return None
    stage.numbers["values pulled"] += len(wishes)
    stage.numbers["values to push"] += len(chosen)
    stage.hand_over(run)
    return run


def _drawn(stage: Stage, plan: Plan) -> dict[str, str]:
    """Push, pull or leave, for every difference that may be moved."""
    lean = stage.random.choice(("push", "pull", "any"))
    choices = {}
    for key, (can_push, can_pull) in {row.key: (row.can_push, row.can_pull) for row in plan.differences()}.items():
        ways = [way for way, may in (("push", can_push), ("pull", can_pull)) if may]
        if ways and stage.random.random() < 0.85:
            choices[key] = lean if lean in ways else stage.random.choice(ways)
    return choices


def told_by(stage: Stage, link: Link, plan: Plan, choices: dict[str, str]) -> tuple[Wishes, list[Choice]]:
    """What these moves may do to the register, and what they may do to XPM."""
    wishes: Wishes = {}
    chosen: list[Choice] = []
    for row in plan.rows():
        subject = "contact" if row.ref else "client"
        cell = cell_of(subject, row.field.name)
        way = choices.get(row.key)
        if cell is None or way is None:
            continue
        _, here, there = row.ref.split(":") if row.ref else ("", str(link.client_id), link.mirror.remote_id)
        if way == "pull":
            wishes[subject, here, cell.name] = cell.plain(row.remote)
            continue
        does = "update contact" if row.ref else "update"
        value, seen = cell.plain(row.local), cell.plain(row.remote)
        chosen.append(Choice(does, link.mirror.remote_id, there, value, stage.history.count, cell.name, seen, here))
    for contact in plan.contacts:
        _contact_told(stage, link, contact, choices.get(contact.ref), wishes, chosen)
    if "archived" in choices:
        _archive_told(stage, link, choices["archived"], wishes, chosen)
    return wishes, chosen


def _contact_told(
    stage: Stage, link: Link, contact: ContactPlan, way: str | None, wishes: Wishes, chosen: list[Choice]
) -> None:
    """A contact that one side has not: a push makes XPM as the register is, a pull the register as XPM is."""
    pair, uuid, made = contact.pair, link.mirror.remote_id, stage.history.count
    name = CONTACT[0]
    if way == "push" and pair.here and pair.local is not None:
        value = name.plain((pair.local.values["name"],))
        chosen.append(Choice("add contact", uuid, "", value, made, contact=str(pair.local.id)))
    elif way == "push" and pair.remote is not None:
        chosen.append(Choice("remove contact", uuid, pair.remote.remote_id, "", made))
    elif way == "pull" and pair.remote is not None and pair.local is not None:
        wishes["contact", str(pair.local.id), "gone"] = "no"
        for cell in CONTACT:
            wishes["contact", str(pair.local.id), cell.name] = cell.plain(cell.here(pair.remote.values))
    elif way == "pull" and pair.remote is not None:
        wishes["contact", f"new of {link.client_id}", name.plain((pair.remote.values["name"],))] = ""
    elif way == "pull" and pair.local is not None:
        wishes["contact", str(pair.local.id), "gone"] = "yes"


def _archive_told(stage: Stage, link: Link, way: str, wishes: Wishes, chosen: list[Choice]) -> None:
    if way == "push":
        chosen.append(Choice("archive", link.mirror.remote_id, "", "", stage.history.count))
    else:
        archived = stage.client(link.client_id).archived_at is not None
        wishes["client", str(link.client_id), "gone"] = "no" if archived else "yes"


def read(stage: Stage, who: str) -> None:
    """Ask for a refresh, or for everything."""
    kind = "sweep" if stage.random.random() < 0.25 else "refresh"
    try:
        stage.hand_over(runs.request(stage.actors[who], stage.firm.connection.pk, kind, stage.clock.now()))
    except Invalid:
        stage.connect()


def read_one(stage: Stage, who: str) -> None:
    """Ask for one client to be read again."""
    link = _linked(stage)
    if link is None:
        return
    try:
        stage.hand_over(runs.request_record(stage.actors[who], link.client_id, stage.clock.now()))
    except Invalid:
        stage.connect()


def cancel(stage: Stage, who: str) -> None:
    """Stop a run that is under way."""
    live = Run.rows.of(stage.firm.practice.pk).filter(state__in=runs.LIVE).exclude(kind="sync").order_by("pk")
    run = live.first()
    if run is None:
        return
    try:
        runs.cancel(stage.actors[who], run.pk, stage.clock.now())
    except Invalid:
        stage.numbers["cancelled too late"] += 1


def take_back(stage: Stage, who: str) -> None:
    """Take back what waits of a client and was not sent yet."""
    waiting = Push.rows.of(stage.firm.practice.pk).filter(state="waiting").order_by("pk")
    first = waiting.values_list("client_id", flat=True).first()
    if first is not None:
        mine = list(waiting.filter(client_id=first).values_list("pk", flat=True))
        stage.numbers["pushes taken back"] += pushing.withdraw(stage.actors[who], mine, stage.clock.now())


def link_again(stage: Stage, who: str) -> None:
    """Let a client go, or tie one again that was let go."""
    link = _linked(stage)
    free = [pair for pair in stage.hot if all(pair[0] != each.client_id for each in stage.links())]
    try:
        if free:
            mirror = Mirror.rows.of(stage.firm.practice.pk).filter(remote_id=free[0][1]).first()
            if mirror is not None:
                linking.link(stage.actors[who], free[0][0], mirror.pk, stage.clock.now())
        elif link is not None:
            linking.unlink(stage.actors[who], link.client_id, stage.clock.now())
    except Invalid:
        stage.numbers["links refused"] += 1


AT_THE_REGISTER = (
    Action("edit", 10, edit),
    Action("add a contact", 2, add_contact),
    Action("edit a contact", 3, edit_contact),
    Action("choose", 14, choose),
    Action("read", 3, read),
    Action("read one", 1, read_one),
    Action("cancel", 0.5, cancel),
    Action("take back", 0.7, take_back),
    Action("link again", 0.4, link_again),
)


# In XPM


def _in_xpm(stage: Stage) -> str:
    hot = [uuid for _, uuid in stage.hot]
    if hot and stage.random.random() < 0.8:
        return stage.random.choice(hot)
    return stage.random.choice([uuid for uuid, (_, deleted) in stage.history.flags.items() if not deleted] or hot)


def edit_there(stage: Stage, who: str) -> None:
    """Edit a value or two of a client in XPM."""
    uuid = _in_xpm(stage)
    told: dict[str, str | None] = {}
    for _ in range(stage.random.randint(1, 2)):
        cell = _cell(stage)
        parts = stage.random.choice(cell.pool)
        told |= {element: part or None for element, part in zip(cell.elements, parts, strict=True)}
    stage.history.look_there(stage.control("PATCH", f"clients/{uuid}", **told), who)


def contact_there(stage: Stage, who: str) -> None:
    """Add, edit or take away a contact in XPM."""
    uuid = _in_xpm(stage)
    contacts = stage.truth(uuid)["Contacts"]
    luck = stage.random.random()
    cell = stage.random.choice(CONTACT[1:])
    value = stage.random.choice(cell.pool)[0]
    if not contacts or luck < 0.2:
        stage.contacts_named += 1
        stage.control(
            "POST", f"clients/{uuid}/contacts", Name=f"Contact {stage.contacts_named}", **{cell.elements[0]: value}
        )
    elif luck < 0.3:
        contact = stage.random.choice(contacts)["UUID"]
        stage.control("DELETE", f"contacts/{contact}?client={uuid}")
    else:
        contact = stage.random.choice(contacts)["UUID"]
        stage.control("PATCH", f"contacts/{contact}?client={uuid}", **{cell.elements[0]: value})
    stage.history.look_there(stage.truth(uuid), who)


def put_away_there(stage: Stage, who: str) -> None:
    """Archive a client in XPM or take it out, delete it or bring it back."""
    uuid = _in_xpm(stage)
    archived, deleted = stage.history.flags[uuid]
    turn = "undelete" if deleted else "unarchive" if archived else "archive"
    if turn == "archive" and stage.random.random() < 0.15:
        turn = "delete"
    stage.history.look_there(stage.control("POST", f"clients/{uuid}/{turn}"), who)


def new_there(stage: Stage, who: str) -> None:
    """Add a client in XPM."""
    add_in_xpm(stage, f"{stage.random.choice(NAMES)} {len(stage.history.flags)}")


IN_XPM = (
    Action("edit in XPM", 10, edit_there),
    Action("a contact in XPM", 3, contact_there),
    Action("archive in XPM", 0.7, put_away_there),
    Action("new in XPM", 0.3, new_there),
)
