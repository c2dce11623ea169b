"""
Every scenario of the simulators' catalogue ends as the documents say, with every provider.

All jobs of a provider run side by side, through real connections on loopback, in a time that runs
many times as fast as ours. What a provider was asked, its simulator's own log tells.
"""

from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from itertools import pairwise
from typing import Any, Final

import pytest

from cliphook.adapters.providers.provider import Arrival, Callbacks
from cliphook.application.ports import Origin
from cliphook.domain.clip import Clip
from cliphook.domain.companions import image_address
from cliphook.domain.job import Job
from cliphook.domain.status import Stage as JobStage
from tests.simulation.endings import ENDS, OWN, SET_ASIDE, End, end_of
from tests.simulation.stage import CASES, HOUSES, Stage, is_named, played, scenarios_of

# Why a cover is given up.
COVERS: Final = {
    "cover-404": "http_404",
    "cover-html": "not_image",
    "cover-oversized": "too_large",
}

type Case = tuple[str, str]

# What is wrong with those that are kept all the same, as far as their frames and their provider's
# claim show it. Silence has to be heard.
FLAWS = {
    "audio-short": frozenset({"duration_mismatch"}),
    "audio-length-lie": frozenset({"duration_mismatch"}),
    "audio-garbage": frozenset({"undecodable"}),
}

