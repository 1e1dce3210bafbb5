"""The inputs of the form, made out of the catalogue: a new row there is a new input here, and no other edit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from practicesync.core.fields import Field, Sensitivity, Values
from practicesync.core.kinds import Place
from practicesync.queries.showing import masked

NEW = "new"
CLEAR, WAS = "clear:", "was:"
"""Prefixes of an input's companions: the box that clears a sealed value, and what the form was opened with."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the inputs of one kind look: the input's type, what a phone's keyboard shows, how many lines."""

    type: str = "text"
    inputmode: str = ""
    lines: int = 1
    choices: tuple[tuple[str, str], ...] = ()


LOOKS: Mapping[str, Look] = {
    "email": Look(inputmode="email"),
    "phone": Look(type="tel"),
    "website": Look(inputmode="url"),
    "text": Look(lines=4),
    "flag": Look(choices=(("", "—"), ("yes", "Yes"), ("no", "No"))),
    "tax_number": Look(inputmode="numeric"),
    "business_number": Look(inputmode="numeric"),
}

PART_LABELS: Mapping[str, str] = {
    "postcode": "Postcode",
    "street": "Street",
    "city": "Town or city",
    "region": "State or region",
}
PART_LINES: Mapping[str, int] = {"street": 2}


@dataclass(frozen=True, slots=True)
class Input:
    """One part of a field: `id` and `name` in the page, what it holds, and what it held when the form was opened.

    `saved` is what somebody else saved meanwhile, where that differs from what was typed. Its length is not limited in
    the page: a browser would cut what is pasted, and say nothing.
    """

    id: str
    name: str
    label: str
    value: str
    was: str
    look: Look
    saved: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One field with its inputs. `sealed` is the masked value that is kept while nothing is typed."""

    name: str
    label: str
    hint: str
    required: bool
    inputs: tuple[Input, ...]
    error: str = ""
    sealed: str = ""
    clears: bool = False
    options: tuple[str, ...] = ()

    @property
    def first_id(self) -> str:
        """Where a link to this field leads."""
        return self.inputs[0].id

    @property
    def list_id(self) -> str:
        """The id of its suggestions, "" where there are none."""
        return f"{self.first_id}-list" if self.options else ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person sent of one record: `values` by key, the keys that they changed, and those they cleared."""

    values: Values
    was: Values
    cleared: frozenset[str] = frozenset()


def read(fields: Iterable[Field], posted: Mapping[str, str], prefix: str = "") -> Typed:
    """What was typed into one record's inputs. A field that the form did not show is not among them."""
    keys = [key for row in fields for key in row.keys if prefix + key in posted]
    return Typed(
        values={key: _lines(posted[prefix + key]) for key in keys},
        was={key: _lines(posted.get(WAS + prefix + key, "")) for key in keys},
        cleared=frozenset(key for key in keys if posted.get(CLEAR + prefix + key)),
    )


def moved(fields: Iterable[Field], typed: Typed) -> dict[str, str]:
    """The values that a person changed: what they did not touch is left as it is stored, whoever wrote it."""
    found: dict[str, str] = {}
    for row in fields:
        for key in row.keys:
            if key in typed.cleared:
                found[key] = ""
            elif key in typed.values and row.kind.tidy(typed.values[key]) != row.kind.tidy(typed.was[key]):
                found[key] = typed.values[key]
    return found


def group(
    row: Field,
    stored: Values,
    place: Place,
    *,
    prefix: str = "",
    typed: Typed | None = None,
    error: str = "",
    options: tuple[str, ...] = (),
) -> Group:
    """One field of the form: as stored, or as typed, with what was saved meanwhile beside it."""
    sealed = row.sensitivity is Sensitivity.SEALED
    held = "".join(row.held(stored))
    return Group(
        name=row.name,
        label=row.label,
        hint=row.hint,
        required=row.required,
        inputs=tuple(
            _input(row, key, part, _held(row, key, stored, place), prefix, typed, options)
            for key, part in zip(row.keys, row.kind.parts, strict=True)
        ),
        error=error,
        sealed=masked(held) if sealed and held else "",
        clears=typed is not None and bool(typed.cleared & set(row.keys)),
        options=() if row.kind.name == "choice" else options,
    )


def _held(row: Field, key: str, stored: Values, place: Place) -> str:
    """What an input starts with: nothing of a sealed value, a date as people write it, else the value as it is."""
    if row.sensitivity is Sensitivity.SEALED:
        return ""
    value = stored.get(key, "")
    if row.kind.name == "date" and value:
        return row.kind.show((value,), place)
    return _flag(value) if row.kind.name == "flag" else value


def _flag(value: str) -> str:
    """A stored flag as one of the choices."""
    return {"true": "yes", "false": "no"}.get(value.strip().lower(), value.strip().lower())


def _input(
    row: Field, key: str, part: str, stored: str, prefix: str, typed: Typed | None, options: tuple[str, ...]
) -> Input:
    value, was, saved = stored, stored, ""
    if typed is not None and key in typed.values:
        touched = row.kind.tidy(typed.values[key]) != row.kind.tidy(typed.was[key])
        value = typed.values[key] if touched else stored
        saved = stored if touched and row.kind.tidy(stored) != row.kind.tidy(typed.was[key]) else ""
    look = _chosen(value, options) if row.kind.name == "choice" else LOOKS.get(row.kind.name, Look())
    return Input(
        id="f-" + (prefix + key).replace(":", "-").replace("/", "-").replace(".", "-"),
        name=prefix + key,
        label=PART_LABELS.get(part, part.replace("_", " ").capitalize()) if part else row.label,
        value=value,
        was=was,
        look=Look(lines=PART_LINES[part]) if part in PART_LINES else look,
        saved=saved,
    )


def _chosen(value: str, options: tuple[str, ...]) -> Look:
    """A choice out of a list; a word that the client holds and the list has no longer stays to be chosen."""
    words = options if not value or value in options else (*options, value)
    return Look(choices=(("", "—"), *((word, word) for word in words)))


def _lines(text: str) -> str:
    """Browsers send line breaks as CR LF, whatever they were."""
    return text.replace("\r\n", "\n")
