"""Work in a second process while this one goes on, where the system and its cores allow it."""

import gc
import marshal
import os
from collections.abc import Callable
from typing import Any, TypeVar

Answer = TypeVar("Answer", bound=tuple[Any, ...])


def beside(work: Callable[[], Answer]) -> Callable[[], Answer | None] | None:
    """Start `work` in a copy of this process; None where there can be none.

    What comes back waits for its answer, which has to be of plain values (`marshal`); None where the work failed, so
    that this process does it itself, and whoever asked is told why. It has to be called, whatever happens meanwhile.
    """
    if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
        return None
    reading, writing = os.pipe()
    gc.freeze()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _carry_out(work, writing)
    os.close(writing)
    gc.unfreeze()

    def fetch() -> Answer | None:
        with open(reading, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        # What is read here was written by this program a moment ago.
        answer: Answer | None = marshal.loads(told) if status == 0 else None  # noqa: S302
        return answer

    return fetch


def _carry_out(work: Callable[[], tuple[Any, ...]], writing: int) -> None:
    """Never returns: nothing may run here that belongs to the first process, no handlers at exit, no full buffers."""
    status = 1
    try:
        gc.disable()
        with open(writing, "wb") as pipe:
            marshal.dump(work(), pipe)
        status = 0
    finally:
        os._exit(status)
