"""What is sent to XPM for a change, and what is never sent.

A masked, unreadable or over-long value, a name on no staff list, a field that XPM does not take: each is a sentence
for a person, before anything leaves.
"""

import re
from collections.abc import Callable, Mapping

from practicesync.connectors.base import References
from practicesync.connectors.xpm.codec import XPM
from practicesync.core.fields import At, Catalogue, Field, Subject, Values
from practicesync.core.kinds import Parts, Place

# Asterisks with at most a few last digits: how XPM shows what it hides, whatever the field.
_MASK = re.compile(r"\s*[*•●]{2,}[\s*•●]*[0-9]{0,4}\s*")
# XML 1.0 section 2.2, and the other controls, which no field means.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_HERE = Place()


def _date(row: Field, text: str) -> str:
    """`yyyy-mm-dd`. XPM serves Australia, New Zealand and the United Kingdom, which all write the day first."""
    return row.kind.canonical((text,), _HERE)


def _yes_no(row: Field, text: str) -> str:
    return row.kind.canonical((text,), _HERE).capitalize()


_WRITE_FORMS: Mapping[str, Callable[[Field, str], str]] = {"date": _date, "flag": _yes_no}
"""How XPM takes values of some kinds, by the kind's name."""


def problems(catalogue: Catalogue, subject: Subject, values: Values, references: References) -> dict[str, str]:
    """Why these values cannot be sent, by field name, as sentences; empty where they can."""
    found: dict[str, str] = {}
    known: set[str] = set()
    for row in catalogue.of(subject):
        known.update(row.keys)
        sent = tuple(values[key] for key in row.keys if key in values)
        if sent and (why := _problem(row, sent, references)):
            found[row.name] = why
    for key in values.keys() - known:
        found[key] = f"{key} is no field that can be sent."
    return found


def changes(catalogue: Catalogue, subject: Subject, values: Values, references: References) -> list[tuple[str, str]]:
    """Elements and their texts, in the catalogue's order, of values that have no `problems`."""
    return [
        (tag, _wire(row, place, values[key], references))
        for row in catalogue.of(subject)
        if (place := row.at.get(XPM)) is not None
        for key, tag in zip(row.keys, place.write, strict=False)
        if key in values
    ]


def _problem(row: Field, sent: Parts, references: References) -> str | None:
    place = row.at.get(XPM)
    if place is None or not place.write:
        return f"{row.label} cannot be changed in Practice Manager from here."
    if row.kind.is_masked(sent) or any(_MASK.fullmatch(part) for part in sent):
        return f"{row.label} is hidden: a masked value is never sent."
    if any(_NOT_XML.search(part) for part in sent):
        return f"{row.label} holds characters that cannot be sent."
    if any(len(part) > row.length for part in sent):
        return f"{row.label} is too long: at most {row.length} characters."
    if row.required and not any(part.strip() for part in sent):
        return f"{row.label} is needed."
    if place.through:
        return _resolve(row, place, sent[0], references)[1]
    return _form_problem(row, sent[0])


def _form_problem(row: Field, text: str) -> str | None:
    """A kind with a form of its own has to be understood to be written."""
    if row.kind.name not in _WRITE_FORMS or not text.strip():
        return None
    return f"{row.label} cannot be read as a {row.kind.name}." if _is_unread(row, text) else None


def _is_unread(row: Field, text: str) -> bool:
    return row.kind.canonical((text,), _HERE).startswith("?")


def _wire(row: Field, place: At, text: str, references: References) -> str:
    if place.through:
        return _resolve(row, place, text, references)[0]
    form = _WRITE_FORMS.get(row.kind.name)
    return form(row, text) if form and text.strip() else text


def _resolve(row: Field, place: At, name: str, references: References) -> tuple[str, str | None]:
    """The id of the one person of this name, or why there is none."""
    folded = " ".join(name.casefold().split())
    if not folded:
        return "", None
    fitting = [
        member for member in references.get(place.through, ()) if " ".join(member.name.casefold().split()) == folded
    ]
    if len(fitting) == 1:
        return fitting[0].remote_id, None
    if fitting:
        return "", f"{row.label}: {len(fitting)} people called {name.strip()} are on the {place.through} list."
    return "", f"{row.label}: nobody called {name.strip()} is on the {place.through} list."
