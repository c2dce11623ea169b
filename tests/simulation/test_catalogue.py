"""
Every scenario of the simulators' catalogue ends as the documents say, with either provider.

All jobs of a provider run side by side, through real connections on loopback, in a time that runs
many times as fast as ours. What a provider was asked, its simulator's own log tells.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

import pytest

from cliphook.application.ports import Origin
from cliphook.domain.clip import Clip
from cliphook.domain.job import Job
from local import simulators
from local.simulators import Limit, SimulatorSettings
from local.simulators.scenario import Answer
from local.simulators.suno_scenarios import SCENARIOS
from local.simulators.suno_switches import SunoSwitches
from tests.simulation.endings import ENDS, OWN, SET_ASIDE, End, end_of
from tests.support.fast_time import FastTime
from tests.support.theatre import Theatre, theatre

SPEED: Final = 150
# The longest of all waits for its deadline, and the sweep that notices it.
PLAYED_S: Final = 26 * 60
REAL_S_MAX: Final = 240
# The limit of twenty creates in ten seconds holds here too.
REQUEST_EVERY_S: Final = 1

# Those of one format, whose scenarios have the same ends.
PROVIDERS: Final = ("sunoapi", "apikley")
CASES: Final = [
    (provider, scenario)
    for provider in PROVIDERS
    for scenario in simulators.PROVIDERS[provider].scenarios
]
# Where the provider lets time pass before it answers a create.
PATIENT: Final = {
    name
    for name, row in SCENARIOS.items()
    if row.answer_after_calls or (row.create and row.create.answer is Answer.HANG)
}
KEPT: Final = [case for case in CASES if {"archived", "recovered"} & {*end_of(*case).clips}]

cases = pytest.mark.parametrize("case", CASES, ids="/".join)
each_provider = pytest.mark.parametrize("provider", PROVIDERS)

type Case = tuple[str, str]
type Log = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Played:
    """A theatre after the play, and what its simulator had noted by then."""

    house: Theatre
    requests: Log
    callbacks: Log

    def submissions(self, scenario: str) -> Log:
        return [entry for entry in self.requests if entry["scenario"] == scenario]


type Stage = dict[str, Played]


def settings(provider: str) -> SimulatorSettings:
    """Be as strict as is documented; the HTTP status of a refusal is not, so each has another."""
    scale = 1 / SPEED
    return SimulatorSettings(
        scale=scale,
        create_limit=Limit(20, 10 * scale),
        poll_limit=Limit(3, scale),
        tunes=1,
        edge=True,
        switches=SunoSwitches(error_http="mirror" if provider == "apikley" else "200"),
    )


def play(house: Theatre) -> list[BaseException]:
    scenarios = [scenario for provider, scenario in CASES if provider == house.provider]
    for number, scenario in enumerate(scenarios):
        house.request(scenario, number * REQUEST_EVERY_S, is_patient=scenario in PATIENT)
    return house.time.run(PLAYED_S, real_s_max=REAL_S_MAX)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Every job of every provider, when nothing more happens to it."""
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        houses = {
            provider: stack.enter_context(theatre(provider, settings(provider), FastTime(SPEED)))
            for provider in PROVIDERS
        }
        raised = [error for errors in pool.map(play, houses.values()) for error in errors]
        if raised:
            raise ExceptionGroup("raised by stories", [*map(_shown, raised)])
        yield {
            provider: Played(house, house.log("requests"), house.log("callbacks"))
            for provider, house in houses.items()
        }


