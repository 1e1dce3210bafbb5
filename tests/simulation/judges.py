"""THE table of what every schedule is judged by once it is quiet. They share no code with the planner.

What can be judged at the moment it happens is judged there: `network` (looks, intents, echoes, twins) and `history`
(values that nobody asked for, masks in the register).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from practicesync.core.compare import State
from practicesync.operations import activity
from practicesync.queries.plans import plans_of
from practicesync.store.models import Activity, Change, ContactTie, Link, Mirror, Push, Run, Sheet, SheetLine
from simulation.cells import Cell, cells_of, last_three
from simulation.history import REGISTER, XPM, Violation, Where
from simulation.stage import Stage


@dataclass(frozen=True)
class Judge:
    """One judge: the promises that it speaks for, and what it looks at."""

    promises: str
    judge: Callable[[Stage], None]


@dataclass(frozen=True)
class Pair:
    """One record on both sides."""

    subject: str
    here: str
    there: str

    def where(self, cell: Cell) -> tuple[Where, Where]:
        """The two places of one fact."""
        return (REGISTER, self.subject, self.here, cell.name), (XPM, self.subject, self.there, cell.name)


def _links(stage: Stage) -> list[Link]:
    return stage.links()


def _ties(stage: Stage, link: Link) -> list[ContactTie]:
    return list(ContactTie.rows.of(stage.firm.practice.pk).filter(link=link).order_by("pk"))


def _is_seen(stage: Stage, uuid: str) -> bool:
    """Whether a complete list shows this client of XPM."""
    archived, deleted = stage.history.flags[uuid]
    hides = stage.switches.get("list_hides", "nothing")
    return not (deleted or (archived and hides in ("archived", "both")))


# What both sides hold


def nothing_waits(stage: Stage) -> None:
    """Every push and every run has ended, and the counts of each run add up."""
    for push in Push.rows.of(stage.firm.practice.pk).select_related("run"):
        if push.ended_at is None:
            raise Violation(
                "P09", f"the push {push.pk} of run {push.run_id} ({push.run.state}) never ends: {push.state}"
            )
        open_ones = set(push.names) - set(push.outcomes)
        if push.state not in ("withdrawn", "overtaken") and open_ones and not push.ref:
            raise Violation("P07", f"the push {push.pk} ended as {push.state} without telling of {sorted(open_ones)}")
    syncs: list[Run] = []
    for run in Run.rows.of(stage.firm.practice.pk).order_by("pk"):
        if run.state not in ("done", "failed", "cancelled"):
            raise Violation("P09", f"the run {run.pk} ({run.kind}) is {run.state} for ever: {run.problem} {run.detail}")
        if run.kind in ("sync", "apply", "automatic"):
            syncs.append(run)
            stage.numbers["syncs whose values another one carried"] += run.done != run.total
    done, total = sum(run.done for run in syncs), sum(run.total or 0 for run in syncs)
    # A run that is stopped, or never said how much it is about, leaves nothing to add up.
    stopped = any(run.state != "done" or run.total is None for run in syncs)
    if (done != total and not stopped) or any(run.state != "done" and run.kind == "sync" for run in syncs):
        states = {run.pk: f"{run.state} {run.done}/{run.total}" for run in syncs}
        raise Violation("P07", f"what was synced does not add up: {states}")


def no_flow_broke(stage: Stage) -> None:
    """No flow ended by an error that nobody foresaw."""
    if stage.engine.crashes:
        raise Violation("P09", f"a flow broke: {stage.engine.crashes[0]}")


def screens_tell_the_truth(stage: Stage) -> None:
    """What differs is shown as differing, and what is alike as alike, for clients and their contacts."""
    links = [link for link in _links(stage) if _is_seen(stage, link.mirror.remote_id)]
    for loaded in plans_of(stage.firm.practice.pk, [link.pk for link in links]).values():
        for row in loaded.plan.rows():
            subject = "contact" if row.ref else "client"
            cell = next((each for each in cells_of(subject) if each.name == row.field.name), None)
            if cell is None:
                continue
            _, here, there = row.ref.split(":") if row.ref else ("", str(loaded.link.client_id), "")
            pair = Pair(subject, here, there or loaded.link.mirror.remote_id)
            judge_shown(stage, cell, pair.where(cell)[1], row.remote)
            _judge_row(stage, cell, pair, shown_alike=row.state is State.SAME)


def judge_shown(stage: Stage, cell: Cell, there: Where, shown: tuple[str, ...] | None) -> None:
    """What a screen gives as XPM's value stood in XPM at some time; None says that XPM does not tell."""
    if shown is None:
        return
    value, held = cell.plain(shown), stage.history.ever(there)
    if cell.hidden:
        value, held = last_three(value), {last_three(each) for each in held}
    if value not in held:
        raise Violation("P01", f"the screen says that XPM holds {value!r}, which it never did", there)


