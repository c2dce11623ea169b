"""One embedded AWS for all system tests: the synthesized template, deployed, with simulators."""

from collections.abc import Iterator
from contextlib import ExitStack
from io import StringIO

import pytest

from local import demo, front_door
from local.aws_server import free_port
from local.bring_up import Deployment, bring_up
from local.children import Children
from local.demo import Client
from local.options import FOLDER, Options
from local.places import Places
from local.progress import Progress

# A job is complete two seconds after it was accepted, sixty times as fast as published.
SCALE = 1 / 60
# Every clip is looked into, which takes as long as it is.
LASTS_S = 8.0


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Bring everything up on free ports in a folder of its own, and leave nothing behind."""
    places = Places(home=tmp_path_factory.mktemp("local"), cache=FOLDER)
    chosen = Options(
        port=free_port(),
        once=True,
        fresh=False,
        scale=SCALE,
        seed=1,
        tunes=1,
        lasts_s=LASTS_S,
        providers={},
        places=places,
    )
    with ExitStack() as stack:
        door = stack.enter_context(front_door.opened(front_door.listen(chosen.port)))
        children = stack.enter_context(Children(places.logs))
        yield bring_up(chosen, places, children, door, Progress(StringIO()))


@pytest.fixture
def api(deployment: Deployment) -> Iterator[Client]:
    """The API as the first account sees it."""
    with demo.client(deployment.addresses) as client:
        yield client
