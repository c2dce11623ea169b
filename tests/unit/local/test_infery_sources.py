"""What a request refers to is really fetched, from this machine only, or has to be known."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from local.simulators import Served
from tests.unit.local.infery_client import (
    FAST,
    SOUND,
    SUNO,
    ask,
    bytes_of,
    credits_of,
    error_of,
    items,
    other,
)
from tests.unit.local.receiver import CLIENT, get

UPLOADS = ["upload_cover", "upload_extend", "add_instrumental", "add_vocals"]
UNFETCHED = (400, "upload_url_unreachable")


@pytest.fixture(scope="module")
def infery() -> Iterator[Served]:
    with other(requests_per_minute=0) as sim:
        yield sim


def link(sim: Served, scenario: str = "", **fields: object) -> str:
    """Make music, to have an address where audio is, or goes wrong."""
    return str(items(ask(sim, SUNO | fields, scenario))[0]["url"])


def cover(sim: Served, url: str, operation: str = "upload_cover") -> Any:
    return ask(sim, SUNO | {"operation": operation, "upload_url": url})


def last_upload(sim: Served) -> dict[str, Any]:
    found: list[dict[str, Any]] = get(sim, "/_sim/uploads").json()["uploads"]
    return found[-1]


@pytest.mark.parametrize("operation", UPLOADS)
def test_an_upload_url_is_fetched_whole(infery: Served, operation: str) -> None:
    url = link(infery)

    assert items(cover(infery, url, operation))
    content = CLIENT.get(url).content
    assert last_upload(infery)["sha256"] == hashlib.sha256(content).hexdigest()
    assert last_upload(infery)["size_bytes"] == len(content)


def test_a_log_of_what_was_fetched_shows_no_signature(infery: Served) -> None:
    cover(infery, link(infery))

    assert "X-Goog" not in get(infery, "/_sim/uploads").text


def test_another_upload_makes_other_music() -> None:
    with other(replace(FAST, tunes=0), n_items=1) as sim:
        urls = [link(sim, **SOUND | {"response_format": form}) for form in ("mp3", "wav")]
        made = [bytes_of(items(cover(sim, url))[0]) for url in (*urls, urls[0])]

    assert _music(made[0]) == _music(made[2]) != _music(made[1])


def test_a_wav_may_be_uploaded(infery: Served) -> None:
    assert items(cover(infery, link(infery, response_format="wav")))


@pytest.mark.parametrize(
    ("scenario", "fetched"),
    [
        ("audio-redirect", True),
        ("S14-audio-404-then-ok", False),
        ("S15-empty-audio", False),
        ("S17-expired-url", False),
        ("audio-html", False),
        ("audio-half", False),
        ("audio-redirect-loop", False),
        ("audio-redirect-private", False),
    ],
)
def test_a_url_that_cannot_be_fetched_fails_the_request_and_costs_nothing(
    infery: Served, scenario: str, *, fetched: bool
) -> None:
    url = link(infery, scenario)
    before = credits_of(infery)

    answer = cover(infery, url)

    assert (answer.status_code == 200) is fetched
    if not fetched:
        assert error_of(answer) == UNFETCHED
        assert credits_of(infery) == before


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/a.mp3", "http://127.0.0.1/[", "ftp://127.0.0.1/a", "a.mp3", "https://"],
)
def test_an_address_where_nobody_is_fails_the_request(infery: Served, url: str) -> None:
    assert error_of(cover(infery, url)) == UNFETCHED


@pytest.mark.parametrize(
    "url", ["https://bucket.example.test/a.mp3?sig=secret", "http://169.254.169.254/latest"]
)
def test_nobody_is_asked_who_is_not_on_this_machine(
    infery: Served, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert error_of(cover(infery, url)) == UNFETCHED
    assert last_upload(infery)["trouble"] == "not on this machine: never asked"
    assert "refusing to fetch" in caplog.text
    assert "secret" not in caplog.text


def test_a_redirect_leads_nobody_off_this_machine(infery: Served) -> None:
    cover(infery, link(infery, "audio-redirect-private"))

    assert last_upload(infery)["trouble"] == "not on this machine: never asked"


def test_nothing_is_fetched_for_who_may_not_ask_or_asks_wrongly(infery: Served) -> None:
    url = link(infery)
    before = len(get(infery, "/_sim/uploads").json()["uploads"])

    body = SUNO | {"operation": "upload_cover", "upload_url": url}
    assert ask(infery, body, authorization="Bearer other").status_code == 401
    assert ask(infery, body | {"title": "x" * 101}).status_code == 400

    assert len(get(infery, "/_sim/uploads").json()["uploads"]) == before


def test_results_are_known_by_their_ids_where_that_is_chosen() -> None:
    with other(extra_ids=True, known_sources=True) as sim:
        first = items(ask(sim, SUNO))[0]
        known = {"operation": "vocal_removal", "audio_id": first["id"], "task_id": first["task_id"]}

        assert len(items(ask(sim, SUNO | known))) == 2
        for name in ("audio_id", "task_id"):
            answer = ask(sim, SUNO | known | {name: "nobody's"})
            assert error_of(answer) == (404, f"{name}_not_found")


def test_a_song_continues_before_its_end() -> None:
    with other(extra_ids=True) as sim:
        first = items(ask(sim, SUNO))[0]
        extend = SUNO | {"operation": "extend", "audio_id": first["id"]}
        end_s = first["duration_seconds"]

        assert items(ask(sim, extend | {"continue_at": end_s - 0.01}))
        assert error_of(ask(sim, extend | {"continue_at": end_s})) == (400, "invalid_value")


def test_stems_are_those_of_the_track_that_is_named() -> None:
    with other(extra_ids=True) as sim:
        tracks = items(ask(sim, SUNO))
        for track in tracks:
            names = {"audio_id": track["id"], "task_id": track["task_id"]}
            two = items(ask(sim, SUNO | {"operation": "vocal_removal"} | names))
            assert {stem["duration_seconds"] for stem in two} == {track["duration_seconds"]}

    assert tracks[0]["duration_seconds"] != tracks[1]["duration_seconds"]


def _music(content: bytes) -> bytes:
    """Leave the tag out, which names the file."""
    return content[content.index(b"\xff\xfb") :]
