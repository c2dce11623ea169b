"""Every operation at every provider: it works, or is refused as docs/providers.md has it."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import httpx
import pytest

from cliphook.domain.request import Operation
from local import simulated
from local.bring_up import Deployment
from local.demo import Client, Job
from tests.support import documented
from tests.support.asking import (
    CASES,
    LASTS_S,
    LYRICS,
    UNKNOWN,
    Case,
    Made,
    Promise,
    Sources,
    promised,
)
from tests.support.following import crowd, finish

PAGE = documented.read()
PROVIDERS = tuple(PAGE.models)
FIRST, *OTHERS = CASES
EVERYTHING = [*product(CASES, PROVIDERS)]
# What the simulator makes where the page leaves the number of clips open.
UNSAID_CLIPS = {"suno-v4": 2, "lyria-3-pro-preview": 1}
UNSAID_TEXTS = 1
PARTS = {
    *("Vocals", "Backing vocals", "Drums", "Bass", "Guitar", "Keyboard", "Percussion"),
    *("Strings", "Synth", "Effects", "Brass", "Woodwinds"),
}
MP3 = re.compile(rb"ID3|\xff[\xe0-\xff]")
WAVE = re.compile(rb"RIFF....WAVE", re.DOTALL)
NAMED = re.compile(r": ([a-z, ]+)$")
AT_ONCE = 2

type Asked = tuple[Case, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: the refusal, or the job when it was done, and its first bytes."""

    promise: Promise
    refusal: httpx.Response | None
    job: Job
    head: bytes = b""


def ask(api: Client, sources: Sources, asked: Asked) -> Outcome:
    case, provider = asked
    request = case.written(provider, sources)
    promise = promised(PAGE, provider, request)
    answer = api.http.post("/v1/jobs", json={**request, "model": f"{provider}/{promise.model}"})
    return Outcome(promise, None if answer.status_code == 202 else answer, answer.json())


def end(api: Client, outcome: Outcome) -> Outcome:
    if outcome.refusal:
        return outcome
    job = finish(api, outcome.job)
    heard = [clip for clip in job["clips"] if clip["audio"]["sha256"]]
    return Outcome(outcome.promise, None, job, head(api, heard[0]["id"]) if heard else b"")


def head(api: Client, clip_id: str) -> bytes:
    link = api.http.get(f"/v1/clips/{clip_id}/audio").headers["location"]
    return httpx.get(link, headers={"Range": "bytes=0-11"}, trust_env=False).content


def find_sources(api: Client, made: Mapping[str, Outcome]) -> Sources:
    """Gather what can be started from: each provider's own clip, a file, and a link to one."""
    clips = {provider: outcome.job["clips"][0]["id"] for provider, outcome in made.items()}
    music = api.audio(clips[PROVIDERS[0]])
    link = api.http.get(f"/v1/clips/{clips[PROVIDERS[0]]}/audio").headers["location"]
    file_id = upload(api, music)
    return {
        "clip_id": clips,
        "file_id": dict.fromkeys(PROVIDERS, file_id),
        "url": dict.fromkeys(PROVIDERS, link),
    }


def upload(api: Client, music: bytes) -> str:
    asked = {"filename": "waltz.mp3", "content_type": "audio/mpeg", "size_bytes": len(music)}
    file: dict[str, Any] = api.http.post("/v1/files", json=asked).json()
    form = file["upload"]
    posted = httpx.post(
        form["url"], data=form["fields"], files={"file": ("waltz.mp3", music)}, trust_env=False
    )
    assert posted.status_code == 204, posted.text
    return str(file["id"])


@pytest.fixture(scope="module")
def outcomes(deployment: Deployment) -> Mapping[Asked, Outcome]:
    """Ask every provider for everything at once, as soon as each has a clip to start from."""
    with crowd(deployment.addresses, AT_ONCE) as (api, pool):

        def all_of(asked: Iterable[Asked], sources: Sources) -> dict[Asked, Outcome]:
            wanted = [*asked]
            begun = [*pool.map(partial(ask, api, sources), wanted)]
            return dict(zip(wanted, pool.map(partial(end, api), begun), strict=True))

        first = all_of(product([FIRST], PROVIDERS), {})
        sources = find_sources(api, {provider: first[FIRST, provider] for provider in PROVIDERS})
        # Who blocks or is polled takes longest, and stands last on the page.
        slow_first = PROVIDERS[-2:] + PROVIDERS[:-2]
        rest = [(case, name) for name in slow_first for case in OTHERS]
        return first | all_of(rest, sources)


