"""Work on a long list by two processes at once, where the system and its cores allow it."""

import gc
import marshal
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import add
from typing import Final, cast

LEAST: Final = 4_000
"""Shorter lists are done before a second process is at work."""

Answer = tuple[bytes, ...]
Work = Callable[[int, int], Answer]
"""What is done with the items from one index to before another."""


def in_two(work: Work, length: int) -> Answer:
    """`work(0, length)`, each of whose answers is that for the first part of the list and then that for the second.

    The second half is done by a copy of this process, which shares all that is in memory. Where it fails, or there can
    be none, this process does the whole.
    """
    if length < LEAST or not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
        return work(0, length)
    middle = length // 2
    with _undisturbed():
        child, answer = _forked(work, middle, length)
        first = work(0, middle)
        second = _answer_of(child, answer)
    return tuple(map(add, first, work(middle, length) if second is None else second))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the collector: it would touch, and so copy, every object that the two processes share."""
    enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()


def _forked(work: Work, start: int, stop: int) -> tuple[int, int]:
    """A copy of this process that does a part; its number, and where its answer can be read."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    # Nothing may run here that belongs to the first process: no handlers at exit, no buffers to be flushed twice.
    status = 1
    try:
        os.close(reading)
        with open(writing, "wb") as pipe:
            marshal.dump(work(start, stop), pipe)
        status = 0
    finally:
        os._exit(status)


def _answer_of(child: int, reading: int) -> Answer | None:
    """The answer; None where the process failed."""
    with open(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    # What is read here was written by this program a moment ago; marshal is the quickest way of bytes.
    return cast("Answer", marshal.loads(told)) if status == 0 else None  # noqa: S302
