"""What became of the lines of a sheet: told by the line, or while its push is under way, by the push."""

from collections import Counter

from django.db.models import Count

from practicesync.core.push import OPEN, Outcome, PushState, outcome_in
from practicesync.store.models import Push, Sheet, SheetLine


def outcome_of(push: Push, name: str) -> Outcome:
    """What became of one field, or of the whole, that a push carried; waiting until the push has ended."""
    state = PushState(push.state)
    return Outcome.WAITING if state in OPEN else outcome_in(state, push.outcomes, name)


def line_outcome(line: SheetLine) -> str:
    """What became of a line so far; "" where nothing did. Needs `push` where the line waits for one."""
    if line.outcome == Outcome.WAITING and line.push is not None:
        return outcome_of(line.push, line.field).value
    return line.outcome


def count_outcomes(sheet: Sheet) -> Counter[str]:
    """How many lines ended how so far; those of which nothing became are counted under ""."""
    rows = SheetLine.rows.of(sheet.practice_id).filter(sheet=sheet)
    told = rows.exclude(outcome=Outcome.WAITING.value).values_list("outcome").annotate(n=Count("pk")).order_by()
    counts: Counter[str] = Counter(dict(told))
    waiting = rows.filter(outcome=Outcome.WAITING.value)
    ended = waiting.filter(push__isnull=False).exclude(push__state__in=[state.value for state in OPEN])
    narrow = ("field", "outcome", "push__state", "push__outcomes", "push__act")
    arrived = [line_outcome(line) for line in ended.select_related("push").only(*narrow)]
    counts.update(arrived)
    counts[Outcome.WAITING.value] += waiting.count() - len(arrived)
    return +counts
