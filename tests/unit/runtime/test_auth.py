"""The doorman: who is let in, for how long he remembers, and when he looks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cliphook.domain.api_key import ID_BYTES, SECRET_BYTES, Scope, hash_secret, write_key
from cliphook.domain.errors import MissingScopeError, UnauthenticatedError
from cliphook.runtime.auth import KEPT_MAX, Doorman
from tests.support.fakes import FakeKeys, FakeTable, Trace
from tests.support.makers import ACCOUNT
from tests.support.sample_world import KEY, OTHER_ACCOUNT, OTHER_KEY, PEPPER, key_of, stored_key

BEARER = f"Bearer {KEY}"


class House:
    """A doorman with two keys to know, a clock, and a trace of his look-ups."""

    def __init__(self) -> None:
        self.trace = Trace()
        self.table = FakeTable(hook=self.trace)
        self.at_s = 1000.0
        keys = FakeKeys(self.table)
        keys.add(stored_key(1), "one")
        keys.add(stored_key(2, OTHER_ACCOUNT), "two")
        self.doorman = Doorman(keys, PEPPER.encode, lambda: self.at_s)

    @property
    def looks(self) -> int:
        return self.trace.calls.count("keys.find")

    def give_key(self, number: int) -> str:
        """Make one of many keys, the same for the same number."""
        key, text = write_key(number.to_bytes(ID_BYTES), number.to_bytes(SECRET_BYTES))
        secret_hash = hash_secret(key, PEPPER.encode())
        self.table.keys[key.id] = replace(stored_key(1), id=key.id, secret_hash=secret_hash)
        return text

    def revoke(self) -> None:
        key = stored_key(1)
        self.table.keys[key.id] = replace(key, revoked_at=datetime.now(UTC))


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_good_key_names_its_account(scheme: str, house: House) -> None:
    assert house.doorman.admit(f"{scheme} {KEY}", Scope.JOBS_READ) == ACCOUNT
    assert house.doorman.admit(f"{scheme} {OTHER_KEY}", Scope.JOBS_READ) == OTHER_ACCOUNT


MALFORMED = [None, "", "Bearer", KEY, f"Basic {KEY}", f"Bearer {KEY[:-1]}!", f"Bearer{KEY}"]


@pytest.mark.parametrize("authorization", MALFORMED)
def test_what_is_no_key_costs_no_look(authorization: str | None, house: House) -> None:
    with pytest.raises(UnauthenticatedError):
        house.doorman.admit(authorization, Scope.JOBS_READ)

    assert house.looks == 0


def test_a_good_key_is_looked_up_once_a_minute(house: House) -> None:
    for _ in range(3):
        house.doorman.admit(BEARER, Scope.JOBS_READ)
    house.at_s += 59.9
    house.doorman.admit(BEARER, Scope.JOBS_WRITE)
    assert house.looks == 1

    house.at_s += 0.1
    house.doorman.admit(BEARER, Scope.JOBS_READ)

    assert house.looks == 2


def test_a_revoked_key_opens_for_at_most_a_minute(house: House) -> None:
    house.doorman.admit(BEARER, Scope.JOBS_READ)
    house.revoke()
    house.at_s += 59.9
    house.doorman.admit(BEARER, Scope.JOBS_READ)

    house.at_s += 0.1
    with pytest.raises(UnauthenticatedError):
        house.doorman.admit(BEARER, Scope.JOBS_READ)


def test_an_expired_key_is_refused_although_it_is_remembered(house: House) -> None:
    key = replace(stored_key(1), expires_at=datetime.now(UTC) - timedelta(seconds=1))
    house.table.keys[key.id] = key

    for _ in range(2):
        with pytest.raises(UnauthenticatedError):
            house.doorman.admit(BEARER, Scope.JOBS_READ)


def test_an_unknown_key_is_looked_for_every_time(house: House) -> None:
    for _ in range(2):
        with pytest.raises(UnauthenticatedError):
            house.doorman.admit(f"Bearer {key_of(3)}", Scope.JOBS_READ)
    assert house.looks == 2

    FakeKeys(house.table).add(stored_key(3), "three")

    assert house.doorman.admit(f"Bearer {key_of(3)}", Scope.JOBS_READ) == ACCOUNT


def test_a_remembered_key_still_needs_its_secret(house: House) -> None:
    house.doorman.admit(BEARER, Scope.JOBS_READ)
    key = stored_key(1)
    house.table.keys[key.id] = replace(key, secret_hash="cd" * 32)
    house.at_s += 60

    with pytest.raises(UnauthenticatedError):
        house.doorman.admit(BEARER, Scope.JOBS_READ)


def test_a_missing_scope_is_said_only_to_who_has_the_key(house: House) -> None:
    key = stored_key(1)
    house.table.keys[key.id] = replace(key, scopes=(Scope.JOBS_READ,))

    with pytest.raises(MissingScopeError):
        house.doorman.admit(BEARER, Scope.JOBS_WRITE)
    house.revoke()
    house.at_s += 60
    with pytest.raises(UnauthenticatedError):
        house.doorman.admit(BEARER, Scope.JOBS_WRITE)


def test_he_forgets_everybody_before_he_remembers_too_many(house: House) -> None:
    for number in range(KEPT_MAX):
        house.doorman.admit(f"Bearer {house.give_key(number)}", Scope.JOBS_READ)
    assert house.looks == KEPT_MAX

    house.doorman.admit(f"Bearer {house.give_key(0)}", Scope.JOBS_READ)
    assert house.looks == KEPT_MAX
    house.doorman.admit(BEARER, Scope.JOBS_READ)
    house.doorman.admit(f"Bearer {house.give_key(0)}", Scope.JOBS_READ)

    assert house.looks == KEPT_MAX + 2
