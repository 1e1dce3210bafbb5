"""What the forms of an import send, taken apart."""

from collections.abc import Mapping
from dataclasses import dataclass

from practicesync.core.fields import ClientKind
from practicesync.core.import_rows import Choice, Verdict

COLUMN, CLEAR, ROW = "column-", "clear-", "row-"


@dataclass(frozen=True, slots=True)
class SentColumns:
    """What somebody said of the columns: `columns` by place, and the places whose blanks clear."""

    revision: int
    columns: dict[int, str]
    cleared: frozenset[int]
    kind: ClientKind

    @property
    def clears(self) -> tuple[str, ...]:
        """The keys whose blank cells clear."""
        return tuple(key for at, key in self.columns.items() if at in self.cleared)


def read_columns(posted: Mapping[str, str]) -> SentColumns:
    """The form of the columns. One that means nothing is left out."""
    kind = posted.get("kind", "")
    return SentColumns(
        revision=_number(posted.get("revision", "")),
        columns={at: posted[f"{COLUMN}{at}"] for at in _places(posted, COLUMN) if posted[f"{COLUMN}{at}"]},
        cleared=frozenset(_places(posted, CLEAR)),
        kind=ClientKind(kind) if kind in set(ClientKind) else ClientKind.COMPANY,
    )


def read_choices(posted: Mapping[str, str]) -> dict[int, str]:
    """What becomes of the rows of a page, by number."""
    known = {"", *Choice}
    return {at: posted[f"{ROW}{at}"] for at in _places(posted, ROW) if posted[f"{ROW}{at}"] in known}


def read_verdict(text: str) -> Verdict | None:
    """The verdict whose rows are asked for; None for all of them."""
    return Verdict(text) if text in set(Verdict) else None


def _places(posted: Mapping[str, str], start: str) -> list[int]:
    found = (name.removeprefix(start) for name in posted if name.startswith(start))
    return sorted(_number(text) for text in found if text.isascii() and text.isdigit() and len(text) < 8)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
