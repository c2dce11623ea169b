"""
The same work on every core: forked processes that take the next piece as soon as they are free.

Results come in the order of the pieces, however long each takes, so a run with two workers says
the same as one with one. The parent has no threads, which a fork would not survive.
"""

import gc
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count as count_from
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, Final

WORKERS_MAX: Final = 2
# What a worker exits with when its work raised.
CRASHED: Final = 70
# A history leaves some thousand objects that only a collection finds, and has more than fifty
# thousand while it lasts: to look among those again and again took a tenth of its time.
GARBAGE: Final = 400_000


class HarnessError(Exception):
    """The simulator itself failed, which says nothing about the product."""


@dataclass(frozen=True, slots=True)
class _Worker:
    pid: int
    pipe: Connection


def count() -> int:
    """Tell how many workers this machine bears."""
    return max(1, min(WORKERS_MAX, os.cpu_count() or 1))


def spread[T, R](work: Callable[[T], R], pieces: Sequence[T], workers: int) -> Iterator[R]:
    """Do every piece, and give the results in order; raises `HarnessError` if a worker dies."""
    serve = partial(_serve, work, pieces)
    started = [_start(serve) for _ in range(min(workers, len(pieces)))]
    try:
        yield from _collect({worker.pipe for worker in started}, len(pieces))
    finally:
        _end(started)


def spread_apart[T, R](work: Callable[[T], R], pieces: Sequence[T], workers: int) -> Iterator[R]:
    """Do every piece in a process of its own, which nothing of it outlives; otherwise as above."""
    left = [*enumerate(pieces)][::-1]
    running: dict[Any, tuple[int, _Worker]] = {}
    results: dict[int, R] = {}
    try:
        for wanted in range(len(pieces)):
            while wanted not in results:
                while left and len(running) < workers:
                    place, piece = left.pop()
                    worker = _start(partial(_serve_one, work, piece))
                    running[worker.pipe] = (place, worker)
                for pipe in wait([*running]):
                    place, worker = running[pipe]
                    _, results[place] = _receive(worker.pipe)
                    _end([running.pop(pipe)[1]])
            yield results.pop(wanted)
    finally:
        _end([worker for _, worker in running.values()])


def _end(workers: Sequence[_Worker]) -> None:
    """
    Have workers end, and wait until they have.

    A later one holds the ends of the earlier ones' pipes too, so all are closed before any is
    waited for.
    """
    for worker in workers:
        worker.pipe.close()
    for worker in workers:
        with suppress(ChildProcessError):
            os.waitpid(worker.pid, 0)


def _start(serve: Callable[[Connection], None]) -> _Worker:
    ours, theirs = Pipe()
    # What is in the buffers would be written twice.
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        theirs.close()
        return _Worker(pid, ours)
    ours.close()
    gc.set_threshold(GARBAGE, 20, 100)
    is_done = False
    try:
        # Where nobody listens any more, there is nobody to tell either.
        with suppress(EOFError, BrokenPipeError, ConnectionResetError):
            serve(theirs)
        is_done = True
    finally:
        if not is_done:
            theirs.send((None, traceback.format_exc()))
        # No parent's clean-up is done here a second time.
        os._exit(0 if is_done else CRASHED)
    raise AssertionError


def settle() -> None:
    """Let what was loaded so far stay for good, so that no collection looks at it again."""
    gc.collect()
    gc.freeze()


def _serve[T, R](work: Callable[[T], R], pieces: Sequence[T], pipe: Connection) -> None:
    for served in count_from(1):
        pipe.send((None, None))
        place = pipe.recv()
        if place is None:
            return
        pipe.send((place, work(pieces[place])))
        # What stays is loaded early, and to look for more takes nearly as long as a history.
        if served.bit_count() == 1:
            settle()


def _serve_one[T, R](work: Callable[[T], R], piece: T, pipe: Connection) -> None:
    pipe.send((0, work(piece)))


def _collect(pipes: set[Connection], total: int) -> Iterator[Any]:
    results: dict[int, Any] = {}
    given = taken = 0
    while pipes:
        for pipe in wait([*pipes]):
            assert isinstance(pipe, Connection)
            place, result = _receive(pipe)
            if place is not None:
                results[place] = result
                continue
            pipe.send(given if given < total else None)
            if given >= total:
                pipes.discard(pipe)
            given += 1
        while taken in results:
            yield results.pop(taken)
            taken += 1


def _receive(pipe: Connection) -> tuple[int | None, Any]:
    try:
        place, result = pipe.recv()
    except EOFError as error:
        message = "a worker died"
        raise HarnessError(message) from error
    if place is None and result is not None:
        raise HarnessError(result)
    return place, result