def _judge_row(stage: Stage, cell: Cell, pair: Pair, *, shown_alike: bool) -> None:
    here, there = (_now(stage, where) for where in pair.where(cell))
    if cell.hidden:
        if not stage.watch.shows_tax or not here:
            return
        here, there = last_three(here), last_three(there)
    if (here == there) != shown_alike:
        shown = "alike" if shown_alike else "differing"
        story = f"the screen shows {shown} what is {here!r} in the register and {there!r} in XPM"
        raise Violation("P01", story, pair.where(cell)[1])


def _now(stage: Stage, where: Where) -> str:
    side, subject, record, name = where
    rows = stage.history.here if side == REGISTER else stage.history.there
    return rows[subject, record].values[name]


def mirrors_are_faithful(stage: Stage) -> None:
    """After a complete reading our copy of XPM holds what XPM holds, linked or not."""
    for mirror in Mirror.rows.of(stage.firm.practice.pk):
        if _is_seen(stage, mirror.remote_id):
            judge_mirror(stage, mirror, "P15")


def judge_mirror(stage: Stage, mirror: Mirror, promise: str) -> None:
    """One copy against the truth."""
    for cell in cells_of("client"):
        where = (XPM, "client", mirror.remote_id, cell.name)
        told, truth = cell.plain(cell.here(mirror.values)), _now(stage, where)
        if cell.hidden:
            if not stage.watch.shows_tax:
                continue
            told, truth = last_three(told), last_three(truth)
        if told != truth:
            raise Violation(promise, f"our copy says {told!r} where XPM holds {truth!r}", where)
        stage.numbers["copies compared with XPM"] += 1


def the_gone_are_gone(stage: Stage) -> None:
    """A client that we call gone is deleted in XPM, or its list does not show it; one that is there is not missing."""
    mirrors = {mirror.remote_id: mirror for mirror in Mirror.rows.of(stage.firm.practice.pk)}
    for uuid in stage.history.flags:
        mirror = mirrors.get(uuid)
        seen = _is_seen(stage, uuid)
        if seen and mirror is None:
            raise Violation("P15", f"the client {uuid} of XPM was never read")
        if seen and mirror is not None and mirror.gone_at is not None:
            raise Violation("P04", f"the client {uuid} is called gone and stands in XPM's list")


def nobody_is_gone_untold(stage: Stage) -> None:
    """Whom XPM never archived nor deleted is not called gone, whichever lists were read."""
    for mirror in Mirror.rows.of(stage.firm.practice.pk).exclude(gone_at=None):
        if mirror.remote_id not in stage.history.away:
            raise Violation("P04", f"the client {mirror.remote_id} is called gone and was always there")


def base_was_agreed(stage: Stage) -> None:
    """A base value stood on both sides; at one moment, or the register took what our copy of XPM still held."""
    for link in _links(stage):
        _judge_base(stage, Pair("client", str(link.client_id), link.mirror.remote_id), link.base)
        for tie in _ties(stage, link):
            _judge_base(stage, Pair("contact", str(tie.contact_id), tie.remote_id), tie.base)


def _judge_base(stage: Stage, pair: Pair, base: Mapping[str, str]) -> None:
    for cell in cells_of(pair.subject):
        if not any(key in base for key in cell.keys):
            continue
        value = cell.plain(cell.here(base))
        here, there = pair.where(cell)
        met, held = stage.history.met(here, there), stage.history.ever(here) & stage.history.ever(there)
        if cell.hidden:
            value = last_three(value)
            met, held = ({last_three(each) for each in some} for some in (met, held))
        stage.numbers["bases that met only in our copy"] += value not in met and value in held
        if value not in held:
            raise Violation("P03", f"the base {value!r} never stood on both sides", there)


def no_contact_twice(stage: Stage) -> None:
    """No register contact stands twice in XPM by our doing."""
    for contact, made in stage.watch.made.items():
        if contact.startswith("client "):
            continue
        living = [each for each in made if not stage.history.there["contact", each].gone]
        if len(living) > 1:
            raise Violation("P06", f"the register's contact {contact} stands in XPM {len(living)} times")


# What nobody asked for