cases = pytest.mark.parametrize("case", CASES, ids="/".join)
each_house = pytest.mark.parametrize("name", HOUSES)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Every job of every provider, when nothing more happens to it."""
    with played() as houses:
        yield houses


def state(job: Job, clip: Clip) -> str:
    if clip.passport:
        return "recovered" if job.is_late(clip) else "archived"
    return f"{clip.status}: {clip.loss[1]}" if clip.loss else str(clip.status)


def is_refused(entry: dict[str, Any]) -> bool:
    """Judge by the answer alone, as whoever got it must; a code in the body counts more."""
    meaning = entry["code"] or entry["status"]
    return not entry["accepted"] and 400 <= meaning < 500


def test_every_scenario_has_an_end() -> None:
    names = {scenario for _, scenario in CASES}

    assert set(HOUSES) == OWN.keys()
    assert names == ENDS.keys() | {name for own in OWN.values() for name in own}
    for house, own in OWN.items():
        assert own.keys() <= scenarios_of(house).keys()
    assert SET_ASIDE.keys() <= names


@cases
def test_a_job_ends_as_it_must(stage: Stage, case: Case) -> None:
    name, scenario = case
    job = stage[name].house.job(scenario)

    error = job.verdict.error if job.verdict else None
    clips = tuple(state(job, clip) for clip in job.results)
    taken = bool(stage[name].task_ids(scenario))

    assert job.is_done
    assert End(job.status, error.code if error else None, clips, taken) == end_of(*case)


@cases
def test_at_most_one_submission_is_not_refused(stage: Stage, case: Case) -> None:
    name, scenario = case
    entries = stage[name].submissions(scenario)

    assert entries
    assert len([entry for entry in entries if not is_refused(entry)]) <= 1


@each_house
def test_a_job_knows_its_own_task_and_no_other(stage: Stage, name: str) -> None:
    house, named = stage[name].house, partial(is_named, name)

    known = {scenario: house.job(scenario).task_id for scenario in house.refs}

    assert known == {
        scenario: next(iter(stage[name].task_ids(scenario)), None) if named(scenario) else None
        for scenario in house.refs
    }


@cases
def test_what_is_kept_is_what_was_sent(stage: Stage, case: Case) -> None:
    name, scenario = case
    house = stage[name].house
    job = house.job(scenario)

    for clip in job.results:
        if not clip.passport:
            continue
        content = house.shelf.files[clip.passport.key]
        kind, extension = ("wav", "wav") if content.startswith(b"RIFF") else ("mpeg", "mp3")
        # Hashes, since the difference of two long files takes minutes to show.
        found = sha256(content).hexdigest(), len(content)

        assert found == stage[name].sent(scenario, clip)
        assert found == (clip.passport.sha256, clip.passport.size_bytes)
        assert clip.passport.content_type == f"audio/{kind}"
        assert clip.passport.key == (
            f"clips/{job.account_id}/{job.id}/{clip.id}/{clip.passport.sha256}.{extension}"
        )


@cases
def test_a_file_is_flagged_if_something_is_wrong_with_it(stage: Stage, case: Case) -> None:
    name, scenario = case
    job = stage[name].house.job(scenario)

    for clip in job.results:
        if clip.passport and scenario in FLAWS:
            assert {*clip.defects} >= FLAWS[scenario]
        else:
            assert clip.defects == ()


@each_house
def test_nothing_else_lies_on_the_shelf(stage: Stage, name: str) -> None:
    house = stage[name].house
    jobs = house.table.jobs.values()

    clips = [clip for job in jobs for clip in job.results]
    recorded = {clip.passport.key for clip in clips if clip.passport}
    covers = [clip.companions["image"] for clip in clips if "image" in clip.companions]
    recorded |= {cover.file.key for cover in covers if cover.file}

    assert house.shelf.files.keys() == recorded


@each_house
def test_every_cover_is_kept_or_given_up_for_its_reason(stage: Stage, name: str) -> None:
    house = stage[name].house

    for scenario in house.refs:
        clips = [clip for clip in house.job(scenario).results if image_address(clip)]
        covers = [clip.companions["image"] for clip in clips if clip.is_delivered]
        reasons = {cover.loss[1] if cover.loss else "" for cover in covers}

        assert reasons <= {COVERS.get(scenario, "")}


@cases
def test_what_is_announced_has_no_gap_and_tells_the_end(stage: Stage, case: Case) -> None:
    name, scenario = case
    house = stage[name].house
    job, events = house.job(scenario), house.events(scenario)
    types = [event["type"] for event in events]
    of_job = [name for name in types if name.startswith("job.")]
    of_clips = sorted(name for name in types if name.startswith("clip."))

    settled = sorted(f"clip.{state(job, clip).split(':')[0]}" for clip in job.results)

    assert [event["seq"] for event in events] == [*range(1, job.seq + 1)]
    assert len(of_job) == len({*of_job})
    assert (of_job[0], of_job[-1]) == ("job.queued", f"job.{job.status}")
    assert of_clips == [name for name in settled if name not in {"clip.ready", "clip.pending"}]


@each_house
def test_no_stage_is_invented(stage: Stage, name: str) -> None:
    house = stage[name].house

    types = {event["type"] for scenario in house.refs for event in house.events(scenario)}

    announced = types & {f"job.{one}" for one in JobStage}
    assert announced == {f"job.{one}" for one in house.provider.facts.stages}


@each_house
def test_no_poll_comes_sooner_than_the_provider_allows(stage: Stage, name: str) -> None:
    house = stage[name].house
    facts = house.provider.facts

    gaps = [
        ((later - earlier).total_seconds(), scenario)
        for scenario, ref in house.refs.items()
        for earlier, later in pairwise(house.sender.asked[ref.job_id])
    ]

    # A callback's claim may be asked about while another poll is under way, whose answer is not
    # stored yet; by nobody else, and only then at the same instant.
    is_push = facts.arrival is Arrival.PUSH
    asked_at_once = [gap for gap in gaps if is_push and gap[0] == 0]
    assert [gap for gap in gaps if gap[0] < facts.poll_gap_s] == asked_at_once
    assert is_push or not house.sender.crossed


@each_house
def test_nothing_is_left_unsent(stage: Stage, name: str) -> None:
    assert stage[name].house.table.unsent == set()


@each_house
def test_no_authentic_callback_is_refused_but_for_its_size(stage: Stage, name: str) -> None:
    too_large = {*stage[name].task_ids("too-large")}

    refused = [call for call in stage[name].callbacks if call["status"] != HTTPStatus.OK]

    assert {call["task_id"] for call in refused} == too_large
    assert all(call["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE for call in refused)


@each_house
def test_only_a_callback_that_nobody_can_believe_is_set_aside(stage: Stage, name: str) -> None:
    house = stage[name].house
    scenarios = {ref: scenario for scenario, ref in house.refs.items()}

    kept = [one for one in house.table.evidence.values() if one.origin is Origin.CALLBACK]
    reasons = {(scenarios[one.ref], one.quarantine) for one in kept}

    has_callbacks = house.provider.facts.callbacks is not Callbacks.NONE
    assert {scenario for scenario, _ in reasons if scenario in SET_ASIDE} == (
        {*SET_ASIDE} if has_callbacks else set()
    )
    assert all(reason == SET_ASIDE.get(scenario) for scenario, reason in reasons)
