"""Many schedules, one process after the other or several that share the seeds.

Where this module is loaded, Django is set up for a simulation, unless it is already.
"""

import atexit
import logging
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import django
from django.apps import apps

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "practicesync.config.settings",
    "PRACTICESYNC_MODE": "demo",
    "PRACTICESYNC_SECRET_KEY": "for simulations only, and long enough for every check of keys",
    # The order of sets is part of a story that has to repeat.
    "PYTHONHASHSEED": "0",
}
CHUNK = 5

if not apps.ready:
    os.environ.update(SETTINGS)
    django.setup()

from django.test.utils import override_settings  # noqa: E402

from postgres import Cluster, private_cluster  # noqa: E402
from simulation.schedule import Result, run_schedule  # noqa: E402
from simulation.stage import Xpm  # noqa: E402
from simulation.stores import PostgresStore, SqliteStore, Store  # noqa: E402

FIXED = {
    "ENCRYPTION_KEYS": {"simulation": bytes(range(32))},
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
}


@dataclass
class Hands:
    """What a process needs for its schedules, made once."""

    store: Store
    xpm: Xpm


class _Mine:
    """This process's hands, held until it ends."""

    held = ExitStack()
    hands: Hands


@contextmanager
def cluster_for(database: str) -> Iterator[Cluster | None]:
    """A cluster of our own, where schedules run on PostgreSQL."""
    if database == "sqlite":
        yield None
        return
    with private_cluster() as cluster:
        yield cluster


def results_of(seeds: range, steps: int, jobs: int, cluster: Cluster | None) -> Iterator[Result]:
    """The schedules' results as they come; a single process does without others."""
    if jobs == 1 or len(seeds) == 1:
        with ExitStack() as held:
            hands = made(held, cluster)
            for seed in seeds:
                yield run_schedule(seed, hands.store, hands.xpm, steps)
        return
    chunks = [seeds[at : at + CHUNK] for at in range(0, len(seeds), CHUNK)]
    with ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (cluster,)) as pool:
        for done in as_completed([pool.submit(_chunk, list(chunk), steps) for chunk in chunks]):
            yield from done.result()


def made(held: ExitStack, cluster: Cluster | None) -> Hands:
    """Make what a process needs; `held` is closed when it needs it no more."""
    # The engine tells of every trouble that it is given here.
    held.callback(logging.disable, logging.root.manager.disable)
    logging.disable(logging.CRITICAL)
    held.enter_context(override_settings(**FIXED))
    folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="practicesync-simulation-")))
    store: Store = SqliteStore(folder) if cluster is None else PostgresStore(cluster)
    return Hands(store, held.enter_context(Xpm.opened()))


def _begin(cluster: Cluster | None) -> None:
    _Mine.hands = made(_Mine.held, cluster)
    atexit.register(_Mine.held.close)


def _chunk(seeds: list[int], steps: int) -> list[Result]:
    return [run_schedule(seed, _Mine.hands.store, _Mine.hands.xpm, steps) for seed in seeds]