def refused(outcome: Outcome) -> Mapping[str, list[str]]:
    """Name the fields that were refused, with those whom the message names."""
    assert outcome.refusal is not None, outcome.job
    assert outcome.refusal.status_code == 422, outcome.job
    assert outcome.job["code"] == "invalid_request"
    named = {error["field"]: NAMED.search(error["message"]) for error in outcome.job["errors"]}
    return {name: found[1].split(", ") if found else [] for name, found in named.items()}


def is_whole(outcome: Outcome) -> bool:
    clips = outcome.job["clips"]
    kept = {clip["status"] for clip in clips} == {"archived"}
    return outcome.job["status"] == "archived" and kept


def is_audio(outcome: Outcome, content_type: str, head: re.Pattern[bytes]) -> bool:
    sounds = [clip["audio"] for clip in outcome.job["clips"]]
    differ = len({sound["sha256"] for sound in sounds}) == len(sounds)
    alike = {sound["content_type"] for sound in sounds} == {content_type}
    return is_whole(outcome) and differ and alike and bool(head.match(outcome.head))


def is_mp3(outcome: Outcome) -> bool:
    return is_audio(outcome, "audio/mpeg", MP3)


def has_clips(outcome: Outcome) -> bool:
    promise = outcome.promise
    said = PAGE.models[outcome.job["provider"]][promise.model].clips
    return len(outcome.job["clips"]) == (said or UNSAID_CLIPS[promise.model])


def is_texts(outcome: Outcome) -> bool:
    clips = outcome.job["clips"]
    silent = all(clip["audio"]["sha256"] is None for clip in clips)
    said = PAGE.models[outcome.job["provider"]][outcome.promise.model].clips
    written = all(clip["lyrics"] for clip in clips)
    return is_whole(outcome) and silent and written and len(clips) == (said or UNSAID_TEXTS)


def titles(outcome: Outcome) -> list[str]:
    return sorted(clip["title"] for clip in outcome.job["clips"])


def is_pair(outcome: Outcome) -> bool:
    return is_mp3(outcome) and titles(outcome) == ["Instrumental", "Vocals"]


def is_parted(outcome: Outcome) -> bool:
    named = titles(outcome)
    some = 2 < len(named) == len({*named}) and {"Vocals"} < {*named} <= PARTS
    return is_mp3(outcome) and some


def is_turned_down(outcome: Outcome) -> bool:
    job = outcome.job
    return bool(job["status"] == "failed" and job["error"]["code"] == "provider_rejected")


MADE: Mapping[Made, Callable[[Outcome], bool]] = {
    Made.MUSIC: lambda outcome: is_mp3(outcome) and has_clips(outcome),
    Made.WAVE: lambda outcome: is_audio(outcome, "audio/wav", WAVE) and has_clips(outcome),
    Made.PAIR: is_pair,
    Made.PARTS: is_parted,
    Made.TEXTS: is_texts,
    Made.NOTHING: is_turned_down,
}


@pytest.mark.parametrize("asked", EVERYTHING, ids=[f"{case}-{name}" for case, name in EVERYTHING])
def test_an_operation_works_or_is_refused_as_documented(
    outcomes: Mapping[Asked, Outcome], asked: Asked
) -> None:
    case, outcome = asked[0], outcomes[asked]

    if outcome.promise.refused:
        assert refused(outcome) == outcome.promise.refused
    else:
        assert outcome.refusal is None, outcome.job
        assert MADE[case.makes](outcome), outcome.job


def test_what_a_clip_says_of_itself_is_what_was_asked_for(
    outcomes: Mapping[Asked, Outcome],
) -> None:
    """Not every provider says it; none says anything else."""
    for (case, _), outcome in outcomes.items():
        asked, clips = case.request, outcome.job.get("clips", ())
        if "lyrics" in asked:
            assert {clip["lyrics"] for clip in clips} <= {LYRICS, None}, outcome.job
        if "instrumental" in asked:
            assert not any(clip["lyrics"] for clip in clips), outcome.job
        if "title" in asked:
            assert {clip["title"] for clip in clips} <= {asked["title"], None}, outcome.job
        if "duration_s" in asked:
            assert {clip["audio"]["duration_s"] for clip in clips} <= {LASTS_S}, outcome.job


@pytest.mark.usefixtures("outcomes")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_option_reaches_its_provider_as_it_is(deployment: Deployment, provider: str) -> None:
    simulator = deployment.addresses.simulators[provider]

    asked = httpx.get(f"{simulator}/_sim/requests", trust_env=False).json()["requests"]

    (option,) = [json.dumps({name: value})[1:-1] for name, value in UNKNOWN.items()]
    assert [request for request in asked if option in json.dumps(request["body"])]


def test_every_operation_is_asked_of_everybody() -> None:
    assert {*PAGE.operations} == {case.operation for case in CASES} == {*Operation}
    assert {*PROVIDERS} == {*simulated.PROVIDERS}
