"""What the tests of the simulators share: a receiver, and quick simulators of both providers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from local.simulators import Limit, Served, SimulatorSettings, serve
from local.simulators.suno_scenarios import SCENARIOS
from tests.unit.local.playing import Stage, SunoPlayed, ask, pairs
from tests.unit.local.receiver import Receiver, wait
from tests.unit.local.scenes import collect, over
from tests.unit.local.suno_client import Made, source

NO_LIMIT = Limit(0, 1.0)
# Stages after 20, 70 and 240 ms; one tune for all, and a short one, since what is sung matters
# elsewhere.
QUICK = SimulatorSettings(
    scale=0.002,
    create_limit=NO_LIMIT,
    poll_limit=NO_LIMIT,
    tunes=1,
    lasts_s=20,
    hang_s=0.2,
    ahead=False,
)


@pytest.fixture(scope="package")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    server = receiver.serve()
    yield receiver
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="package")
def sunoapi() -> Iterator[Served]:
    with serve("sunoapi", QUICK) as sim:
        yield sim


@pytest.fixture(scope="package")
def apikley() -> Iterator[Served]:
    with serve("apikley", QUICK) as sim:
        yield sim


@pytest.fixture(scope="package")
def sims(sunoapi: Served, apikley: Served) -> dict[str, Served]:
    return {"sunoapi": sunoapi, "apikley": apikley}


@pytest.fixture(scope="package")
def stage(sims: dict[str, Served], receiver: Receiver) -> Stage:
    """Play every scenario of both providers, all at once."""
    keys = pairs(SCENARIOS)
    with ThreadPoolExecutor(16) as pool:
        futures = [pool.submit(ask, sims[key[0]], receiver, *key) for key in keys]
    asked = dict(zip(keys, (future.result() for future in futures), strict=True))
    for sim in sims.values():
        wait(partial(over, sim))
    stage: Stage = {}
    for provider, sim in sims.items():
        answers = {name: answer for (of, name), answer in asked.items() if of == provider}
        played = collect(SunoPlayed, sim, receiver, answers)
        stage |= {(provider, name): one for name, one in played.items()}
    return stage


@pytest.fixture(scope="module")
def made(sims: dict[str, Served], receiver: Receiver) -> dict[str, Made]:
    """Finish a track of each provider of the suno format."""
    return {provider: source(sim, receiver, title="Sea") for provider, sim in sims.items()}
