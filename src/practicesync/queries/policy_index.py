"""The index of differences asked by groups: how many clients have a difference of some groups, and who they are.

The groups are told to the database as a table that it joins. As conditions, some hundred of them would each be tried
on each of a hundred thousand rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from practicesync.queries.differences import Group, scope

LINKS, RECORDS = "d.link_id", "d.link_id, d.ref"
"""What can be counted: linked clients, or what of them is written by itself (the client, a contact, a presence)."""

_COLUMNS = ("id", "link_id", "ref", "subject", "field", "state", "facts")
_JOINED = "d.subject = v.subject AND d.field = v.field AND d.state = v.state AND d.facts = v.facts"


@dataclass(frozen=True, slots=True)
class Index:
    """The index of one connection's live links."""

    practice_id: int
    connection_id: int

    def count(self, named: Mapping[Group, frozenset[str]], what: Sequence[str], by: str = LINKS) -> dict[str, int]:
        """How many `LINKS` or `RECORDS` there are by each of these names, in one reading of the rows.

        `named` tells under which of the names the differences of a group count.
        """
        codes: dict[frozenset[str], int] = {}
        wanted = frozenset(what)
        found_in = {group: names & wanted for group, names in named.items()}
        told = [(group, codes.setdefault(names, len(codes))) for group, names in found_in.items() if names]
        if not told:
            return dict.fromkeys(what, 0)
        table, values = _table(told)
        rows, more = self._rows()
        marks = {name: [code for names, code in codes.items() if name in names] for name in what}
        inner = ", ".join(f"{_mark(marks[name])} AS n{place}" for place, name in enumerate(what))
        sums = ", ".join(f"COALESCE(SUM(n{place}), 0)" for place in range(len(what)))
        statement = (
            f"{table} SELECT {sums} FROM (SELECT {inner} FROM v JOIN ({rows}) d ON {_JOINED}"  # noqa: S608
            f" GROUP BY {by}) t"
        )
        found = _fetch(statement, [*values, *more])
        return dict(zip(what, map(int, found[0]), strict=True))

    def clients(self, groups: Iterable[Group], *, start: int, size: int) -> list[int]:
        """The ids of clients with a difference of these groups, by name."""
        told = [(group, 0) for group in groups]
        if not told:
            return []
        table, values = _table(told)
        rows, more = self._rows()
        statement = (
            f"{table} SELECT c.id FROM store_link l JOIN store_client c ON c.id = l.client_id WHERE l.id IN"  # noqa: S608
            f" (SELECT d.link_id FROM v JOIN ({rows}) d ON {_JOINED}) ORDER BY c.sort_name, c.id LIMIT %s OFFSET %s"
        )
        found = _fetch(statement, [*values, *more, size, start])
        return [key for (key,) in found]

    def _rows(self) -> tuple[str, Sequence[Any]]:
        """The differences of live links, as SQL and its values."""
        query = scope(self.practice_id, self.connection_id).values(*_COLUMNS).order_by().query
        found: tuple[str, Sequence[Any]] = query.sql_with_params()
        return found


def _mark(codes: Sequence[int]) -> str:
    """A column that is 1 where a row has one of these codes, which are numbers of our own."""
    return f"MAX(CASE WHEN v.code IN ({', '.join(map(str, codes))}) THEN 1 ELSE 0 END)" if codes else "0"


def _table(told: Sequence[tuple[Group, int]]) -> tuple[str, list[Any]]:
    """The groups as a table `v`. There are at most some thousand: fields by states by facts."""
    values: list[Any] = []
    for group, code in told:
        values += (group.subject, group.field, group.state.value, group.facts, code)
    rows = ", ".join(["(%s, %s, %s, %s, %s)"] * len(told))
    return f"WITH v(subject, field, state, facts, code) AS (VALUES {rows})", values


def _fetch(statement: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
