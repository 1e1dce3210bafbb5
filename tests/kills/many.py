"""Many cases, some at a time: most of what a case takes is waiting for the next worker to look for work."""

import gc
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryDirectory

from kills.cases import Case, Result, tried
from kills.grounds import Ground, a_ground
from kills.work import in_small_batches


def results_of(cases: Sequence[Case], jobs: int) -> Iterator[Result]:
    """The cases' results as they come, each from a fork of this process, which must have no other thread."""
    in_small_batches()
    waiting, running = list(reversed(cases)), dict[Connection, Case]()
    with _grounds(cases) as ground:
        assert threading.active_count() == 1, "a fork would take the threads' locks along, but not the threads"
        # What is here by now is never garbage: no fork need look through it, nor copy the pages that looking writes to.
        gc.collect()
        gc.freeze()
        while waiting or running:
            while waiting and len(running) < jobs:
                case = waiting.pop()
                running[_begun(case, ground)] = case
            for pipe in wait(list(running)):
                assert isinstance(pipe, Connection)
                yield _received(pipe, running.pop(pipe))


@contextmanager
def _grounds(cases: Sequence[Case]) -> Iterator[Ground]:
    vendors = frozenset(case.vendor for case in cases)
    with TemporaryDirectory(prefix="practicesync-kills-") as name, a_ground(Path(name), vendors) as ground:
        yield ground


def _begun(case: Case, ground: Ground) -> Connection:
    """A process that tries this case and tells the result."""
    ours, theirs = get_context("fork").Pipe(duplex=False)
    get_context("fork").Process(target=_tell, args=(case, ground, theirs)).start()
    theirs.close()
    return ours


def _tell(case: Case, ground: Ground, pipe: Connection) -> None:
    try:
        result = tried(case, ground)
    except Exception:  # noqa: BLE001 - whatever it is, it is told in the table
        result = Result(case, problem=traceback.format_exc())
    pipe.send(result)


def _received(pipe: Connection, case: Case) -> Result:
    with pipe:
        try:
            result: Result = pipe.recv()
        except EOFError:
            return Result(case, problem="its process ended without a word")
    return result
