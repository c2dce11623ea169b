"""What `Keys` promises."""

from dataclasses import replace
from datetime import datetime

import pytest

from cliphook.application.ports import Keys
from cliphook.domain.api_key import Scope, StoredKey
from cliphook.domain.errors import UnavailableStoreError
from tests.contract.conftest import Store
from tests.support.makers import ACCOUNT, START, at

KEY = StoredKey("kAJ5T1W00-_z", ACCOUNT, "ab" * 32, (Scope.JOBS_READ,), START)


@pytest.fixture
def keys(store: Store) -> Keys:
    return store.keys


def test_a_key_that_nobody_added_is_none(keys: Keys) -> None:
    keys.add(KEY, "laptop")

    assert keys.find("kAJ5T1W00-_Z") is None


@pytest.mark.parametrize("expires_at", [None, at(3600)])
@pytest.mark.parametrize("scopes", [(), tuple(Scope)])
def test_a_key_is_found_as_it_was_added(
    keys: Keys, expires_at: datetime | None, scopes: tuple[Scope, ...]
) -> None:
    key = replace(KEY, expires_at=expires_at, scopes=scopes)

    keys.add(key, "laptop")

    assert keys.find(KEY.id) == key


def test_a_key_is_never_replaced(keys: Keys) -> None:
    keys.add(KEY, "laptop")

    with pytest.raises(UnavailableStoreError):
        keys.add(replace(KEY, secret_hash="cd" * 32), "thief")

    assert keys.find(KEY.id) == KEY
