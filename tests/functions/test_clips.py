"""GET /v1/clips/…, by whole events: what is shown of a clip, and where it can be heard."""

from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest

from cliphook.domain.clip import COPY_BYTES_MAX
from cliphook.domain.passport import Findings
from cliphook.domain.report import ClipArchived, Progress, Said, Via
from cliphook.domain.status import Stage
from tests.support.deployed import PUBLIC_URL, Deployed, Function
from tests.support.lambda_events import load, query_event
from tests.support.makers import at, passport
from tests.support.problems import problem
from tests.support.sample_world import SAMPLES
from tests.support.samples import TUNES

SUNOAPI = SAMPLES["sunoapi"]
CLIP = SUNOAPI.complete[-1].job.results[0]


@pytest.fixture
def clips(deployed: Deployed) -> Function:
    return deployed.load("clips")


def test_a_clip_is_shown(clips: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.complete)

    clip = clips.answer(load("clips", "clip")).json

    tune = TUNES["sunoapi"].clips[0]
    assert (clip["id"], clip["job_id"], clip["index"]) == (CLIP.id, SUNOAPI.job_id, 0)
    assert (clip["title"], clip["lyrics"]) == (tune.title, tune.lyrics)
    assert clip["audio"]["url"] == f"{PUBLIC_URL}/v1/clips/{CLIP.id}/audio"
    assert (clip["audio"]["sha256"], clip["audio"]["duration_s"]) == (None, 187.32)


def archived(deployed: Deployed, findings: Findings | None = None) -> None:
    name = CLIP.provider_clip_id
    known = replace(passport(), key="clips/a/b/c/abc.mp3", findings=findings)
    kept = ClipArchived(name, known, at(50))
    deployed.store(SUNOAPI.story(*SUNOAPI.opening, SUNOAPI.whole, kept))


def test_an_archived_clip_is_described_by_its_bytes(clips: Function, deployed: Deployed) -> None:
    archived(deployed)

    clip = clips.answer(load("clips", "clip")).json

    expected = {"sha256": "ab" * 32, "size_bytes": 4_000_000, "content_type": "audio/mpeg"}
    assert clip["status"] == "archived"
    assert expected.items() <= clip["audio"].items()


def test_an_archived_clip_is_heard_by_a_link_that_does_not_live_long(
    clips: Function, deployed: Deployed
) -> None:
    archived(deployed)

    answered = clips.answer(load("clips", "audio"))

    link = urlsplit(answered.headers["location"])
    assert answered.status == HTTPStatus.FOUND
    assert answered.headers["cache-control"] == "no-store"
    assert link.path == f"/{deployed.bucket}/clips/a/b/c/abc.mp3"
    asked = parse_qs(link.query)
    assert asked["X-Amz-Expires"] == ["900"]
    assert asked["response-content-disposition"] == ['inline; filename="Ferry Light.mp3"']


def test_a_link_may_be_for_keeping_the_file(clips: Function, deployed: Deployed) -> None:
    archived(deployed)

    answered = clips.answer(load("clips", "download"))

    asked = parse_qs(urlsplit(answered.headers["location"]).query)
    assert asked["response-content-disposition"] == ['attachment; filename="Ferry Light.mp3"']


def test_a_clip_says_what_was_found_in_its_file(clips: Function, deployed: Deployed) -> None:
    findings = Findings(
        container="mp3",
        duration_s=Decimal("188.5"),
        off_by_s=Decimal("1.18"),
        loudness_lufs=Decimal("-13.9"),
        peaks_key="clips/a/b/c/abc.peaks.json",
        defects=("truncated",),
    )
    archived(deployed, findings)

    audio = clips.answer(load("clips", "clip")).json["audio"]
    peaks = clips.answer(load("clips", "peaks"))

    assert (audio["duration_s"], audio["off_by_s"]) == (188.5, 1.18)
    assert (audio["container"], audio["loudness_lufs"]) == ("mp3", -13.9)
    assert (audio["true_peak_dbtp"], audio["defects"]) == (None, ["truncated"])
    assert audio["peaks_url"] == f"{PUBLIC_URL}/v1/clips/{CLIP.id}/peaks"
    assert peaks.status == HTTPStatus.FOUND
    link = urlsplit(peaks.headers["location"])
    assert link.path == f"/{deployed.bucket}/clips/a/b/c/abc.peaks.json"


def test_without_a_waveform_there_is_none(clips: Function, deployed: Deployed) -> None:
    archived(deployed)

    assert clips.answer(load("clips", "clip")).json["audio"]["peaks_url"] is None
    problem(clips.answer(load("clips", "peaks")), HTTPStatus.NOT_FOUND, "not_found")


