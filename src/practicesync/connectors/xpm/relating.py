"""Relationships as XPM takes them: under which type, from which end, and what may go with it.

The types that `addrelationship` takes, and those that carry shares or a percentage, are those of Xero's developer
documentation (Practice Manager API 3.1, Clients, add relationship). A client's record shows more labels than can be
sent: the inverse ones of the relationships that were added at the other end.
"""

from dataclasses import dataclass

from practicesync.connectors.xpm.changes import changes, problems
from practicesync.connectors.xpm.codec import XPM
from practicesync.core.fields import Catalogue, Subject, Values
from practicesync.core.kinds import Place
from practicesync.core.relationships import HOLDING_FIELDS, read_label

TYPES = (
    *("Director", "Shareholder", "Trustee", "Beneficiary", "Partner", "Settlor", "Associate", "Secretary"),
    *("Public Officer", "Husband", "Wife", "Spouse", "Parent Of", "Child Of", "Appointer", "Member", "Auditor"),
    "Owner",
)
_ANYWHERE = Place()
_BY_NAME = {name.casefold(): name for name in TYPES}
_HOLDINGS = frozenset(name for names in HOLDING_FIELDS.values() for name in names)


@dataclass(frozen=True, slots=True)
class Sent:
    """The type under which a label is sent. `reversed`: from the other client, since XPM takes only the label there."""

    type: str
    reversed: bool = False


def sent_as(label: str) -> Sent | None:
    """How to send a relationship that is to stand on a client under this label; None where XPM has no such type."""
    accepted = _BY_NAME.get(" ".join(label.casefold().split()))
    if accepted:
        return Sent(accepted)
    read = read_label(label)
    if read is None or XPM not in read.type.remote:
        return None
    return Sent(read.type.remote[XPM][0], read.reversed)


def relationship_problems(catalogue: Catalogue, label: str, values: Values, *, new: bool) -> dict[str, str]:
    """Why such a relationship cannot be sent, by field name, as sentences; "" stands for its label.

    One that is there may bear a label under which none can be added (`Unit Holder`), and be changed all the same.
    """
    if new and sent_as(label) is None:
        return {"": f"Practice Manager has no relationship called {label.strip()}."}
    found = problems(catalogue, Subject.RELATIONSHIP, values, {})
    for row in catalogue.relationship:
        told = values.get(row.name, "")
        if row.name not in found and not _applies(label, row.name) and not row.kind.same((told,), ("",), _ANYWHERE):
            found[row.name] = f"Practice Manager keeps no {row.label.lower()} for the relationship {label.strip()}."
    sent = {} if found else dict(changes(catalogue, Subject.RELATIONSHIP, values, {}))
    if sent.get("StartDate") and "" < sent.get("EndDate", "") < sent["StartDate"]:
        found["end_date"] = "It ends before it begins."
    return found


def relationship_changes(catalogue: Catalogue, label: str, values: Values, *, new: bool) -> list[tuple[str, str]]:
    """Elements and texts of values without `relationship_problems`; a `new` relationship has nothing to clear."""
    told = {name: value for name, value in values.items() if _applies(label, name) and (value.strip() or not new)}
    return changes(catalogue, Subject.RELATIONSHIP, told, {})


def _applies(label: str, name: str) -> bool:
    read = read_label(label)
    return name not in _HOLDINGS or (read is not None and name in HOLDING_FIELDS[read.type.holding])
