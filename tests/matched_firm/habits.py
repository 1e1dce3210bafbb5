"""The habits of an invented firm: how full its two lists are, how they are written, and what goes wrong in them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Side:
    """How one list is kept. All numbers are shares of records."""

    born: float
    tax: float
    business: float
    company: float
    code: float
    email: float
    phone: float
    address: float
    group: float
    parts: float
    typo: float
    stale: float
    short: float
    middle: float
    wrong_kind: float
    no_kind: float
    person_style: int
    suffix_style: int
    untidy: float


@dataclass(frozen=True, slots=True)
class Habits:
    """What both lists of a firm share, and how each is kept."""

    country: str
    left: Side
    right: Side
    same_code: float
    export_is_code: float
    left_only: float
    right_only: float
    archived_copy: float
    live_copy: float
    left_copy: float
    deleted: float
    accountants_email: float
    shared_phone: float
    shared_email: float
    group_names_agree: float
    sole_trader_as_individual: float
    fund_as_trust: float
    trading_name: float
    maiden: float
    trustee_named: float


def _side(random: Random, *, right: bool) -> Side:
    draw = random.uniform
    return Side(
        born=draw(0.4, 0.9),
        tax=draw(0.3, 0.85),
        business=draw(0.35, 0.85),
        company=draw(0.35, 0.85),
        code=draw(0.3, 1.0),
        email=draw(0.4, 0.85),
        phone=draw(0.4, 0.85),
        address=draw(0.5, 0.9),
        group=draw(0.3, 0.9),
        parts=draw(0.3, 0.95) if right else draw(0.85, 1.0),
        typo=draw(0.01, 0.08),
        stale=draw(0.08, 0.4),
        short=draw(0.02, 0.2),
        middle=draw(0.1, 0.7),
        wrong_kind=draw(0.0, 0.06),
        no_kind=draw(0.0, 0.15) if right else draw(0, 0.03),
        person_style=random.randrange(5),
        suffix_style=random.randrange(6),
        untidy=draw(0.03, 0.4),
    )


def draw_habits(random: Random) -> Habits:
    """The habits of one firm: no two are alike, so that nothing is fitted to one of them."""
    draw = random.uniform
    return Habits(
        country="NZ" if random.random() < 0.2 else "AU",
        left=_side(random, right=False),
        right=_side(random, right=True),
        same_code=random.choice((0.0, draw(0.1, 0.5), draw(0.5, 0.95))),
        export_is_code=random.choice((0.0, draw(0.2, 0.8))),
        left_only=draw(0.04, 0.15),
        right_only=draw(0.05, 0.2),
        archived_copy=draw(0.01, 0.08),
        live_copy=draw(0.01, 0.05),
        left_copy=draw(0.0, 0.03),
        deleted=draw(0.0, 0.03),
        accountants_email=draw(0.0, 0.04),
        shared_phone=draw(0.2, 0.8),
        shared_email=draw(0.2, 0.8),
        group_names_agree=draw(0.0, 1.0),
        sole_trader_as_individual=draw(0.2, 0.9),
        fund_as_trust=draw(0.0, 0.2),
        trading_name=draw(0.0, 0.1),
        maiden=draw(0.0, 0.1),
        trustee_named=draw(0.05, 0.4),
    )
