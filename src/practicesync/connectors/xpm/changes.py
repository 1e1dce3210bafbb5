"""What is sent to XPM for a change, and what is never sent.

A masked, unreadable or over-long value, a name on no staff list, a structure that the practice does not have, a field
that XPM does not take: each is a sentence for a person, before anything leaves.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from practicesync.connectors.base import Named, References
from practicesync.connectors.xpm.codec import XPM
from practicesync.core.fields import At, Catalogue, Field, Subject, Values
from practicesync.core.kinds import Parts, Place
from practicesync.core.kinds.amounts import NOTHING, read_amount

# Asterisks with at most a few last digits: how XPM shows what it hides, whatever the field.
_MASK = re.compile(r"\s*[*•●]{2,}[\s*•●]*[0-9]{0,4}\s*")
# XML 1.0 section 2.2, and the other controls, which no field means.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_LONGEST_NAME = 255
_HERE = Place()


# Xero describes shares as an integer, and leaves out of replies how large one may be; this is .NET's.
_MOST_SHARES = 2**31 - 1
_HUNDRED = Decimal(100)
_TAX_DIGITS = re.compile(r"[0-9]{8,10}")


@dataclass(frozen=True, slots=True)
class _Form:
    """How XPM takes the values of one kind. `write` gives the text that is sent, or None for a value that XPM cannot
    take, which `wanted` says in a sentence's end; `blank` is what is sent to clear it."""

    write: Callable[[Field, str], str | None]
    wanted: str
    blank: str = ""


def _date(row: Field, text: str) -> str | None:
    """`yyyy-mm-dd`. XPM serves Australia, New Zealand and the United Kingdom, which all write the day first."""
    told = row.kind.canonical((text,), _HERE)
    return None if told.startswith("?") else told


def _yes_no(row: Field, text: str) -> str | None:
    told = row.kind.canonical((text,), _HERE)
    return None if told.startswith("?") else told.capitalize()


def _digits(row: Field, text: str) -> str | None:
    """The number without its spaces, label or a UTR's letter."""
    told = row.kind.canonical((text,), _HERE).rstrip("k")
    return told if _TAX_DIGITS.fullmatch(told) else None


def _whole(row: Field, text: str) -> str | None:
    told = row.kind.canonical((text,), _HERE)
    return told if told.isascii() and told.isdigit() and int(told) <= _MOST_SHARES else None


def _percentage(row: Field, text: str) -> str | None:
    amount = read_amount(row.kind.canonical((text,), _HERE))
    return None if amount is None or amount > _HUNDRED else row.kind.canonical((text,), _HERE)


_FORMS: Mapping[str, _Form] = {
    "date": _Form(_date, "cannot be read as a date."),
    "flag": _Form(_yes_no, "cannot be read as a flag."),
    "tax_number": _Form(_digits, "is not the 8 to 10 digits that Practice Manager takes."),
    "quantity": _Form(_whole, "has to be a whole number in Practice Manager.", blank=NOTHING),
    "percentage": _Form(_percentage, "has to be a number from 0 to 100.", blank=NOTHING),
}
"""The kinds that XPM does not take as they are written, by their names. It reads 0 as "not told" of what one holds."""

_LABELS: Mapping[str, str] = {"structure": "structures"}
"""The kinds whose words are the practice's own, and the list of `References` that holds those."""


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


def name_problem(what: str, name: str) -> str | None:
    """Why a record that has a name alone, and no fields, cannot be given this one; None where it can."""
    if not name.strip():
        return f"{what} needs a name."
    if _MASK.fullmatch(name) or _NOT_XML.search(name) or len(name) > _LONGEST_NAME:
        return f"{what}'s name is hidden, holds characters that cannot be sent or has over {_LONGEST_NAME} characters."
    return None


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
    if row.choices and not row.is_empty(sent) and not row.chosen(row.choices, sent, _HERE):
        return f"{row.label} is one of: {', '.join(row.choices)}."
    return _label_problem(row, sent, references) or _form_problem(row, sent[0])


def _form_problem(row: Field, text: str) -> str | None:
    """A kind with a form of its own has to be understood to be written."""
    form = _FORMS.get(row.kind.name)
    if form is None or not text.strip() or form.write(row, text) is not None:
        return None
    return f"{row.label} {form.wanted}"


def _label_problem(row: Field, sent: Parts, references: References) -> str | None:
    """A label that the practice has not set up is refused or passed over, and is never made by writing it."""
    known = references.get(_LABELS.get(row.kind.name, ""), ())
    if not known or row.is_empty(sent) or _label(row, sent[0], known):
        return None
    return (
        f"{row.label}: {sent[0].strip()} is none of the labels that your firm uses in Practice Manager. Choose one of"
        " them, or give it to a client there first."
    )


def _label(row: Field, text: str, known: Sequence[Named]) -> str:
    """The practice's own label for what is meant; the one that is spelled the same goes first. "" where it has none."""
    names = sorted((entry.name for entry in known), key=lambda name: _folded(name) != _folded(text))
    return row.chosen(names, (text,), _HERE)


def _wire(row: Field, place: At, text: str, references: References) -> str:
    if place.through:
        return _resolve(row, place, text, references)[0]
    form = _FORMS.get(row.kind.name)
    if not text.strip():
        return form.blank if form else text
    if form:
        return form.write(row, text) or ""
    return _label(row, text, references.get(_LABELS.get(row.kind.name, ""), ())) or text


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _resolve(row: Field, place: At, name: str, references: References) -> tuple[str, str | None]:
    """The id of the one person of this name, or why there is none."""
    folded = _folded(name)
    if not folded:
        return "", None
    fitting = [member for member in references.get(place.through, ()) if _folded(member.name) == folded]
    if len(fitting) == 1:
        return fitting[0].remote_id, None
    if fitting:
        return "", f"{row.label}: {len(fitting)} people called {name.strip()} are on the {place.through} list."
    return "", f"{row.label}: nobody called {name.strip()} is on the {place.through} list."
