"""Whether a job was taken or refused: by the HTTP status first, then by a code in the body."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.adapters.providers.http_refusals import (
    REFUSALS,
    WORDS,
    Answer,
    find,
    find_first,
    judge,
    read_answer,
)
from cliphook.adapters.providers.provider import Creation, Declined, Doubtful, Taken

IDS = ("task_id", "data.task_id")
CODES = ("error.code", "error.type", "error", "code")

# What each listed status means, as (our code, whether it may be tried again).
MEANINGS = {
    400: ("provider_rejected", False),
    401: ("provider_unauthorized", False),
    402: ("provider_out_of_credit", False),
    403: ("provider_unauthorized", False),
    404: ("provider_rejected", False),
    405: ("provider_rejected", False),
    413: ("provider_rejected", False),
    415: ("provider_rejected", False),
    422: ("provider_rejected", False),
    429: ("provider_rate_limited", True),
    451: ("provider_rejected", False),
}


def read(value: object) -> Answer:
    return read_answer(json.dumps(value).encode(), task_ids=IDS, codes=CODES)


def judged(status: int, value: object, *, is_body_first: bool = False) -> Creation:
    return judge(status, read(value), WORDS, is_body_first=is_body_first)


def meaning(creation: Creation) -> tuple[str, bool]:
    assert isinstance(creation, Declined)
    return creation.error.code, creation.may_retry


def test_every_refusal_is_held_to_its_meaning() -> None:
    assert {status: meaning(judge(status, Answer(), WORDS)) for status in REFUSALS} == MEANINGS
    assert set(WORDS.values()) <= REFUSALS.keys()


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
@pytest.mark.parametrize("value", [{"task_id": "t-1"}, {"code": 200, "data": {"task_id": "t-1"}}])
def test_a_success_with_an_id_is_taken(status: int, value: object) -> None:
    assert judged(status, value) == Taken("t-1")


@pytest.mark.parametrize("status", [100, 199, 300, 302, 307, 400, 401, 408, 409, 429, 500, 503])
def test_an_id_under_any_other_status_leaves_doubt(status: int) -> None:
    assert isinstance(judged(status, {"task_id": "t-1"}), Doubtful)


@pytest.mark.parametrize("value", [{"code": 402}, {"code": 500}, {"error": "forbidden"}])
def test_an_id_beside_an_error_leaves_doubt(value: dict[str, object]) -> None:
    assert isinstance(judged(200, {"task_id": "t-1", **value}), Doubtful)


@pytest.mark.parametrize("task_id", [None, "", " ", "a b", "a/b", "x" * 129, 5, True, {}, ["t"]])
def test_what_is_no_id_leaves_doubt(task_id: object) -> None:
    assert isinstance(judged(200, {"task_id": task_id}), Doubtful)


def test_an_id_may_have_128_characters() -> None:
    assert judged(200, {"task_id": "x" * 128}) == Taken("x" * 128)


@pytest.mark.parametrize("status", [301, 302, 408, 409, 418, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("value", [None, {"code": 402}, {"error": {"type": "invalid_request"}}])
def test_a_status_that_is_not_listed_leaves_doubt_whatever_the_body_says(
    status: int, value: object
) -> None:
    creation = judged(status, value)

    assert isinstance(creation, Doubtful)
    assert creation.error.code == "submission_unknown"
    assert creation.error.provider_code == str(status)


@pytest.mark.parametrize(("word", "status"), WORDS.items())
def test_a_word_in_the_body_of_a_success_is_a_refusal(word: str, status: int) -> None:
    for said in (word, word.upper(), f" {word}\n"):
        for value in ({"error": {"code": said}}, {"error": {"type": said}}, {"error": said}):
            assert meaning(judged(200, value)) == MEANINGS[status]


@pytest.mark.parametrize("code", [402, "402", " 402"])
def test_a_code_in_the_body_of_a_success_is_a_refusal(code: object) -> None:
    creation = judged(200, {"code": code})

    assert meaning(creation) == MEANINGS[402]
    assert isinstance(creation, Declined)
    assert creation.error.provider_code == "402"


@pytest.mark.parametrize("code", [0, 200, 408, 500, 99_999, "10" * 40, -1, 402.5, True, "٤٠٢", {}])
def test_a_code_that_is_no_refusal_leaves_doubt(code: object) -> None:
    assert isinstance(judged(200, {"code": code}), Doubtful)


@pytest.mark.parametrize("status", [400, 403, 422, 429])
def test_a_status_that_many_refusals_share_is_told_apart_by_the_body(status: int) -> None:
    assert meaning(judged(status, {"error": {"code": "insufficient_credits"}})) == MEANINGS[402]
    assert meaning(judged(status, {"code": 401})) == MEANINGS[401]
    unknown: tuple[object, ...] = ({"error": "odd"}, {"code": 200}, {"code": 500}, None, [])
    for value in unknown:
        assert meaning(judged(status, value)) == MEANINGS[status]


@pytest.mark.parametrize("status", [401, 402, 404, 405, 413, 415, 451])
def test_a_status_with_one_meaning_counts_more_than_the_body(status: int) -> None:
    for value in ({"error": "rate_limited"}, {"code": 429}, {"error": {"type": "invalid_request"}}):
        assert meaning(judged(status, value)) == MEANINGS[status]


def test_the_body_may_be_made_to_count_more() -> None:
    for status in (200, 401, 404, 500, 503):
        assert meaning(judged(status, {"code": 429}, is_body_first=True)) == MEANINGS[429]
    assert isinstance(judged(401, {"code": 500}, is_body_first=True), Doubtful)
    # But a task is taken only where neither says otherwise.
    good = {"code": 200, "task_id": "t-1"}
    assert judged(200, good, is_body_first=True) == Taken("t-1")
    assert isinstance(judged(500, good, is_body_first=True), Doubtful)
    assert meaning(judged(401, {}, is_body_first=True)) == MEANINGS[401]


def test_the_first_code_that_is_known_counts() -> None:
    assert meaning(judged(200, {"error": {"code": "odd", "type": "forbidden"}})) == MEANINGS[403]
    assert meaning(judged(200, {"error": {"code": None}, "code": 429})) == MEANINGS[429]


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b'{"a": 1, "a": 2}', b"[" * 9000])
def test_a_body_that_is_no_json_leaves_the_status(body: bytes) -> None:
    answer = read_answer(body, task_ids=IDS, codes=CODES)

    assert answer == Answer()
    assert meaning(judge(400, answer, WORDS)) == MEANINGS[400]
    assert isinstance(judge(200, answer, WORDS), Doubtful)


def test_a_name_leads_inside() -> None:
    value = {"a": {"b": [1], "c": ""}, "d": None, "e": 0}

    assert find(value, "a.b") == [1]
    for nowhere in ("x", "a.x", "a.b.c", "a.c.d", "d.e", ""):
        assert find(value, nowhere) is None
    assert find_first(value, ("x", "a.c", "d", "e", "a")) == 0
    assert find_first(value, ("x", "d")) is None
    assert find_first([value], ("a",)) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["task_id", "data", "error", "code", "type"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(status=st.integers(100, 599), value=json_values)
def test_whatever_is_said_is_taken_refused_or_in_doubt(status: int, value: object) -> None:
    for is_body_first in (False, True):
        creation = judged(status, value, is_body_first=is_body_first)

        assert isinstance(creation, Taken | Declined | Doubtful)
        assert not isinstance(creation, Taken) or 200 <= status < 300