def the_brake_held(stage: Stage) -> None:
    """No automatic run changed more clients than its policy lets it without a person."""
    rows = Sheet.rows.of(stage.firm.practice.pk).filter(kind="automatic", applied_by__kind="automatic")
    links = Link.rows.of(stage.firm.practice.pk).count()
    for sheet in rows.order_by("pk"):
        clients = SheetLine.rows.of(sheet.practice_id).filter(sheet=sheet).values("client_id").distinct().count()
        brake = stage.policies[sheet.policy_version].brake
        most = max(brake.changed, links * brake.percent // 100)
        if clients > most:
            raise Violation("P05", f"a run that nobody asked for changed {clients} clients, where {most} may be")
        stage.numbers["automatic sheets held against the brake"] += 1


# What is told


def the_log_tells_all(stage: Stage) -> None:
    """The activity is whole, and its changes lead from each first value to the present one."""
    practice = stage.firm.practice.pk
    broken = activity.verify(practice)
    if broken is not None:
        raise Violation("P18", f"the activity breaks at line {broken}")
    lines = list(Activity.rows.of(practice).order_by("seq").values_list("seq", flat=True))
    if lines != list(range(1, len(lines) + 1)):
        raise Violation("P18", "lines of the activity are missing")
    stage.numbers["lines of activity"] += len(lines)
    for where, told in _told_changes(stage).items():
        events = stage.history.by_cell[where]
        first = next((event.value for event in events if event.author == "setup"), "")
        held = [event.value for event in events if event.author != "setup"]
        cell = next(cell for cell in cells_of(where[1]) if cell.name == where[3])
        steps = _without_repeats(first, [cell.plain(after) for _, after in told])
        if held != steps:
            raise Violation("P18", f"the activity tells {steps}, the register held {[first, *held]}", where)


def _without_repeats(first: str, values: list[str]) -> list[str]:
    found, last = [], first
    for value in values:
        if value != last:
            found.append(value)
        last = value
    return found


def _told_changes(stage: Stage) -> dict[Where, list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """By fact of a client, the values from and to which the activity says it went, whole."""
    told: dict[Where, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    standing: dict[Where, dict[str, str]] = {}
    rows = Change.rows.of(stage.firm.practice.pk).filter(side="local", ref="").select_related("activity")
    for change in rows.order_by("activity__seq", "pk"):
        cell = next((each for each in cells_of("client") if each.name == change.field), None)
        if cell is None or change.activity.client_id is None:
            continue
        where = (REGISTER, "client", str(change.activity.client_id), cell.name)
        now = standing.setdefault(where, dict(stage.history.first["client", where[2]]))
        before = {**now, **change.before}
        now.update(before)
        now.update(change.after)
        told.setdefault(where, []).append((cell.here(before), cell.here(now)))
    return told


# What was asked of XPM


def no_mask_was_sent(stage: Stage) -> None:
    """XPM never received a masked tax number."""
    received = int(stage.control("GET", "state")["masked_received"]) - stage.masked_before
    if received:
        raise Violation("P16", "XPM received a masked tax number")


def limits_were_kept(stage: Stage) -> None:
    """No call was refused for being one too many by our own doing."""
    calls = [each for each in stage.control("GET", "audit")["calls"] if "/practicemanager/" in each["path"]]
    stage.numbers["calls"] += len(calls)
    refused = [each for each in calls if each["status"] == 429 and not each["fault"]]
    if refused and not stage.numbers["minutes that others spent"]:
        raise Violation("P12", f"{len(refused)} calls were over XPM's limits")


def contacts_are_tied_once(stage: Stage) -> None:
    """No two contacts of a client are tied to one of XPM, and none to one that it never had."""
    for link in _links(stage):
        tied = [tie.remote_id for tie in _ties(stage, link)]
        if len(set(tied)) != len(tied):
            raise Violation("P06", "two contacts are tied to one of XPM")
        strangers = [each for each in tied if ("contact", each) not in stage.history.there]
        if strangers:
            raise Violation("P06", f"contacts are tied to what XPM never had: {strangers}")


JUDGES = (
    Judge("P09", no_flow_broke),
    Judge("P07 P09 I9", nothing_waits),
    Judge("P15 I13", mirrors_are_faithful),
    Judge("P04 P15", the_gone_are_gone),
    Judge("P01 P03 I1", screens_tell_the_truth),
    Judge("I2", base_was_agreed),
    Judge("P06 I3", no_contact_twice),
    Judge("I3 P04", contacts_are_tied_once),
    Judge("P05", the_brake_held),
    Judge("P02 P18 I10", the_log_tells_all),
    Judge("P16 I6", no_mask_was_sent),
    Judge("P12 I11", limits_were_kept),
)
