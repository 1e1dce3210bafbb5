"""Values that the remote would refuse for sure, known before they are queued, with the place to mend them."""

from collections.abc import Sequence

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field, Subject, Values
from practicesync.core.kinds import Parts, Place
from practicesync.core.kinds.spelling import plain
from practicesync.core.record import RemoteLabel, StaffMember
from practicesync.queries.references import Lists

HERE = Place()


def problems(connector: str, subject: Subject, values: Values, lists: Lists) -> dict[str, str]:
    """Why these values cannot be sent, by field name, as sentences that name the place to mend it.

    `lists` are the remote's own (`queries.references`); one that is not given is not asked.
    """
    found: dict[str, str] = {}
    for row in CATALOGUE.of(subject):
        parts = row.told(values)
        if parts is not None and (why := _problem(connector, row, parts, lists)):
            found[row.name] = why
    return found


def _problem(connector: str, row: Field, parts: Parts, lists: Lists) -> str:
    if not row.writable(connector):
        return f"{row.label} cannot be changed in XPM from here. Change it there."
    if row.kind.is_masked(parts):
        return f"{row.label} is hidden. Type it in full in the register."
    if any(len(part) > row.length for part in parts):
        return f"{row.label} is too long for XPM: shorten it in the register to {row.length} characters."
    if row.is_empty(parts):
        return f"XPM needs a {row.label.lower()}. Enter it in the register." if row.required else ""
    if row.choices and not row.chosen(row.choices, parts, HERE):
        return f"{row.label} is one of: {', '.join(row.choices)}. Choose one of them in the register."
    through = row.at[connector].through
    return _nobody(row.label, parts[0].strip(), through, lists[through]) if through in lists else ""


def _nobody(label: str, name: str, through: str, people: Sequence[StaffMember | RemoteLabel]) -> str:
    """Why a name does not tell one of these people; "" where it does."""
    count = sum(plain(each.name) == plain(name) for each in people)
    if count > 1:
        return f"{label}: {count} people called {name} are on the {through} list in XPM, so choose the one there."
    return "" if count else f"{label}: nobody called {name} is on the {through} list in XPM. Choose somebody who is."
