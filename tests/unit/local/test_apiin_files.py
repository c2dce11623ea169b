"""The tracks of the simulated apiin have no address but the pipe that they are made in."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from local.simulators import Served, serve
from local.simulators.file_faults import PRIVATE_URL
from tests.unit.local.apiin_client import ask, at, finished, results, task_of
from tests.unit.local.conftest import QUICK
from tests.unit.local.mpeg import duration_s, is_mp3
from tests.unit.local.receiver import CLIENT


@pytest.fixture(scope="module")
def apiin() -> Iterator[Served]:
    with serve("apiin", QUICK) as sim:
        yield sim


def track(sim: Served, name: str) -> str:
    """Give the address of a finished track of a scenario."""
    return str(results(sim, finished(sim, prompt=f"[[sim:{name}]]"))[0]["audio_url"])


def test_a_pipe_has_no_extension_and_the_whole_track_when_it_is_finished(apiin: Served) -> None:
    (result, _) = results(apiin, finished(apiin))
    answer = CLIENT.get(result["audio_url"])

    assert "." not in urlsplit(result["audio_url"]).path
    assert answer.headers["content-type"] == "audio/mpeg"
    assert is_mp3(answer.content)
    assert duration_s(answer.content) == pytest.approx(result["duration"], abs=0.1)


def test_a_pipe_streams_what_is_not_finished_and_nothing_before_there_is_a_text(
    apiin: Served,
) -> None:
    slow = task_of(ask(apiin, {"prompt": "[[sim:S2-slow]]"}))
    unfinished = at(apiin, slow, "text")[0]["id"]

    streamed = CLIENT.get(f"{apiin.base_url}/pipe/?item_id={unfinished}")

    assert "content-length" not in streamed.headers
    assert is_mp3(streamed.content)
    assert CLIENT.get(f"{apiin.base_url}/pipe/?item_id=nobody").status_code == 404
    assert CLIENT.get(f"{apiin.base_url}/pipe/").status_code == 404


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("S14-audio-404-then-ok", [(404, False), (404, False), (200, True)]),
        ("S15-empty-audio", [(200, False)] * 2),
        ("S15-empty-audio-then-ok", [(200, False), (200, True)]),
        ("S16-wrong-content-type", [(200, True)]),
        ("S17-expired-url", [(403, False)] * 2),
        ("audio-403-then-ok", [(403, False), (200, True)]),
        ("audio-html", [(200, False)]),
        ("audio-garbage", [(200, False)]),
        ("audio-wav", [(200, False)]),
    ],
)
def test_fetches_go_as_the_scenario_says(
    apiin: Served, name: str, seen: list[tuple[int, bool]]
) -> None:
    url = track(apiin, name)

    for status, sound in seen:
        answer = CLIENT.get(url)
        assert (answer.status_code, is_mp3(answer.content)) == (status, sound)


def test_redirects_lead_to_the_file_to_nowhere_or_to_themselves(apiin: Served) -> None:
    moved = CLIENT.get(track(apiin, "audio-redirect"))
    private = CLIENT.get(track(apiin, "audio-redirect-private"))
    loop = track(apiin, "audio-redirect-loop")

    assert is_mp3(CLIENT.get(f"{apiin.base_url}{moved.headers['location']}").content)
    assert private.headers["location"] == PRIVATE_URL
    assert f"{apiin.base_url}{CLIENT.get(loop).headers['location']}" == loop


def test_half_a_track_promises_twice_what_it_sends(apiin: Served) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        CLIENT.get(track(apiin, "audio-half"))


def test_a_track_can_be_read_in_parts(apiin: Served) -> None:
    url = track(apiin, "S1-happy")

    part = CLIENT.get(url, headers={"range": "bytes=1000-1999"})

    assert (part.status_code, part.content) == (206, CLIENT.get(url).content[1000:2000])


def test_a_cover_is_a_picture(apiin: Served) -> None:
    (result, _) = results(apiin, finished(apiin))

    assert CLIENT.get(result["image_url"]).content.startswith(b"\x89PNG")


def test_a_length_may_be_a_lie(apiin: Served) -> None:
    honest, lying = (
        results(apiin, finished(apiin, prompt=f"[[sim:{name}]]"))[0]["duration"]
        for name in ("S1-happy", "audio-length-lie")
    )

    assert lying == pytest.approx(honest * 10, abs=0.2)
