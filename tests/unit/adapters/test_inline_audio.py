"""Audio inside an answer becomes files, and what is none costs only itself."""

import base64
import hashlib
import json
import os
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from cliphook.adapters.inline_audio import BODY_MAX_BYTES, FILES_MAX, LEFTOVER_S, split
from cliphook.domain.errors import OversizedBodyError
from tests.support.ways_of_json import units

TUNE = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(range(256))
TUNE_TEXT = base64.b64encode(TUNE).decode()
WAVE = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00" + b"\xfb\xff\xbf" * 40


@pytest.mark.parametrize("size", range(1, 14))
def test_the_documented_fallback_is_a_file(size: int) -> None:
    body = b'{"data": [{"b64_audio": "SUQzBAAAAAAA", "content_type": "audio/mpeg"}]}'

    with split(body[at : at + size] for at in range(0, len(body), size)) as parts:
        assert parts.body == b'{"data": [{"b64_audio": "inline:0", "content_type": "audio/mpeg"}]}'
        (file,) = parts.files
        assert file
        assert (file.size_bytes, file.content_type, file.extension) == (9, "audio/mpeg", "mp3")
        assert file.path.read_bytes() == b"ID3\x04\x00\x00\x00\x00\x00"


@pytest.mark.parametrize(
    "text",
    [
        "SUQzB!AAAAAA",
        "SUQzBAAAAAAA=",
        "SUQzBAAAA",
        "SUQz=BAAAAAA",
        "SUQzBA==SUQz",
        "SUQzBA== SUQz",
        "SUQzBAAAAAAÄ",
        'SUQzBAAAAAA"',
        "SUQzBAAAAAA\\",
        "SUQzBAAAAAA\\/",
        "data:audio/mpeg,SUQzBAAAAAAA",
        "data:audio/mpeg;base64SUQzBAAAAAAA",
        "date:audio/mpeg;base64,SUQzBAAAAAAA",
        f"data:{'x' * 200};base64,SUQzBAAAAAAA",
        "SUQzdata:;base64,BAAAAAAA",
        "data:",
        "dat",
        # The first is white space, the second is a page in HTML.
        " ",
        "PGh0bWw+PC9odG1sPg==",
    ],
)
@pytest.mark.parametrize("size", [1, 100_000])
def test_what_is_no_audio_costs_only_itself(text: str, size: int, tmp_path: Path) -> None:
    items = [{"b64_audio": TUNE_TEXT}, {"b64_audio": text}, {"b64_audio": TUNE_TEXT}]
    body = json.dumps({"data": items}).encode()

    with split((body[at : at + size] for at in range(0, len(body), size)), tmp_path) as parts:
        assert json.loads(parts.body) == {
            "data": [{"b64_audio": "inline:0"}, {"b64_audio": None}, {"b64_audio": "inline:2"}]
        }
        one, none, two = parts.files
        assert one
        assert two
        assert none is None
        assert one.path.read_bytes() == two.path.read_bytes() == TUNE
        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


@pytest.mark.parametrize("escape", ["\\u00", "\\u00zz", "\\uSUQz"])
def test_an_escape_that_there_is_not_costs_only_its_value(escape: str) -> None:
    with split([f'{{"b64_audio": "SUQz{escape}BAAAAAAA"}}'.encode()]) as parts:
        assert parts.body == b'{"b64_audio": null}'


def test_what_is_broken_is_not_written_on(tmp_path: Path) -> None:
    chunks = (b'{"b64_audio": "!AAA', base64.b64encode(bytes(1100)), b'"}')

    with split(chunks, tmp_path, file_max_bytes=1000) as parts:
        assert parts.body == b'{"b64_audio": null}'


def test_base64_is_read_in_every_way_in_which_it_is_written() -> None:
    usual = base64.b64encode(WAVE).decode()
    assert min(usual.count("/"), usual.count("+")) > 10
    folded = "\r\n".join(usual[at : at + 76] for at in range(0, len(usual), 76))
    for text in (
        json.dumps(usual),
        json.dumps(usual).replace("/", "\\/"),
        json.dumps(usual).replace("+", "\\u002b").replace("/", "\\u002F"),
        json.dumps(usual.replace("+", "-").replace("/", "_").rstrip("=")),
        json.dumps(folded),
        f'"{folded}"',
        f'"{folded}"'.replace("+", "\\u002b"),
        units(usual),
        f'"data:audio/wav;base64,{usual}"',
        f'"data:audio\\/wav;base64,{folded}"',
    ):
        body = f'{{"b64_audio": {text}}}'.encode()
        for size in (1, len(body)):
            with split(body[at : at + size] for at in range(0, len(body), size)) as parts:
                (file,) = parts.files
                assert file
                assert file.path.read_bytes() == WAVE


@pytest.mark.parametrize("value", ["null", '""', "5", "[]", '{"url": "x"}', "true"])
def test_a_value_without_text_stays_as_it_is(value: str) -> None:
    body = f'{{"b64_audio": {value}, "b64_audio" : {value}}}'.encode()

    with split([body]) as parts:
        assert parts.body == body
        assert parts.files == ()


