"""Quotes and estimates, drafted from a job: its tasks and costs as they are."""

import sqlite3
from dataclasses import dataclass

from xpm_sandbox import jobs
from xpm_sandbox.jobs import Job
from xpm_sandbox.world import next_number

_FIRST_NUMBER = 31_000_000


@dataclass(frozen=True)
class Quote:
    """A quote; `type` is Quote or Estimate, `date` is `yyyy-MM-dd`."""

    number: str
    type: str
    date: str
    job: Job


def add(db: sqlite3.Connection, tenant_id: str, job: int, kind: str, date: str) -> str:
    """Draft one for a job and give its number."""
    number = f"{kind[0]}{next_number(db, f'{kind} {tenant_id}'):06}"
    db.execute(
        "INSERT INTO quote VALUES (?, ?, ?, ?, ?, ?)",
        (_FIRST_NUMBER + next_number(db, "quote"), tenant_id, number, kind, job, date),
    )
    return number


def between(db: sqlite3.Connection, tenant_id: str, first: str = "", last: str = "9") -> list[Quote]:
    """The practice's quotes of these days, oldest first; of any day without them."""
    rows = db.execute(
        "SELECT * FROM quote WHERE tenant_id = ? AND date BETWEEN ? AND ? ORDER BY id", (tenant_id, first, last)
    ).fetchall()
    return [_quote(db, row) for row in rows]


def quote(db: sqlite3.Connection, tenant_id: str, number: str) -> Quote | None:
    row = db.execute("SELECT * FROM quote WHERE tenant_id = ? AND number = ?", (tenant_id, number)).fetchone()
    return _quote(db, row) if row else None


def _quote(db: sqlite3.Connection, row: sqlite3.Row) -> Quote:
    return Quote(row["number"], row["type"], row["date"], jobs.job(db, row["job_id"]))
