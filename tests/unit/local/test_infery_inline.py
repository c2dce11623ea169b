"""The audio of infery may stand inside the answer, of any size, and written in several ways."""

import asyncio
import base64
import json
from collections.abc import Iterator

import pytest
from starlette.responses import StreamingResponse

from local.simulators import Served
from local.simulators.infery_inline import STREAMED_FROM_BYTES, answer_with, mp3
from local.simulators.infery_switches import INLINE_BYTES_MAX
from tests.unit.local.infery_client import (
    PATH,
    SOUND,
    SUNO,
    ask,
    bytes_of,
    ended,
    is_wav,
    items,
    job_of,
    other,
)
from tests.unit.local.mpeg import duration_s, frames
from tests.unit.local.receiver import CLIENT, KEY

MIB = 1 << 20


@pytest.fixture(scope="module")
def infery() -> Iterator[Served]:
    with other(requests_per_minute=0) as sim:
        yield sim


def last_frame(content: bytes) -> bytes:
    found = frames(content)
    start = len(content) - found[-1].size
    assert frames(content[start:]) == [found[-1]]
    return content[start:]


def test_audio_is_inline_where_the_storage_failed(infery: Served) -> None:
    with other(fallback_b64=True) as sim:
        by_switch = items(ask(sim, SOUND))
    by_scenario = items(ask(infery, SOUND, "b64-fallback"))

    for item in (*by_switch, *by_scenario):
        assert [*item] == ["b64_audio", "content_type", "duration_seconds"]
        assert duration_s(bytes_of(item)) == pytest.approx(item["duration_seconds"], abs=0.1)


def test_a_wav_may_be_inline(infery: Served) -> None:
    item = items(ask(infery, SOUND | {"response_format": "wav"}, "b64-fallback"))[0]

    assert item["content_type"] == "audio/wav"
    assert is_wav(bytes_of(item))


def test_results_may_be_mixed_or_have_both(infery: Served) -> None:
    linked, inline = items(ask(infery, SOUND, "mixed-data"))
    both = items(ask(infery, SOUND, "url-and-b64"))[0]

    assert ("url" in linked, "b64_audio" in linked) == (True, False)
    assert ("url" in inline, "b64_audio" in inline) == (False, True)
    content = CLIENT.get(both["url"]).content
    assert frames(content) == frames(bytes_of(both))
    assert content[-4096:] == bytes_of(both)[-4096:]


def test_a_polled_job_may_have_its_audio_inline() -> None:
    with other(mode="async_prose", fallback_b64=True) as sim:
        item = ended(sim, job_of(ask(sim, SOUND)))["result"]["data"][0]

    assert len(frames(bytes_of(item))) > 100


def test_slashes_may_be_escaped_and_mean_the_same(infery: Served) -> None:
    with other(escaped_slashes=True, fallback_b64=True) as sim:
        by_switch = ask(sim, SOUND).content
    by_scenario = ask(infery, SOUND, "b64-escaped-slashes").content
    plain = ask(infery, SOUND, "b64-fallback").content

    for content in (by_switch, by_scenario):
        assert content.count(rb"\/") > 1000
        assert content.count(b"/") - content.count(rb"\/") < 100
        told = [item["b64_audio"] for item in json.loads(content)["data"]]
        assert told == [item["b64_audio"] for item in json.loads(plain)["data"]]
    assert rb"\/" not in plain


def test_inline_audio_may_have_a_prefix_or_be_broken(infery: Served) -> None:
    prefixed = items(ask(infery, SOUND, "b64-data-url"))[0]["b64_audio"]
    broken = items(ask(infery, SOUND, "b64-broken"))[0]["b64_audio"]

    head, _, text = prefixed.partition(",")
    assert head == "data:audio/mpeg;base64"
    assert len(frames(base64.b64decode(text, validate=True))) > 100
    with pytest.raises(ValueError, match=r"padding|data characters"):
        base64.b64decode(broken, validate=True)


@pytest.mark.parametrize(
    ("size", "form"),
    [(3 * MIB + 1, "mp3"), (MIB, "mp3"), (100_000, "mp3"), (3 * MIB, "wav"), (100_000, "wav")],
)
def test_inline_audio_has_the_size_that_is_chosen_and_its_length_is_told(
    size: int, form: str
) -> None:
    with other(inline_bytes=size, fallback_b64=True, n_items=1) as sim:
        (item,) = items(ask(sim, SOUND | {"response_format": form}))

    content = bytes_of(item)
    assert len(content) == size
    if form == "wav":
        assert is_wav(content)
        assert item["duration_seconds"] == pytest.approx((size - 44) / 4 / 48_000, abs=0.01)
    else:
        assert item["duration_seconds"] == pytest.approx(duration_s(content), abs=0.01)
        # Behind its tag, the file is frames to the last byte.
        assert content.endswith(last_frame(content))


def test_large_inline_audio_is_sent_in_pieces_and_arrives_whole(infery: Served) -> None:
    body = SUNO | {"prompt": "Folk [[sim:b64-large]]"}
    received, last = 0, b""
    with CLIENT.stream("POST", f"{infery.base_url}{PATH}", json=body, headers=KEY) as answer:
        for piece in answer.iter_raw():
            received += len(piece)
            last = (last + piece)[-200:]

    assert "content-length" not in answer.headers
    assert received > 60 * MIB * 4 // 3
    assert last.endswith(b'"credits_used":180}')


def test_an_inline_file_of_200_mib_is_never_whole_in_memory() -> None:
    song = bytes(480) * 100
    file = mp3(song, title="A", size_bytes=INLINE_BYTES_MAX, writing="plain")

    sizes = [len(block) for block in file.blocks()]

    assert sum(sizes) == INLINE_BYTES_MAX
    assert max(sizes) < MIB
    assert max(map(len, file.written())) < MIB
    assert file.size_bytes > STREAMED_FROM_BYTES


def test_an_answer_in_pieces_lets_others_have_their_turn() -> None:
    # Among them whoever notices that the reader has left: sending to nobody never waits.
    async def turns_between_two_pieces() -> list[str]:
        file = mp3(bytes(480), title="A", size_bytes=STREAMED_FROM_BYTES + 1, writing="plain")
        answer = answer_with({"audio": file}, {})
        assert isinstance(answer, StreamingResponse)
        turns: list[str] = []
        pieces = aiter(answer.body_iterator)
        await anext(pieces)
        asyncio.get_running_loop().call_soon(turns.append, "another's")
        await anext(pieces)
        return [*turns]

    assert asyncio.run(turns_between_two_pieces()) == ["another's"]


def test_pieces_of_base64_join_without_padding_between(infery: Served) -> None:
    text = items(ask(infery, SOUND, "b64-fallback"))[0]["b64_audio"]

    assert "=" not in text[:-2]
    assert len(text) % 4 == 0