def test_an_answer_that_breaks_off_stays_broken(tmp_path: Path) -> None:
    for end in ("", '"', "SUQzBAAA", "SUQz\\", "SUQz\\u00"):
        with split([f'{{"b64_audio": {end}'.encode()], tmp_path) as parts:
            assert parts.files == ()
            with pytest.raises(ValueError, match="line 1"):
                json.loads(parts.body)
        assert [*tmp_path.iterdir()] == []


def test_the_files_are_gone_afterwards(tmp_path: Path) -> None:
    with split([f'{{"b64_audio": "{TUNE_TEXT}"}}'.encode()], tmp_path) as parts:
        (file,) = parts.files
        assert file
        assert file.path.is_relative_to(tmp_path)
        assert file.path.exists()

    assert [*tmp_path.iterdir()] == []


def test_the_files_are_gone_where_an_answer_breaks_off(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield f'[{{"b64_audio": "{TUNE_TEXT}"}}, {{"b64_audio": "SUQz'.encode()
        assert [*tmp_path.rglob("1")] != []
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError), split(chunks(), tmp_path):
        pass

    assert [*tmp_path.iterdir()] == []


def test_a_file_may_be_as_large_as_its_limit_and_no_larger(tmp_path: Path) -> None:
    def answer(size: int) -> bytes:
        content = TUNE[:10] + bytes(size - 10)
        return json.dumps({"b64_audio": base64.b64encode(content).decode()}).encode()

    with split([answer(1000)], tmp_path, file_max_bytes=1000) as parts:
        assert [file and file.size_bytes for file in parts.files] == [1000]

    with (
        pytest.raises(OversizedBodyError),
        split([answer(1001)], tmp_path, file_max_bytes=1000),
    ):
        pass
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("filler", [" ", "!", "\\u0020"])
def test_what_never_becomes_a_file_takes_no_longer_than_one(filler: str, tmp_path: Path) -> None:
    endless = (filler * 100 for _ in range(100))
    body = (part.encode() for part in ('{"b64_audio": "', *endless, '"}'))

    with pytest.raises(OversizedBodyError), split(body, tmp_path, file_max_bytes=1000):
        pass
    assert [*tmp_path.iterdir()] == []


def test_an_answer_may_have_sixteen_files_and_no_more(tmp_path: Path) -> None:
    def answer(count: int) -> bytes:
        items = [{"b64_audio": text} for text in [TUNE_TEXT] * count + [""] * 5]
        return json.dumps(items).encode()

    with split([answer(FILES_MAX)], tmp_path) as parts:
        assert len(parts.files) == FILES_MAX == 16
        assert all(parts.files)

    with pytest.raises(OversizedBodyError), split([answer(FILES_MAX + 1)], tmp_path):
        pass


def test_the_rest_of_an_answer_may_have_256_kib_and_no_more() -> None:
    def answer(length: int) -> list[bytes]:
        body = f'{{"b64_audio": "{TUNE_TEXT}", "url": "'.encode()
        rest = len(b'{"b64_audio": "inline:0", "url": ""}')
        return [body, b"x" * (length - rest), b'"}']

    with split(answer(BODY_MAX_BYTES)) as parts:
        assert len(parts.body) == BODY_MAX_BYTES == 256 * 1024
        assert all(parts.files)

    with pytest.raises(OversizedBodyError), split(answer(BODY_MAX_BYTES + 1)):
        pass


def test_a_large_file_comes_through_whole_in_one_chunk_or_many(tmp_path: Path) -> None:
    content = WAVE + os.urandom(700_001)
    text = base64.b64encode(content).decode().replace("/", "\\/")
    body = f'{{"data": [{{"b64_audio": "{text}"}}]}}'.encode()

    for size in (len(body), 100_000, 4099):
        chunks = [body[at : at + size] for at in range(0, len(body), size)]
        with split(chunks, tmp_path) as parts:
            (file,) = parts.files
            assert file
            assert file.path.read_bytes() == content
            assert file.sha256 == hashlib.sha256(content).hexdigest()


def test_the_memory_it_takes_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"b64_audio": "'
        yield from (TUNE_TEXT[: len(TUNE_TEXT) // 4 * 4 - 4].encode() * 500 for _ in range(64))
        yield b'"}'

    tracemalloc.start()
    with split(chunks(), tmp_path) as parts:
        _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [file and file.size_bytes > 8_000_000 for file in parts.files] == [True]
    assert peak_bytes < 2_000_000


def test_what_a_killed_call_left_is_cleared_away(tmp_path: Path) -> None:
    left, recent, foreign = (
        tmp_path / f"{name}x" for name in ("cliphook-inline-a", "cliphook-inline-b", "other-")
    )
    for folder in (left, recent, foreign):
        folder.mkdir()
        (folder / "0").write_bytes(TUNE)
    for folder in (left, foreign):
        os.utime(folder, times=(0, time.time() - LEFTOVER_S - 1))

    with split([b"{}"], tmp_path):
        pass

    assert {*tmp_path.iterdir()} == {recent, foreign}
