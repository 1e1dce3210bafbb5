"""A clock whose hands are kept in the world: it stands where it stood after a restart, and in every process alike."""

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta

from xpm_sandbox.clock import ControlledClock, Hands, moment, stamp
from xpm_sandbox.world import World


def clock_of(world: World) -> ControlledClock:
    """The world's clock. In a new world it follows the machine's."""
    return ControlledClock(keeper=_WorldKeeper(world))


class _WorldKeeper:
    def __init__(self, world: World) -> None:
        self._world = world

    def hands(self) -> Hands:
        with self._world.read() as db:
            return _hands(db)

    def turn(self, turned: Callable[[Hands], Hands]) -> None:
        with self._world.write() as db:
            hands = turned(_hands(db))
            kept = {
                "stopped_at": stamp(hands.stopped_at) if hands.stopped_at else None,
                "ahead": hands.ahead // timedelta(microseconds=1),
            }
            db.execute("INSERT OR REPLACE INTO meta VALUES ('clock', ?)", (json.dumps(kept),))


def _hands(db: sqlite3.Connection) -> Hands:
    row = db.execute("SELECT value FROM meta WHERE key = 'clock'").fetchone()
    if row is None:
        return Hands()
    kept = json.loads(row[0])
    stopped_at = kept["stopped_at"]
    return Hands(moment(stopped_at) if stopped_at is not None else None, timedelta(microseconds=kept["ahead"]))
