"""What `Jobs` promises of looking a promise up, without making one."""

import pytest

from cliphook.application.ports import JobRef, Jobs, Promise
from cliphook.domain.change import begin
from cliphook.domain.errors import ReusedKeyError
from cliphook.domain.ids import AccountId
from tests.contract.conftest import Store
from tests.support.makers import ACCOUNT, JOB, at, new_job

REF = JobRef(ACCOUNT, JOB)
OTHER_ACCOUNT = AccountId("acct_01KAJ5T1W0000000000000000B")


@pytest.fixture
def jobs(store: Store) -> Jobs:
    store.jobs.add(begin(new_job()), promise())
    return store.jobs


def promise(key: str = "key", fingerprint: str = "body") -> Promise:
    return Promise(key, fingerprint, at(10))


def test_a_promise_is_found_until_its_last_second(jobs: Jobs) -> None:
    assert jobs.promised(ACCOUNT, promise(), at(9)) == REF
    assert jobs.promised(ACCOUNT, promise(), at(10)) is None


def test_a_promise_for_another_body_is_refused(jobs: Jobs) -> None:
    with pytest.raises(ReusedKeyError):
        jobs.promised(ACCOUNT, promise(fingerprint="another"), at(9))


def test_what_nobody_promised_is_not_found_and_not_stored(store: Store, jobs: Jobs) -> None:
    before = store.snapshot()

    assert jobs.promised(ACCOUNT, promise("another"), at(9)) is None
    assert jobs.promised(OTHER_ACCOUNT, promise(), at(9)) is None

    assert store.snapshot() == before
