"""How a keeper is asked for a promise, and what must be seen: the promise, or its known gap."""

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pytest
from botocore.exceptions import ClientError

from tests.contract.aws.case import Case
from tests.contract.aws.cases import CASES
from tests.contract.aws.gaps import GAPS
from tests.contract.aws.keepers import WAITS_S
from tests.contract.aws.world import Keeper, Place, World
from tests.simulator.cloud.door import UnknownParameterError

# How a keeper may break down instead of answering.
BROKEN: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ClientError,
    LookupError,
    OSError,
    StopIteration,
    TypeError,
    UnknownParameterError,
    ValueError,
)
AT_ONCE: Final = 16


def asked(case: Case, world: World) -> object:
    """Tell what is seen; a keeper that is known not to keep the promise may break down."""
    if case.sentence not in GAPS[world.keeper.name]:
        return case.observe(world)
    try:
        return case.observe(world)
    except BROKEN as error:
        return f"{type(error).__name__}!"


def wanted(case: Case, keeper: str) -> object:
    """Tell what must be seen."""
    return GAPS[keeper].get(case.sentence, case.seen)


def askable(keeper: str) -> list[Case]:
    """Name what a keeper can be asked for: a gate has no ten minutes of real time."""
    return [case for case in CASES if case.wait_s <= WAITS_S[keeper]]


@dataclass(frozen=True, slots=True)
class Asking:
    """A keeper, what its cases share, and the answers that take their time, on their way."""

    keeper: Keeper
    place: Place
    ahead: Mapping[str, Future[object]]

    def seen(self, case: Case) -> object:
        """Tell what is seen."""
        future = self.ahead.get(case.sentence)
        return future.result() if future else asked(case, _world(case, self.keeper, self.place))


def chosen(request: pytest.FixtureRequest) -> list[Case]:
    """Name the cases of a module that this run is about."""
    items = [item for item in request.session.items if item.path == request.path]
    found = [item.callspec.params["case"] for item in items if isinstance(item, pytest.Function)]
    return [case for case in found if isinstance(case, Case)]


@contextmanager
def asking(keeper: Keeper, place: Place, cases: Iterable[Case]) -> Iterator[Asking]:
    """Begin; on a clock that nobody can put forward, with all at once that takes its time."""
    if keeper.wait is not time.sleep:
        yield Asking(keeper, place, {})
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ahead = {
            case.sentence: pool.submit(asked, case, _world(case, keeper, place))
            for case in cases
            if case.wait_s
        }
        yield Asking(keeper, place, ahead)


def _world(case: Case, keeper: Keeper, place: Place) -> World:
    return World(keeper, place, f"{place.table}-{CASES.index(case):03d}")
