"""Foreign JSON is read strictly, within limits, and without ever raising anything unforeseen."""

import json
from contextlib import suppress
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cliphook.adapters.wire import Wire, parse_json, parse_wire
from cliphook.domain.errors import UnreadableReportError

MEBIBYTE = 1024 * 1024


class Pair(Wire):
    one: int
    other: int | None = None


def nested(depth: int, inside: str = "", opening: str = "[") -> bytes:
    """Write lists or objects that stand inside each other."""
    closing = {"[": "]", '{"a":': "}"}[opening]
    if opening != "[":
        inside = inside or "null"
    return (opening * depth + inside + closing * depth).encode()


def seconds_to_read(body: bytes) -> float:
    start = process_time()
    with suppress(UnreadableReportError):
        parse_json(body)
    return process_time() - start


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, true, null, "x"]}', {"a": [1, True, None, "x"]}),
        (b" 5 ", 5),
        (b'"\\ud83c\\udfb5"', "🎵"),
        ('"🎵"'.encode(), "🎵"),
        (b"\xef\xbb\xbf{}", {}),
        (b'"\\u0000"', "\0"),
        (b"198.44", Decimal("198.44")),
        (b"0.1", Decimal("0.1")),
        (b"1e3", Decimal(1000)),
        (b"-0", 0),
    ],
)
def test_json_is_read(body: bytes, value: object) -> None:
    assert parse_json(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{}{}",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"// no\n{}",
        b"undefined",
        b"<html></html>",
        b'{"a": 1, "a": 1}',
        b'{"a": {"b": 1, "\\u0062": 2}}',
        b"[NaN]",
        b"Infinity",
        b"-Infinity",
        b'"\xff"',
        b'"\xc3"',
        b'"\xed\xa0\x80"',
        b'"\xc0\x80"',
        b'"\\ud800"',
        b'"\\udfb5\\ud83c"',
        b'{"\\udc00": 1}',
        b'["a", {"b": ["\\ud83c"]}]',
        b'"a\nb"',
        "{}".encode("utf-16"),
        "{}".encode("utf-32"),
        b"01",
        b"1.",
        b"+1",
        b"0x1",
    ],
)
def test_what_is_no_json_text_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableReportError):
        parse_json(body)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("inside", ["", "1", '"x"'])
def test_twenty_levels_are_read_and_no_more(opening: str, inside: str) -> None:
    assert parse_json(nested(20, inside, opening))

    for depth in (21, 22, 1000, 100_000):
        with pytest.raises(UnreadableReportError):
            parse_json(nested(depth, inside, opening))


def test_depth_is_that_of_the_deepest_place() -> None:
    shallow = b"[[],[[]],%s]"

    assert parse_json(shallow % nested(19))
    with pytest.raises(UnreadableReportError):
        parse_json(shallow % nested(20))


@pytest.mark.parametrize("number", ["9" * 40, "-" + "9" * 39, "0." + "1" * 38, "1e308", "1e-308"])
def test_a_number_of_a_sane_size_is_read(number: str) -> None:
    assert parse_json(number.encode()) == Decimal(number)


@pytest.mark.parametrize(
    "number",
    [
        "9" * 41,
        "-" + "9" * 40,
        "0." + "1" * 39,
        "1e309",
        "1e-309",
        "1e999999999",
        "-1e999999999",
        "0e999999999",
        "1e-999999999",
        "1e" + "9" * 30,
        "9" * 5000,
    ],
)
def test_a_number_beyond_a_double_is_refused(number: str) -> None:
    with pytest.raises(UnreadableReportError):
        parse_json(number.encode())


@pytest.mark.parametrize(
    "body",
    [
        b"[1e999999999, 1]",
        b"9" * MEBIBYTE,
        b"0." + b"9" * MEBIBYTE,
        b"1e" + b"9" * MEBIBYTE,
        b"[" * MEBIBYTE,
        b'{"a":' * (MEBIBYTE // 5),
        b"[" + b"[]," * (MEBIBYTE // 3) + b"[]]",
        b'"' + b"\\" * MEBIBYTE,
    ],
    ids=range(8),
)
def test_no_megabyte_keeps_the_reader_for_long(body: bytes) -> None:
    assert seconds_to_read(body) < 2


def test_a_number_is_never_written_out() -> None:
    with pytest.raises(UnreadableReportError):
        parse_wire(Pair, b'{"one": 1e999999999}')


@pytest.mark.parametrize("body", [b"5", b"[]", b"{}", b'{"one": "x"}', b'{"one": 1, "other": []}'])
def test_json_that_is_not_the_body_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableReportError):
        parse_wire(Pair, body)


def test_fields_that_we_do_not_use_are_passed_over() -> None:
    assert parse_wire(Pair, b'{"one": 1, "more": {"a": [null]}}') == Pair(one=1)


def test_a_refusal_does_not_quote_the_body() -> None:
    with pytest.raises(UnreadableReportError) as caught:
        parse_wire(Pair, b'{"one": "signed-link"}')

    assert "signed-link" not in f"{caught.value} {caught.value.__cause__}"


@settings(max_examples=500)
@given(body=st.binary(max_size=200))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    try:
        value = parse_json(body)
    except UnreadableReportError:
        return
    assert json.dumps(value, default=str)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**38), 10**38) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(value=values, pretty=st.booleans())
def test_what_is_written_is_read_again(value: object, *, pretty: bool) -> None:
    for ensure_ascii in (True, False):
        text = json.dumps(value, ensure_ascii=ensure_ascii, indent=2 if pretty else None)

        assert parse_json(text.encode()) == value
