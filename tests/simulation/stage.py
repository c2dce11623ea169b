"""
The stage: one house for each provider, and two for the one whose answer is music or a job.

In each, every scenario that its simulator can play happens to a job of its own, all side by side.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

import httpx

from cliphook.adapters.tls import tls_context
from cliphook.domain.clip import Clip
from cliphook.domain.ids import ClipId
from cliphook.domain.plan import Lineage
from cliphook.domain.request import MusicRequest, Operation, Source, Stems
from local import simulators
from local.simulators import Limit, SimulatorSettings
from local.simulators.infery_jobs import mode_of
from local.simulators.infery_scenario import InferyScenario
from local.simulators.infery_switches import InferySwitches
from local.simulators.scenario import Answer, Scenario
from local.simulators.suno_switches import SunoSwitches
from tests.support.fast_time import FastTime
from tests.support.shared_studio import Made
from tests.support.theatre import Theatre, theatre

SPEED: Final = 100
# The longest of all waits for its deadline, and the sweep that notices it.
PLAYED_S: Final = 28 * 60
REAL_S_MAX: Final = 600
# The limit of twenty creates in ten seconds holds here too.
REQUEST_EVERY_S: Final = 1

# The HTTP status of a refusal is not documented in the suno format, so each has another. As many
# requests in a minute as infery takes are counted by its own clock.
SWITCHES: Final[Mapping[str, object]] = {
    "sunoapi": SunoSwitches(error_http="200"),
    "apikley": SunoSwitches(error_http="mirror"),
    "apiin": None,
    "stratizon": None,
    "infery": InferySwitches(mode="sync", sync_delay_s=40, requests_per_minute=600 * SPEED),
    "infery-job": InferySwitches(mode="async_schema", requests_per_minute=600 * SPEED),
}
HOUSES: Final = tuple(SWITCHES)
# What a simulator keeps.
LOGS: Final = ("requests", "callbacks")

type Log = list[dict[str, Any]]


def provider_of(house: str) -> str:
    """Name the provider that plays in a house."""
    return house.removesuffix("-job")


def scenarios_of(house: str) -> Mapping[str, Scenario]:
    """List what can happen in a house."""
    return simulators.PROVIDERS[provider_of(house)].scenarios


CASES: Final = [(house, scenario) for house in HOUSES for scenario in scenarios_of(house)]


@dataclass(frozen=True, slots=True)
class Played:
    """A house after the play, and what its simulator had noted by then."""

    house: Theatre
    client: httpx.Client
    requests: Log
    callbacks: Log

    def submissions(self, scenario: str) -> Log:
        """List the creates that a scenario happened to."""
        return [entry for entry in self.requests if entry["scenario"] == scenario]

    def task_ids(self, scenario: str) -> list[str]:
        """Name the tasks that the provider made for a scenario's job."""
        return [entry["task_id"] for entry in self.submissions(scenario) if entry["accepted"]]

    def sent(self, scenario: str, clip: Clip) -> tuple[str, int]:
        """Tell hash and length of the audio that the provider sent, or its host serves."""
        index = clip.index[1] if clip.index else 0
        for name in (scenario, *self.task_ids(scenario)):
            for item in self.house.line.sent.get(name, [])[index : index + 1]:
                if item.sha256:
                    return item.sha256, item.size_bytes
                return self._served(str(item.url))
        urls = [
            f"{self.house.simulator_url}/{folder}/{clip.provider_clip_id}.mp3"
            for folder in ("files", "source")
        ]
        return self._served(*urls)

    def _served(self, *urls: str) -> tuple[str, int]:
        for url in urls:
            answer = self.client.get(url, follow_redirects=True)
            if answer.status_code == HTTPStatus.OK:
                return sha256(answer.content).hexdigest(), len(answer.content)
        return "", 0


type Stage = Mapping[str, Played]


@contextmanager
def played() -> Iterator[Stage]:
    """Play everything, until nothing more happens to any job; raises what a story has raised."""
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        made = Made()
        houses = {name: stack.enter_context(_open(name, made)) for name in HOUSES}
        raised = [error for errors in pool.map(_play, houses.items()) for error in errors]
        if raised:
            raise BaseExceptionGroup("raised by stories", raised)
        client = stack.enter_context(httpx.Client(trust_env=False, verify=tls_context()))
        yield {
            name: Played(house, client, *(_log(house, client, log) for log in LOGS))
            for name, house in houses.items()
        }


def _open(house: str, made: Made) -> AbstractContextManager[Theatre]:
    time, patient = FastTime(SPEED), partial(is_patient, house)
    return theatre(provider_of(house), _settings(house), time, patient, made)


def is_patient(house: str, scenario: str) -> bool:
    """Tell whether the provider lets time pass before it answers a create."""
    row = scenarios_of(house)[scenario]
    hangs = row.create is not None and row.create.answer is Answer.HANG
    holds = getattr(row, "answer_after_calls", 0) > 0
    return hangs or holds or _brings_music(house, row)


def is_named(house: str, scenario: str) -> bool:
    """Tell whether a task that there is comes to be known by its id: by answer or by callback."""
    row = scenarios_of(house)[scenario]
    if isinstance(SWITCHES[house], SunoSwitches):
        return True
    is_lost = row.create is not None and row.create.accepted
    return not is_lost and not _brings_music(house, row)


def _brings_music(house: str, row: Scenario) -> bool:
    """Tell whether the answer to a create is the music itself."""
    switches = SWITCHES[house]
    if not isinstance(row, InferyScenario) or not isinstance(switches, InferySwitches):
        return False
    return mode_of(row, switches) == "sync"


def _settings(house: str) -> SimulatorSettings:
    """Be as strict as is documented."""
    scale = 1 / SPEED
    is_suno = isinstance(SWITCHES[house], SunoSwitches)
    return SimulatorSettings(
        scale=scale,
        create_limit=Limit(20, 10 * scale) if is_suno else None,
        poll_limit=Limit(3, scale) if is_suno else None,
        tunes=1,
        lasts_s=8,
        edge=True,
        switches=SWITCHES[house],
    )


def _play(named: tuple[str, Theatre]) -> list[BaseException]:
    name, house = named
    for number, scenario in enumerate(scenarios_of(name)):
        house.request(scenario, number * REQUEST_EVERY_S, *_asked(house, scenario))
    return house.time.run(PLAYED_S, real_s_max=REAL_S_MAX)


def _asked(house: Theatre, scenario: str) -> tuple[MusicRequest, Lineage | None]:
    """Write a request under whose words a simulator finds the scenario."""
    marker = f"[[sim:{scenario}]]"
    name, model = house.provider.name, next(iter(house.provider.models))
    if scenario != "twelve-stems":
        return MusicRequest(model=f"{name}/{model}", prompt=f"A quiet song {marker}"), None
    # It has no words of its own to hold the marker.
    request = MusicRequest(
        operation=Operation.SEPARATE,
        model=f"{name}/{model}",
        source=Source(clip_id=ClipId("clip_of_an_earlier_job")),
        stems=Stems.ALL,
        provider_options={name: f'{{"negative_tags": "{marker}"}}'},
    )
    return request, Lineage(name, model, "mgen_1", "5b0e61f4-9a27")


def _log(house: Theatre, client: httpx.Client, name: str) -> Log:
    """Read what a simulator keeps of `requests` or `callbacks`."""
    answer = client.get(f"{house.simulator_url}/_sim/{name}")
    entries: Log = answer.raise_for_status().json()[name]
    return entries
