"""AWS's promises, asked of the embedded AWS, on a server of its own."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from local.aws_server import start, wait_until_ready
from local.children import Children
from local.options import FOLDER
from local.places import Places
from tests.contract.aws.asking import Asking, askable, asking, chosen, wanted
from tests.contract.aws.case import Case
from tests.contract.aws.keepers import embedded
from tests.contract.aws.place import make_place


@pytest.fixture(scope="module")
def keeper(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asking]:
    places = Places(home=tmp_path_factory.mktemp("aws"), cache=FOLDER)
    with ExitStack() as stack:
        children = stack.enter_context(Children(places.logs))
        aws = start(children, places)
        wait_until_ready(aws, children)
        found = stack.enter_context(embedded(aws.client))
        place = make_place(found, "embedded")
        yield stack.enter_context(asking(found, place, chosen(request)))


@pytest.mark.parametrize("case", askable("MiniStack"), ids=lambda case: case.sentence)
def test_a_promise_is_kept_or_its_gap_is_known(case: Case, keeper: Asking) -> None:
    assert keeper.seen(case) == wanted(case, keeper.keeper.name)
