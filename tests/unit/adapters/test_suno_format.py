"""What the answers to submissions mean in the suno format, beyond the samples."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.adapters.providers.provider import Creation, Declined, Doubtful, Taken
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.request import Operation
from tests.support.makers import TASK
from tests.support.samples import BUSY, OUT_OF_CREDIT, REFUSALS, REJECTED, UNAUTHORIZED

HTML = b"<html><body>Bad gateway</body></html>"
both = pytest.mark.parametrize("provider", ["sunoapi", "apikley"])

# What both mean by codes that only HTTP, or only the sibling, has.
MORE = {
    "sunoapi": {402: OUT_OF_CREDIT, 403: UNAUTHORIZED, 415: REJECTED, 422: REJECTED, 451: REJECTED},
    "apikley": {400: REJECTED, 403: UNAUTHORIZED, 405: REJECTED, 413: REJECTED, 415: REJECTED}
    | {430: BUSY},
}
MEANINGS = {name: REFUSALS[name] | MORE[name] for name in REFUSALS}
CODES = [(name, code) for name, meanings in MEANINGS.items() for code in meanings]


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def read(provider: str, status: int, body: bytes) -> Creation:
    """Read an answer, which means the same for every operation."""
    row = PROVIDERS[provider]
    (creation,) = {row.read_created(status, body, operation) for operation in Operation}
    return creation


@pytest.mark.parametrize(("provider", "code"), CODES)
@pytest.mark.parametrize("body", [HTML, b"", b"null", b'{"message": "no"}', b"[1]"])
def test_a_refusal_without_a_code_is_told_by_its_status(
    provider: str, code: int, body: bytes
) -> None:
    creation = read(provider, code, body)

    assert isinstance(creation, Declined)
    assert (creation.error.code, creation.may_retry) == MEANINGS[provider][code]


@pytest.mark.parametrize(("provider", "code"), CODES)
@pytest.mark.parametrize("data", [None, {}, {"taskId": None}, {"taskId": ""}, "no", 5, []])
@pytest.mark.parametrize("written", [int, str])
def test_a_code_in_the_body_counts_more_than_the_status(
    provider: str, code: int, data: object, written: type
) -> None:
    creation = read(provider, 500, raw({"code": written(code), "data": data}))

    assert isinstance(creation, Declined)
    assert (creation.error.code, creation.may_retry) == MEANINGS[provider][code]
    assert creation.error.provider_code == str(code)


@both
@given(status=st.integers(100, 599), body=st.sampled_from([HTML, b"", b"{}", b"5"]))
def test_only_a_known_refusal_is_one(provider: str, status: int, body: bytes) -> None:
    creation = read(provider, status, body)

    expected = Declined if status in MEANINGS[provider] else Doubtful
    assert isinstance(creation, expected)


@both
@pytest.mark.parametrize(
    "body",
    [
        {"code": 200, "data": {"taskId": TASK}},
        {"code": "200", "data": {"taskId": TASK, "more": [1]}},
        {"code": 200, "data": {"task_id": TASK}},
        {"code": 200, "taskId": TASK, "data": None},
        {"data": {"taskId": TASK}},
        {"code": 200, "data": {"taskId": "x" * 128}},
    ],
)
def test_a_task_id_with_a_good_code_means_taken(provider: str, body: Any) -> None:
    task_id = "x" * 128 if "x" * 128 in str(body) else TASK

    assert read(provider, 200, raw(body)) == Taken(task_id)


@both
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"code": 200}),
        (200, {"code": 200, "data": {"taskId": ""}}),
        (200, {"code": 200, "data": {"taskId": 5}}),
        (200, {"code": 200, "data": {"taskId": "x" * 129}}),
        (200, {"code": 200, "data": {"taskId": "two words"}}),
        (200, {"code": 200, "data": {"taskId": f"{TASK}\n"}}),
        (200, {"code": 500, "data": {"taskId": TASK}}),
        (200, {"code": 501, "data": None}),
        (201, {"data": {"taskId": TASK}}),
        (302, {"data": {"taskId": TASK}}),
        (500, {"data": {"taskId": TASK}}),
        # A refusal that names a task contradicts itself, and must not be followed by another try.
        (200, {"code": 430, "data": {"taskId": TASK}}),
        (429, {"data": {"taskId": TASK}}),
        (401, {"code": 200, "data": None}),
    ],
)
def test_an_answer_that_does_not_tell_leaves_doubt(provider: str, status: int, body: Any) -> None:
    creation = read(provider, status, raw(body))

    assert isinstance(creation, Doubtful)
    assert creation.error.code == "submission_unknown"
