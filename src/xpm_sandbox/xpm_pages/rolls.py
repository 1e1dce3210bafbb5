"""A list on a page: what is searched, shown, sorted and where in it one stands."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from xpm_sandbox import finding
from xpm_sandbox.finding import Roll
from xpm_sandbox.world import Tenant

SIZE = 50


@dataclass(frozen=True)
class Listed:
    """One page of a list. `kinds` are the filters offered and `heads` the columns: order (or empty), label, class."""

    numbers: Sequence[int]
    total: int
    number: int
    pages: int
    words: str
    only: str
    order: str
    kinds: Mapping[str, str]
    heads: Sequence[tuple[str, str, str]]

    def query(self, **changed: str | int) -> dict[str, str | int]:
        """What the address of a neighbouring view holds; what is as usual is left out."""
        wanted: dict[str, str | int] = {"q": self.words, "show": self.only, "sort": self.order, **changed}
        usual = {"show": next(iter(self.kinds), ""), "sort": next((head[0] for head in self.heads if head[0]), "")}
        return {name: value for name, value in wanted.items() if value not in ("", usual.get(name))}


def asked(
    db: sqlite3.Connection,
    practice: Tenant,
    roll: Roll,
    kinds: Mapping[str, str],
    heads: Sequence[tuple[str, str, str]],
) -> Listed:
    """The page of the list that the address asks for; what it gets wrong is taken as usual."""
    words, only, order = (request.args.get(name, "").strip() for name in ("q", "show", "sort"))
    only = only if only in kinds else next(iter(kinds), "")
    order = order if order in roll.orders else next(iter(roll.orders))
    numbers = finding.find(db, roll, practice.id, words=words, order=order, only=only)
    pages = -(-len(numbers) // SIZE) or 1
    number = max(1, min(request.args.get("page", 1, type=int), pages))
    shown = numbers[(number - 1) * SIZE : number * SIZE]
    return Listed(shown, len(numbers), number, pages, words, only, order, kinds, heads)
