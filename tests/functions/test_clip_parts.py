"""GET /v1/clips/{id}/image, /lyrics and /audio?format=, by whole events."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest

from cliphook.domain.companion import Companion, KeptFile, Part
from cliphook.domain.report import Accompanied, ClipArchived, Report
from tests.support.deployed import PUBLIC_URL, Answer, Deployed, Function
from tests.support.lambda_events import query_event
from tests.support.makers import at, passport
from tests.support.problems import problem
from tests.support.sample_world import OTHER_KEY, SAMPLES
from tests.support.samples import TUNES

SUNOAPI = SAMPLES["sunoapi"]
CLIP = SUNOAPI.complete[-1].job.results[0]
NAME = CLIP.provider_clip_id
SHA256 = "cd" * 32
ROUTES = ("audio", "image", "lyrics", "peaks")


@pytest.fixture
def clips(deployed: Deployed) -> Function:
    return deployed.load("clips")


def file(ending: str, content_type: str) -> Companion:
    kept = KeptFile(f"clips/a/b/c/{SHA256}.{ending}", SHA256, 9_000, content_type, at(60))
    return Companion(file=kept)


COVER = Accompanied(NAME, Part.IMAGE, file("jpg", "image/jpeg"), at(60))
WORDS = Accompanied(NAME, Part.TIMED_LYRICS, file("lyrics.json", "application/json"), at(60))
TWIN = Accompanied(NAME, Part.WAV, file("wav", "audio/wav"), at(60))
AUDIO = ClipArchived(NAME, replace(passport(), key="clips/a/b/c/abc.mp3"), at(50))
NO_COVER = Accompanied(NAME, Part.IMAGE, Companion(loss=(at(60), "not_image")), at(60))


def stored(deployed: Deployed, *reports: Report) -> None:
    deployed.store(SUNOAPI.story(*SUNOAPI.opening, SUNOAPI.whole, *reports))


def ask(clips: Function, part: str, query: Mapping[str, str] | None = None, **who: str) -> Answer:
    route = f"GET /v1/clips/{{id}}/{part}"
    return clips.answer(query_event(route, f"/v1/clips/{CLIP.id}/{part}", query, **who))


def signed(answered: Answer) -> tuple[str, str, str]:
    """Tell which file a link is for, how long, and under which name."""
    assert (answered.status, answered.headers["cache-control"]) == (HTTPStatus.FOUND, "no-store")
    link = urlsplit(answered.headers["location"])
    asked = parse_qs(link.query)
    (seconds,), (name,) = asked["X-Amz-Expires"], asked["response-content-disposition"]
    return link.path.partition("/clips/")[2], seconds, name


def test_a_kept_cover_is_seen_by_a_link_that_does_not_live_long(
    clips: Function, deployed: Deployed
) -> None:
    stored(deployed, COVER)

    assert signed(ask(clips, "image")) == (
        f"a/b/c/{SHA256}.jpg",
        "900",
        'inline; filename="Ferry Light.jpg"',
    )


@pytest.mark.parametrize("reports", [(), (NO_COVER,)])
def test_until_a_cover_is_kept_the_providers_own_is_shown(
    reports: tuple[Report, ...], clips: Function, deployed: Deployed
) -> None:
    stored(deployed, *reports)

    answered = ask(clips, "image")

    assert answered.headers["location"] == TUNES["sunoapi"].clips[0].image_url


def test_a_clip_says_what_is_kept_beside_it(clips: Function, deployed: Deployed) -> None:
    stored(deployed, AUDIO, COVER, WORDS, TWIN)
    base = f"{PUBLIC_URL}/v1/clips/{CLIP.id}"

    clip = clips.answer(query_event("GET /v1/clips/{id}", f"/v1/clips/{CLIP.id}")).json

    assert clip["image"] == {
        "url": f"{base}/image",
        "content_type": "image/jpeg",
        "size_bytes": 9_000,
        "sha256": SHA256,
        "error": None,
    }
    assert clip["timed_lyrics"]["url"] == f"{base}/lyrics?format=timed"
    assert clip["audio"]["formats"] == ["mp3", "wav"]


def test_a_clip_says_why_its_cover_is_not_kept(clips: Function, deployed: Deployed) -> None:
    stored(deployed, NO_COVER)

    clip = clips.answer(query_event("GET /v1/clips/{id}", f"/v1/clips/{CLIP.id}")).json

    nothing = dict.fromkeys(("url", "content_type", "size_bytes", "sha256"))
    assert clip["image"] == nothing | {"error": "not_image"}
    assert (clip["timed_lyrics"], clip["audio"]["formats"]) == (None, [])


def test_lyrics_are_read_as_they_are_known(clips: Function, deployed: Deployed) -> None:
    stored(deployed)

    for query in (None, {"format": "plain"}):
        answered = ask(clips, "lyrics", query)

        assert answered.status == HTTPStatus.OK
        assert answered.headers["content-type"] == "text/plain; charset=utf-8"
        assert answered.headers["x-content-type-options"] == "nosniff"
        assert answered.body == TUNES["sunoapi"].clips[0].lyrics


def test_words_in_time_are_there_or_are_not_found(clips: Function, deployed: Deployed) -> None:
    stored(deployed)
    problem(ask(clips, "lyrics", {"format": "timed"}), HTTPStatus.NOT_FOUND, "not_found")
    name = SUNOAPI.story(*SUNOAPI.opening, SUNOAPI.whole, WORDS)[-1]
    assert deployed.jobs.commit(name, None)

    key, _, disposition = signed(ask(clips, "lyrics", {"format": "timed"}))

    assert key == f"a/b/c/{SHA256}.lyrics.json"
    assert disposition == 'inline; filename="Ferry Light.json"'


@pytest.mark.parametrize(("wanted", "name"), [("mp3", "abc.mp3"), ("wav", f"{SHA256}.wav")])
def test_audio_is_had_in_every_format_in_which_it_is_kept(
    wanted: str, name: str, clips: Function, deployed: Deployed
) -> None:
    stored(deployed, AUDIO, TWIN)

    key, _, disposition = signed(ask(clips, "audio", {"format": wanted}))

    assert key == f"a/b/c/{name}"
    assert disposition == f'inline; filename="Ferry Light.{wanted}"'


@pytest.mark.parametrize(("reports", "formats"), [((AUDIO,), ["mp3"]), ((), [])])
def test_a_format_in_which_it_is_not_kept_is_refused_with_those_that_there_are(
    reports: tuple[Report, ...], formats: list[str], clips: Function, deployed: Deployed
) -> None:
    stored(deployed, *reports)

    answered = ask(clips, "audio", {"format": "wav"})

    problem(answered, HTTPStatus.NOT_FOUND, "format_unavailable")
    assert answered.json["formats"] == formats


@pytest.mark.parametrize(("part", "wanted"), [("audio", "exe"), ("lyrics", "lrc")])
def test_a_format_that_there_is_not_is_an_invalid_request(
    part: str, wanted: str, clips: Function, deployed: Deployed
) -> None:
    stored(deployed, AUDIO)

    problem(
        ask(clips, part, {"format": wanted}), HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request"
    )


@pytest.mark.parametrize("part", ROUTES)
def test_nothing_of_another_account_can_be_had(
    part: str, clips: Function, deployed: Deployed
) -> None:
    stored(deployed, AUDIO, COVER, WORDS)

    problem(ask(clips, part, key=OTHER_KEY), HTTPStatus.NOT_FOUND, "not_found")
    problem(ask(clips, part, key=""), HTTPStatus.UNAUTHORIZED, "unauthenticated")


def test_what_there_is_not_beside_a_clip_is_not_found(clips: Function, deployed: Deployed) -> None:
    stored(deployed, AUDIO)

    problem(ask(clips, "video"), HTTPStatus.NOT_FOUND, "not_found")
