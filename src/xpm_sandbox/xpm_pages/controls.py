"""Form controls: what one asks for, how what was sent is read and checked, and what is said beside it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

Options = tuple[tuple[str, str], ...]


class Asks(StrEnum):
    """What kind of value a control asks for; the first four are types of HTML inputs."""

    TEXT = "text"
    EMAIL = "email"
    DATE = "date"
    FILE = "file"
    LINES = "lines"
    WHOLE = "whole number"
    DECIMAL = "decimal"
    CHOICE = "choice"
    FLAG = "flag"
    SEVERAL = "several"


@dataclass(frozen=True)
class Control:
    """One control. `options` are value and label; `hint` stands beside it, `wrong` when it was refused."""

    name: str
    label: str
    asks: Asks = Asks.TEXT
    required: bool = False
    options: Options = ()
    hint: str = ""
    lines: int = 3
    value: str = ""
    chosen: tuple[str, ...] = ()
    wrong: str = ""

    def shown(self, value: str, wrong: str = "") -> "Control":
        """The same control with a value in it, and what is wrong with that."""
        return replace(self, value=value, chosen=tuple(value.split("\n")) if value else (), wrong=wrong)

    def complaint(self, value: str) -> str:
        """What is wrong with a value; empty when nothing is."""
        if not value.strip():
            return f"{self.label} is needed." if self.required else ""
        if self.options:
            known = {key for key, _ in self.options}
            sent = value.split("\n") if self.asks is Asks.SEVERAL else [value]
            return "" if set(sent) <= known else f"{self.label} must be one of those offered."
        return _COMPLAINTS.get(self.asks, _fine)(self.label, value.strip())


@dataclass
class Entered:
    """What a form sent, by control: the values as text, and what is wrong with them."""

    values: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def refuse(self, name: str, text: str) -> None:
        """Say what is wrong beside a control that has no complaint yet."""
        self.wrong.setdefault(name, text)

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def or_none(self, name: str) -> str | None:
        return self.text(name) or None

    def number(self, name: str) -> int | None:
        """A whole number, which a checked control holds; None when it is empty."""
        return int(self.text(name)) if self.text(name) else None

    def flag(self, name: str) -> bool:
        return self.values.get(name) == "Yes"


def read(controls: Iterable[Control], sent: Mapping[str, Sequence[str]]) -> Entered:
    """The form's values: `sent` gives every value under a name. Newlines come as the store keeps them."""
    entered = Entered()
    for control in controls:
        values = sent.get(control.name, [])
        joined = "\n".join(values) if control.asks is Asks.SEVERAL else next(iter(values), "")
        value = joined.replace("\r\n", "\n")
        entered.values[control.name] = value
        if wrong := control.complaint(value):
            entered.wrong[control.name] = wrong
    return entered


def shown(
    controls: Iterable[Control], values: Mapping[str, str], wrong: Mapping[str, str] | None = None
) -> list[Control]:
    """The controls with these values in them."""
    return [control.shown(values.get(control.name, ""), (wrong or {}).get(control.name, "")) for control in controls]


def choice(rows: Iterable[tuple[object, str]], *, empty: str | None = "—") -> Options:
    """Options of a list: those of `rows`, behind an empty one unless `empty` is None."""
    first = (("", empty),) if empty is not None else ()
    return (*first, *((str(key), label) for key, label in rows))


def _date_complaint(label: str, value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        return f"{label} must be a day, written as 2026-07-01."
    return "" if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else f"{label} must be a day, written as 2026-07-01."


def _whole_complaint(label: str, value: str) -> str:
    return "" if re.fullmatch(r"-?\d{1,9}", value, re.ASCII) else f"{label} must be a whole number."


def _decimal_complaint(label: str, value: str) -> str:
    fits = re.fullmatch(r"-?\d{1,9}(\.\d{1,4})?", value, re.ASCII)
    return "" if fits else f"{label} must be a number, written as 12.50."


def _email_complaint(label: str, value: str) -> str:
    return (
        "" if re.fullmatch(r"[^@\s]+@[^@\s]+", value) else f"{label} must be an address, written as name@example.com."
    )


def _fine(label: str, value: str) -> str:
    return ""


_COMPLAINTS = {
    Asks.DATE: _date_complaint,
    Asks.WHOLE: _whole_complaint,
    Asks.DECIMAL: _decimal_complaint,
    Asks.EMAIL: _email_complaint,
}