def _shown(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError(repr(error))


def state(job: Job, clip: Clip) -> str:
    if clip.passport:
        return "recovered" if job.is_late(clip) else "archived"
    return f"{clip.status}: {clip.loss[1]}" if clip.loss else str(clip.status)


def is_refused(entry: dict[str, Any]) -> bool:
    """Judge by the answer alone, as whoever got it must; a code in the body counts more."""
    meaning = entry["code"] or entry["status"]
    return not entry["accepted"] and 400 <= meaning < 500


def served(house: Theatre, clip: Clip) -> bytes:
    """Fetch what the audio host serves, at the address where it does."""
    for folder in ("files", "source"):
        url = f"{house.simulator_url}/{folder}/{clip.provider_clip_id}.mp3"
        answer = house.client.get(url, follow_redirects=True)
        if answer.status_code == HTTPStatus.OK:
            return answer.content
    return b""


def test_every_scenario_has_an_end() -> None:
    assert ENDS.keys() == SCENARIOS.keys()
    assert {scenario for _, scenario in OWN} | SET_ASIDE.keys() <= ENDS.keys()


@cases
def test_a_job_ends_as_it_must(stage: Stage, case: Case) -> None:
    provider, scenario = case
    house = stage[provider].house
    job = house.job(scenario)

    error = job.verdict.error if job.verdict else None
    clips = tuple(state(job, clip) for clip in job.results)
    taken = any(entry["accepted"] for entry in stage[provider].submissions(scenario))

    assert job.is_done
    assert End(job.status, error.code if error else None, clips, taken) == end_of(*case)


@cases
def test_at_most_one_submission_is_not_refused(stage: Stage, case: Case) -> None:
    provider, scenario = case
    house = stage[provider].house
    entries = stage[provider].submissions(scenario)

    open_ones = [entry for entry in entries if not is_refused(entry)]
    tasks = [entry["task_id"] for entry in entries if entry["accepted"]]

    assert entries
    assert len(open_ones) <= 1
    # A job that was taken knows its task, whoever named it; no other job has that one.
    assert [house.job(scenario).task_id] == (tasks or [None])


@pytest.mark.parametrize("case", KEPT, ids="/".join)
def test_what_is_kept_is_what_the_host_serves(stage: Stage, case: Case) -> None:
    provider, scenario = case
    house = stage[provider].house
    job = house.job(scenario)
    passports = [(clip, clip.passport) for clip in job.results if clip.passport]

    for clip, passport in passports:
        content = served(house, clip)
        kind, extension = ("wav", "wav") if content.startswith(b"RIFF") else ("mpeg", "mp3")
        # Hashes, since the difference of two long files takes minutes to show.
        found = sha256(house.shelf.files[passport.key]).hexdigest()

        assert found == passport.sha256 == sha256(content).hexdigest()
        assert passport.size_bytes == len(content)
        assert passport.content_type == f"audio/{kind}"
        assert passport.key == (
            f"clips/{job.account_id}/{job.id}/{clip.id}/{passport.sha256}.{extension}"
        )


@each_provider
def test_nothing_else_lies_on_the_shelf(stage: Stage, provider: str) -> None:
    house = stage[provider].house
    jobs = house.table.jobs.values()

    recorded = {clip.passport.key for job in jobs for clip in job.results if clip.passport}

    assert house.shelf.files.keys() == recorded


@cases
def test_what_is_announced_has_no_gap_and_tells_the_end(stage: Stage, case: Case) -> None:
    provider, scenario = case
    house = stage[provider].house
    job, events = house.job(scenario), house.events(scenario)
    types = [event["type"] for event in events]
    of_job = [name for name in types if name.startswith("job.")]
    of_clips = sorted(name for name in types if name.startswith("clip."))

    settled = sorted(f"clip.{state(job, clip).split(':')[0]}" for clip in job.results)

    assert [event["seq"] for event in events] == [*range(1, job.seq + 1)]
    assert len(of_job) == len({*of_job})
    assert (of_job[0], of_job[-1]) == ("job.queued", f"job.{job.status}")
    assert of_clips == [name for name in settled if name not in {"clip.ready", "clip.pending"}]


@each_provider
def test_nothing_is_left_unsent(stage: Stage, provider: str) -> None:
    assert stage[provider].house.table.unsent == set()


@each_provider
def test_no_authentic_callback_is_refused_but_for_its_size(stage: Stage, provider: str) -> None:
    played = stage[provider]
    too_large = [entry["task_id"] for entry in played.submissions("too-large")]

    refused = [call for call in played.callbacks if call["status"] != HTTPStatus.OK]

    assert {call["status"] for call in refused} == {HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    assert {call["task_id"] for call in refused} == {*too_large}


@cases
def test_only_a_callback_that_nobody_can_believe_is_set_aside(stage: Stage, case: Case) -> None:
    provider, scenario = case
    house = stage[provider].house
    ref = house.refs[scenario]

    kept = [one for one in house.table.evidence.values() if one.ref == ref]
    reasons = {one.quarantine for one in kept if one.origin is Origin.CALLBACK}

    expected = SET_ASIDE.get(scenario)
    assert reasons <= ({expected} if expected else {None})
    assert not expected or reasons
