"""AWS's promises, asked of the fakes, of moto, and of an account where there is one."""

from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest

from tests.contract.aws.asking import Asking, asking, chosen, wanted
from tests.contract.aws.case import Case
from tests.contract.aws.cases import CASES
from tests.contract.aws.keepers import KEEPERS, names
from tests.contract.aws.place import make_place, take_away


@pytest.fixture(scope="module", params=names())
def keeper(request: pytest.FixtureRequest) -> Iterator[Asking]:
    with ExitStack() as stack:
        found = stack.enter_context(KEEPERS[request.param]())
        place = make_place(found, uuid4().hex[:8])
        if found.name == "account":
            stack.callback(take_away, found, place)
        yield stack.enter_context(asking(found, place, chosen(request)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_a_promise_is_kept_or_its_gap_is_known(case: Case, keeper: Asking) -> None:
    assert keeper.seen(case) == wanted(case, keeper.keeper.name)
