"""THE table of what the people do who decide about client sync: its policy, the firm's plan, undo, the brake."""

from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import Level
from practicesync.core.policy import Brake, Direction, FieldRule, Passage, Policy
from practicesync.core.push import Outcome
from practicesync.core.verdict import Move
from practicesync.operations import policies, retrying, sheets, undoing
from practicesync.queries.absent import lines_to_create
from practicesync.queries.differences import Selection
from practicesync.queries.policy import policy_of
from practicesync.store.models import Difference, Link, Run, Sheet
from simulation.cells import CLIENT, CONTACT
from simulation.people import Action
from simulation.stage import Stage

XPM = "xpm"
RULED = [
    f"{subject}.{cell.name}"
    for subject, cells in (("client", CLIENT), ("contact", CONTACT))
    for cell in cells
    if cell.unasked and not cell.inward_only
]
PASSAGES = (None, None, Passage.NEVER, Passage.ASK, Passage.FILL_BLANK)
FAILED = (Outcome.REFUSED, Outcome.OVERTAKEN, Outcome.IGNORED, Outcome.STORED_DIFFERENTLY, Outcome.STALE)


def change_policy(stage: Stage, who: str) -> None:
    """Look at the rules of client sync, think, and choose others."""
    random = stage.random
    direction = random.choice(tuple(Direction))
    wanted = Policy(
        on=random.random() < 0.85,
        direction=direction,
        level=random.choice((Level.EVERYTHING, Level.EVERYTHING, Level.EVERYTHING, Level.NAMES, Level.NOTHING)),
        register_primary=direction is not Direction.FROM_REMOTE and random.random() < 0.2,
        brake=random.choice((Brake(), Brake(changed=2, lost=1, percent=1))),
        rules=_some_rules(stage),
    )
    seen = policy_of(stage.firm.practice.pk, XPM).version
    stage.scheduler.sleep(random.uniform(0, 20))
    try:
        # It may ask for automatic runs before it returns.
        stage.policies[seen + 1] = wanted
        held = policies.change(stage.actors[who], XPM, wanted, stage.clock.now(), seen=seen)
    except (Stale, Invalid):
        stage.policies[seen + 1] = policy_of(stage.firm.practice.pk, XPM)
        stage.numbers["policies refused"] += 1
        return
    stage.policies[held.version] = held
    stage.numbers["policies"] += 1


def _some_rules(stage: Stage) -> dict[str, FieldRule]:
    """Rules of their own for a field or two: each closes a way, or lets only blanks be filled on it."""
    random = stage.random
    if random.random() < 0.5:
        return {}
    names = random.sample(RULED, random.randint(1, 3))
    return {name: FieldRule(inward=random.choice(PASSAGES), outward=random.choice(PASSAGES)) for name in names}


def apply_plan(stage: Stage, who: str) -> None:
    """Tick lines of the firm's plan, look at the sheet, think, and apply it."""
    random = stage.random
    ids = list(Difference.rows.of(stage.firm.practice.pk).order_by("pk").values_list("pk", flat=True))
    if not ids:
        return
    chosen: Selection | dict[int, Move | None]
    if random.random() < 0.3:
        chosen = Selection().going(random.choice(("push", "pull", "")))
    else:
        ticked = random.sample(ids, min(len(ids), random.randint(1, 5)))
        chosen = {key: random.choice((Move.PUSH, Move.PULL, None)) for key in ticked}
    stage.scheduler.sleep(random.uniform(0, 20))
    try:
        lines = sheets.lines_of(stage.firm.practice.pk, stage.firm.connection.pk, chosen)
        made = sheets.draw_up(stage.actors[who], stage.firm.connection.pk, "chosen", lines, stage.clock.now())
    except Invalid:
        stage.numbers["plans refused as changed"] += 1
        return
    _apply(stage, who, made)


def _apply(stage: Stage, who: str, sheet: Sheet) -> None:
    stage.look(who)
    stage.scheduler.sleep(stage.random.uniform(0, 60))
    try:
        stage.hand_over(sheets.request_apply(stage.actors[who], sheet.pk, stage.clock.now()))
    except (Invalid, Stale):
        stage.numbers["sheets refused as stale"] += 1
        return
    stage.numbers["sheets applied"] += 1


def undo(stage: Stage, who: str) -> None:
    """Take back what a run wrote."""
    rows = Run.rows.of(stage.firm.practice.pk).filter(kind__in=("sync", "apply", "automatic"), state="done")
    ended = list(rows.order_by("pk"))
    if not ended:
        return
    try:
        made = undoing.draw_up(stage.actors[who], stage.random.choice(ended).pk, stage.clock.now())
    except Invalid:
        return
    stage.numbers["undone"] += 1
    _apply(stage, who, made)


def create(stage: Stage, who: str) -> None:
    """Let the clients that XPM lacks be made there."""
    try:
        lines = lines_to_create(stage.firm.practice.pk, stage.firm.connection.pk, None)
        made = sheets.draw_up(stage.actors[who], stage.firm.connection.pk, "create", lines, stage.clock.now())
    except Invalid:
        return
    _apply(stage, who, made)


def see_to_the_brake(stage: Stage, who: str) -> None:
    """Go on with what the brake stopped, or leave it."""
    braked = Sheet.rows.of(stage.firm.practice.pk).filter(state="braked").order_by("pk").first()
    if braked is None:
        return
    stage.numbers["stopped by the brake"] += 1
    if stage.random.random() < 0.6:
        _apply(stage, who, braked)
        return
    try:
        sheets.leave(stage.actors[who], braked.pk)
    except Stale:
        stage.numbers["sheets refused as stale"] += 1


def cancel_applying(stage: Stage, who: str) -> None:
    """Stop a sheet that is being applied."""
    sheet = Sheet.rows.of(stage.firm.practice.pk).filter(state="applying").order_by("pk").first()
    if sheet is None:
        return
    try:
        sheets.cancel(stage.actors[who], sheet.pk, stage.clock.now())
    except Invalid:
        stage.numbers["cancelled too late"] += 1


def try_again(stage: Stage, who: str) -> None:
    """Try once more what did not go through, as it was to be."""
    rows = Link.rows.of(stage.firm.practice.pk).filter(ended_at=None).exclude(failing="")
    clients = list(rows.order_by("pk").values_list("client_id", flat=True))
    if not clients:
        return
    try:
        found = retrying.retry(stage.actors[who], clients, stage.clock.now())
    except (Invalid, Stale):
        return
    stage.numbers["tried again"] += 1
    for run in found.runs:
        stage.hand_over(run)


def look_again(stage: Stage, who: str) -> None:
    """Draw up anew what of an applied sheet did not go through, think, and apply it."""
    done = list(Sheet.rows.of(stage.firm.practice.pk).filter(state="done").order_by("pk"))
    if not done:
        return
    try:
        made = sheets.again(
            stage.actors[who], stage.random.choice(done).pk, [each.value for each in FAILED], stage.clock.now()
        )
    except Invalid:
        return
    stage.numbers["drawn up again"] += 1
    _apply(stage, who, made)


DECIDERS = (
    Action("change the policy", 1.5, change_policy),
    Action("apply out of the plan", 4, apply_plan),
    Action("undo", 1.5, undo),
    Action("create in XPM", 0.8, create),
    Action("see to the brake", 1, see_to_the_brake),
    Action("cancel applying", 0.5, cancel_applying),
    Action("try again", 1, try_again),
    Action("look again", 0.7, look_again),
)
