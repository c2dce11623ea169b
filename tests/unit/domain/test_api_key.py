"""An API key is whole, known, unexpired and not revoked; or nobody is let in."""

import base64
import hashlib
import hmac
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.domain.api_key import (
    ID_BYTES,
    SECRET_BYTES,
    ApiKey,
    Scope,
    StoredKey,
    admit,
    hash_secret,
    parse_scopes,
    read_key,
    write_key,
)
from cliphook.domain.errors import UnauthenticatedError
from tests.support.makers import ACCOUNT, START, at
from tests.support.watching import comparisons

PEPPER = b"what every stored hash is seasoned with"
KEY, TEXT = write_key(bytes(range(ID_BYTES)), bytes(range(SECRET_BYTES)))
STORED = StoredKey(KEY.id, ACCOUNT, hash_secret(KEY, PEPPER), (Scope.JOBS_READ,), START)


def is_read(text: str) -> bool:
    try:
        read_key(text)
    except UnauthenticatedError:
        return False
    return True


def is_admitted(stored: StoredKey | None, *, key: ApiKey = KEY, seconds: float = 60) -> bool:
    try:
        return admit(key, stored, PEPPER, at(seconds)) is stored
    except UnauthenticatedError:
        return False


def checksum(key_id: str, secret: str) -> str:
    """The first six letters, in base 32, of the SHA-256 of both parts with a dot between them."""
    digest = hashlib.sha256(f"{key_id}.{secret}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:6]


def test_a_key_has_the_documented_shape() -> None:
    assert re.fullmatch(r"ck_[\w-]{12}[\w-]{43}[a-z2-7]{6}", TEXT, re.ASCII)
    assert f"ck_{KEY.id}{KEY.secret}{checksum(KEY.id, KEY.secret)}" == TEXT
    assert SECRET_BYTES * 8 == 256


@given(st.binary(min_size=ID_BYTES, max_size=ID_BYTES), st.binary(min_size=32, max_size=32))
def test_a_key_that_was_written_is_read(id_bytes: bytes, secret_bytes: bytes) -> None:
    key, text = write_key(id_bytes, secret_bytes)

    assert read_key(text) == key


def test_every_slip_of_the_hand_is_noticed() -> None:
    for place, letter in enumerate(TEXT):
        other = "A" if letter != "A" else "B"
        assert not is_read(TEXT[:place] + other + TEXT[place + 1 :])
        assert not is_read(TEXT[:place] + TEXT[place + 1 :])
        assert not is_read(TEXT[:place] + other + TEXT[place:])
        swapped = TEXT[:place] + TEXT[place : place + 2][::-1] + TEXT[place + 2 :]
        assert swapped == TEXT or not is_read(swapped)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ck_",
        TEXT.upper(),
        TEXT.replace("ck_", "sk_"),
        f" {TEXT}",
        f"{TEXT}\n",
        f"{TEXT}\0",
        f"Bearer {TEXT}",
        TEXT * 2,
        f"ck_{'é' * 61}",
        f"ck_{'٣' * 61}",
        "ck_" + "A" * 100_000,
        "\ud800",
    ],
)
def test_what_we_never_wrote_is_no_key(text: str) -> None:
    assert not is_read(text)


@given(text=st.text(max_size=70) | st.from_regex(r"ck_[A-Za-z0-9_-]{55}[a-z2-7]{6}"))
def test_no_text_raises_anything_else(text: str) -> None:
    assert not is_read(text)


def test_a_right_checksum_over_anything_is_well_formed() -> None:
    key_id, secret = "A" * 12, "-" * 43

    assert read_key(f"ck_{key_id}{secret}{checksum(key_id, secret)}") == ApiKey(key_id, secret)


def test_a_stored_key_opens() -> None:
    assert admit(KEY, STORED, PEPPER, at(60)) is STORED


def test_only_a_hash_under_the_pepper_is_stored() -> None:
    expected = hmac.new(PEPPER, f"{KEY.id}.{KEY.secret}".encode(), hashlib.sha256).hexdigest()

    assert hash_secret(KEY, PEPPER) == expected
    assert KEY.secret not in str(STORED)
    assert hash_secret(KEY, b"another pepper") != expected


def test_an_unknown_key_does_not_open() -> None:
    assert not is_admitted(None)
    # Not even one for whose secret an unknown key would be compared with.
    assert not is_admitted(None, key=ApiKey("", ""))


def test_a_refusal_costs_a_comparison_whether_or_not_the_key_is_known() -> None:
    stored = (
        STORED,
        None,
        replace(STORED, revoked_at=at(0)),
        replace(STORED, secret_hash="0" * 64),
    )

    counts = [comparisons(lambda one=one: is_admitted(one)) for one in stored]  # type: ignore[misc]

    assert counts == [1, 1, 1, 1]


def test_another_secret_does_not_open() -> None:
    other, _ = write_key(bytes(range(ID_BYTES)), bytes(SECRET_BYTES))

    assert not is_admitted(STORED, key=other)


def test_a_hash_does_not_open_under_another_id() -> None:
    assert not is_admitted(replace(STORED, id="A" * 12), key=replace(KEY, id="A" * 12))


def test_another_pepper_does_not_open() -> None:
    with pytest.raises(UnauthenticatedError):
        admit(KEY, STORED, b"another pepper", at(60))


def test_a_key_opens_until_it_expires() -> None:
    expiring = replace(STORED, expires_at=at(100))

    assert is_admitted(expiring, seconds=99)
    assert not is_admitted(expiring, seconds=100)
    assert not is_admitted(expiring, seconds=101)


def test_a_revoked_key_does_not_open() -> None:
    assert not is_admitted(replace(STORED, revoked_at=at(10)))
    assert not is_admitted(replace(STORED, revoked_at=at(10), expires_at=at(1000)))


def test_a_scope_that_is_not_known_gives_no_right() -> None:
    names = ["jobs:read", "everything", "", "JOBS:WRITE", "jobs:write"]

    assert parse_scopes(names) == (Scope.JOBS_READ, Scope.JOBS_WRITE)
    assert parse_scopes([]) == ()