def test_clips_are_listed_as_they_are_shown(clips: Function, deployed: Deployed) -> None:
    archived(deployed)

    listed = clips.answer(load("clips", "clips")).json
    of_archived = clips.answer(load("clips", "archived")).json

    one = clips.answer(load("clips", "clip")).json
    assert [clip["status"] for clip in listed["data"]] == ["ready", "archived"]
    assert listed["data"][1] == one
    assert of_archived == {"data": [one], "next_cursor": None}


WRONG = [
    ("/v1/clips", {"limit": "0"}),
    ("/v1/clips", {"cursor": "job_01KAJ5T1W0000000000000000A"}),
    ("/v1/clips", {"status": "good"}),
    (f"/v1/clips/{CLIP.id}/audio", {"disposition": "hidden"}),
]


@pytest.mark.parametrize(("path", "asked"), WRONG, ids=str)
def test_a_bad_parameter_is_a_422_that_names_it(
    path: str, asked: dict[str, str], clips: Function, deployed: Deployed
) -> None:
    archived(deployed)
    route = path.replace(CLIP.id, "{id}")

    answered = clips.answer(query_event(f"GET {route}", path, asked))

    found = problem(answered, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
    assert [error["field"] for error in found["errors"]] == [*asked]


def test_a_clip_is_heard_at_its_provider_until_it_is_archived(
    clips: Function, deployed: Deployed
) -> None:
    tune = TUNES["sunoapi"]
    deployed.store(
        SUNOAPI.story(
            *SUNOAPI.opening, Said(1, tune.at(Stage.FIRST, *tune.silent), Via.CALLBACK, at(30))
        )
    )

    answered = clips.answer(load("clips", "audio"))

    assert answered.status == HTTPStatus.FOUND
    assert answered.headers["location"] == tune.clips[0].stream_url


def test_the_same_address_leads_to_the_stream_and_then_to_the_archive(
    clips: Function, deployed: Deployed
) -> None:
    tune = TUNES["sunoapi"]
    first = Said(1, tune.at(Stage.FIRST, *tune.silent), Via.CALLBACK, at(30))
    known = replace(passport(), key="clips/a/b/c/abc.mp3")
    kept = ClipArchived(CLIP.provider_clip_id, known, at(50))
    *story, last = SUNOAPI.story(*SUNOAPI.opening, first, SUNOAPI.whole, kept)
    ref = deployed.store(tuple(story[:4]))
    assert deployed.job().stage is Stage.FIRST
    streamed = clips.answer(load("clips", "audio"))

    for change in (*story[4:], last):
        assert deployed.jobs.commit(change, None)
    archived = clips.answer(load("clips", "audio"))

    assert ref.job_id == SUNOAPI.job_id
    assert streamed.headers["location"] == tune.clips[0].stream_url
    assert urlsplit(archived.headers["location"]).path == f"/{deployed.bucket}/{known.key}"
    assert streamed.headers["cache-control"] == archived.headers["cache-control"] == "no-store"


def test_a_clip_says_where_to_fetch_it_and_of_a_copy_only_what_there_can_be(
    clips: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.complete)
    url = f"{PUBLIC_URL}/v1/clips/{CLIP.id}"

    links = clips.answer(load("clips", "clip")).json["links"]

    assert links == {"self": url, "audio": f"{url}/audio", "tagged": None}


@pytest.mark.parametrize(("more", "is_offered"), [(0, True), (1, False)])
def test_a_copy_with_tags_is_offered_of_what_is_short_enough(
    more: int, clips: Function, deployed: Deployed, *, is_offered: bool
) -> None:
    known = replace(passport(), size_bytes=COPY_BYTES_MAX + more)
    kept = ClipArchived(CLIP.provider_clip_id, known, at(50))
    deployed.store(SUNOAPI.story(*SUNOAPI.opening, SUNOAPI.whole, kept))

    links = clips.answer(load("clips", "clip")).json["links"]

    offered = f"{PUBLIC_URL}/v1/clips/{CLIP.id}/tagged"
    assert links["tagged"] == (offered if is_offered else None)


def test_as_long_as_there_is_nothing_to_hear_it_is_a_404(
    clips: Function, deployed: Deployed
) -> None:
    mute = replace(TUNES["sunoapi"].silent[0], stream_url=None)
    word = Progress(None, Stage.TEXT, (mute,))
    deployed.store(SUNOAPI.story(*SUNOAPI.opening, Said(1, word, Via.CALLBACK, at(20))))

    problem(clips.answer(load("clips", "audio")), HTTPStatus.NOT_FOUND, "not_found")
