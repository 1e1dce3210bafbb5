"""How well links, suggestions and duplicates are found, scored by real client."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matched_firm.firm import Firm


def linkable(firm: Firm) -> dict[int, set[str]]:
    """The rows on the right that are a right partner of each client on both sides: live ones, or else archived ones."""
    live: dict[int, set[str]] = {}
    archived: dict[int, set[str]] = {}
    here = set(firm.left_client.values())
    for row in firm.right:
        client = firm.right_client[row["xpm_id"]]
        if client in here and row["is_deleted"] == "false":
            (archived if row["is_archived"] == "true" else live).setdefault(client, set()).add(row["xpm_id"])
    return {**archived, **live}


@dataclass
class Score:
    """Counts of right and wrong links, and what follows from them."""

    right: int
    wrong: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.wanted, 1)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(self.right + self.wrong + self.wanted, 1)


def judge(firm: Firm, links: Iterable[tuple[str, str]]) -> list[bool]:
    """Whether each link is right; a second link of one client is not."""
    partners = linkable(firm)
    linked: set[int] = set()
    verdicts = []
    for left, right in links:
        client = firm.left_client[left]
        good = right in partners.get(client, ()) and client not in linked
        if good:
            linked.add(client)
        verdicts.append(good)
    return verdicts


def score_links(firm: Firm, links: Sequence[tuple[str, str]]) -> Score:
    """Right, wrong and wanted links."""
    verdicts = judge(firm, links)
    return Score(sum(verdicts), len(verdicts) - sum(verdicts), len(linkable(firm)))


def recall_at(firm: Firm, links: Sequence[tuple[str, str, float]], precision: float) -> float:
    """The most recall to be had above some score while so many of a thousand are right."""
    ordered = sorted(links, key=lambda link: -link[2])
    verdicts = judge(firm, [(left, right) for left, right, _ in ordered])
    best = right = 0
    for count, (verdict, link) in enumerate(zip(verdicts, ordered, strict=True), start=1):
        right += verdict
        ends = count == len(ordered) or ordered[count][2] != link[2]
        if ends and right / count >= precision:
            best = right
    return best / max(len(linkable(firm)), 1)


def sprung(firm: Firm, links: Iterable[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Of the look-alikes of whom each side knows one alone: how many were linked, of how many, by trap."""
    linked = {(firm.left_client[left], firm.right_client[right]) for left, right in links}
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for one, two, trap in firm.alike:
        total[trap] += 1
        found[trap] += (one, two) in linked
    return {trap: (found[trap], total[trap]) for trap in sorted(total)}


def hits(firm: Firm, ranked: Mapping[str, Sequence[str]], first: int) -> float:
    """How many linkable clients have a right partner among the first suggestions of one of their rows."""
    partners = linkable(firm)
    rows: dict[int, str] = {}
    for left, client in firm.left_client.items():
        rows.setdefault(client, left)
    good = sum(bool(partners[client] & set(list(ranked.get(rows[client], ()))[:first])) for client in partners)
    return good / max(len(partners), 1)


def score_twins(firm: Firm, pairs: Iterable[tuple[str, str]]) -> Score:
    """Duplicates among the rows on the right that are not deleted."""
    rows: dict[int, list[str]] = {}
    for row in firm.right:
        if row["is_deleted"] == "false":
            rows.setdefault(firm.right_client[row["xpm_id"]], []).append(row["xpm_id"])
    wanted = {frozenset((a, b)) for same in rows.values() for a in same for b in same if a < b}
    found = {frozenset(pair) for pair in pairs}
    return Score(len(found & wanted), len(found - wanted), len(wanted))
