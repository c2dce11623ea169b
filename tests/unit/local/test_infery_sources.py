"""What a request refers to is really fetched, from this machine only, or has to be known."""

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from local.simulators import Served
from tests.unit.local.infery_client import (
    FAST,
    SOUND,
    SUNO,
    ask,
    credits_of,
    entries,
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
    with other(replace(FAST, tunes=0)) as sim:
        urls = [link(sim, **SOUND | {"response_format": form}) for form in ("mp3", "wav")]
        made = []
        for url in (*urls, urls[0]):
            assert items(cover(sim, url))
            made.append(sim.world.tasks[entries(sim)[-1]["task_id"]].brief)

    assert made[0] == made[2] != made[1]


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
    [
        "http://127.0.0.1:1/a.mp3",
        "http://[x/a",
        "http://127.0.0.1:x/a",
        "ftp://127.0.0.1/a",
        "a.mp3",
    ],
)
def test_an_address_where_nobody_is_fails_the_request(infery: Served, url: str) -> None:
    assert error_of(cover(infery, url)) == UNFETCHED


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """Serve whatever a path says: its status, and how much of something that begins so."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, size, magic = self.path[1:].split("/")
            self.send_response(int(status))
            self.send_header("content-length", size)
            self.end_headers()
            left, block = int(size), bytes.fromhex(magic) + bytes(1 << 20)
            with contextlib.suppress(OSError):
                while left > 0:
                    self.wfile.write(block[:left])
                    left -= len(block)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


MAGIC = ["49443304", "fffb9064", "52494646", "4f676753", "664c6143", "0000002066747970"]


@pytest.mark.parametrize("magic", MAGIC)
def test_every_kind_of_audio_is_known_by_how_it_begins(
    infery: Served, host: str, magic: str
) -> None:
    assert items(cover(infery, f"{host}/200/1000/{magic}"))


@pytest.mark.parametrize("status", [201, 403, 404, 500])
def test_audio_under_another_status_is_no_upload(infery: Served, host: str, status: int) -> None:
    assert error_of(cover(infery, f"{host}/{status}/1000/{MAGIC[0]}")) == UNFETCHED


@pytest.mark.parametrize("path", ["200/1000/3c68746d6c3e", "200/0/", "200/7/fffb9064"])
def test_what_is_no_audio_is_no_upload(infery: Served, host: str, path: str) -> None:
    assert error_of(cover(infery, f"{host}/{path}")) == UNFETCHED


def test_an_upload_has_at_most_100_mib(infery: Served, host: str) -> None:
    most = 100 << 20

    assert items(cover(infery, f"{host}/200/{most}/{MAGIC[0]}"))
    assert last_upload(infery)["size_bytes"] == most
    assert error_of(cover(infery, f"{host}/200/{most + 1}/{MAGIC[0]}")) == UNFETCHED


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
    strange = {"operation": "vocal_removal", "audio_id": "nobody's", "task_id": "nobody's"}
    with other() as sim:
        assert len(items(ask(sim, SUNO | strange))) == 2
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
