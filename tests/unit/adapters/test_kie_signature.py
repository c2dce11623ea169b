"""Which callbacks are signed as at the suno format's origin, and that nothing else gets past."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.adapters.providers.kie_signature import is_signed

# The vector of providers.md 11.3.
KEY = "k3y"
TASK = "5c79aa10d2f44e3bb1a6c0de7f21be8e"
TIMESTAMP = "1760000100"
SIGNATURE = "HL8NzY2XjXLuhjyFoJCo25O2KQ58LOksO7lQ6PJM89o="
NOW = datetime.fromtimestamp(1_760_000_100, UTC)

HEADERS = {"X-Webhook-Signature": SIGNATURE, "X-Webhook-Timestamp": TIMESTAMP}


def test_the_vector_is_signed() -> None:
    assert is_signed(HEADERS, TASK, key=KEY, now=NOW)


def test_the_case_of_a_headers_name_does_not_matter() -> None:
    for change in (str.lower, str.upper):
        headers = {change(name): value for name, value in HEADERS.items()}
        assert is_signed(headers, TASK, key=KEY, now=NOW)


@pytest.mark.parametrize(
    ("seconds", "is_near"),
    [(-301, False), (-300, True), (0, True), (300, True), (300.5, False), (10**9, False)],
)
def test_a_signature_holds_for_five_minutes_either_way(seconds: float, *, is_near: bool) -> None:
    assert is_signed(HEADERS, TASK, key=KEY, now=NOW + timedelta(seconds=seconds)) is is_near


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Webhook-Signature", ""),
        ("X-Webhook-Signature", SIGNATURE[:-1]),
        ("X-Webhook-Signature", SIGNATURE.replace("H", "h", 1)),
        ("X-Webhook-Signature", f" {SIGNATURE}"),
        ("X-Webhook-Signature", "é"),
        ("X-Webhook-Signature", "\ud800"),
        ("X-Webhook-Timestamp", ""),
        ("X-Webhook-Timestamp", "1760000101"),
        ("X-Webhook-Timestamp", "01760000100"),
        ("X-Webhook-Timestamp", "1760000100.0"),
        ("X-Webhook-Timestamp", "+1760000100"),
        ("X-Webhook-Timestamp", " 1760000100"),
        ("X-Webhook-Timestamp", "1_760_000_100"),
        ("X-Webhook-Timestamp", "1760000100000"),
        ("X-Webhook-Timestamp", "9" * 5000),
        ("X-Webhook-Timestamp", "١٧٦٠٠٠٠١٠٠"),
        ("X-Webhook-Timestamp", "²"),
        ("X-Webhook-Timestamp", "-1"),
        ("X-Webhook-Timestamp", "\ud800"),
    ],
)
def test_a_header_that_differs_does_not_sign(name: str, value: str) -> None:
    assert not is_signed(HEADERS | {name: value}, TASK, key=KEY, now=NOW)


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_is_missing_does_not_sign(name: str) -> None:
    headers = {other: value for other, value in HEADERS.items() if other != name}

    assert not is_signed(headers, TASK, key=KEY, now=NOW)


@pytest.mark.parametrize("task_id", [None, "", TASK[:-1], f"{TASK} ", f"{TASK}.", "\ud800"])
def test_another_task_is_not_signed(task_id: str | None) -> None:
    assert not is_signed(HEADERS, task_id, key=KEY, now=NOW)


@pytest.mark.parametrize("key", ["", "K3Y", "k3y ", "\ud800"])
def test_another_key_has_not_signed(key: str) -> None:
    assert not is_signed(HEADERS, TASK, key=key, now=NOW)


def test_an_empty_key_signs_nothing() -> None:
    # By another implementation; what an operator has not filled in must open nothing.
    signed = {**HEADERS, "X-Webhook-Signature": "bk4VX8jfrg9B3cA+yPtRpl1N56mpz5OEubgD2cjIVLY="}

    assert not is_signed(signed, TASK, key="", now=NOW)


@given(
    headers=st.dictionaries(
        st.sampled_from([*HEADERS]) | st.text(max_size=8), st.text() | st.just(TIMESTAMP)
    ),
    task_id=st.none() | st.text(),
    key=st.text(),
    now=st.datetimes(timezones=st.just(UTC)),
)
def test_whatever_comes_is_an_answer(
    headers: dict[str, str], task_id: str | None, key: str, now: datetime
) -> None:
    assert is_signed(headers, task_id, key=key, now=now) is False
