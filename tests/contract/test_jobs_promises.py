"""What `Jobs` promises of promises: one Idempotency-Key, one job."""

from datetime import timedelta

import pytest

from cliphook.application.ports import JobRef, Jobs, Promise
from cliphook.domain.change import begin
from cliphook.domain.errors import ReusedKeyError
from cliphook.domain.ids import AccountId, JobId
from tests.contract.conftest import Store
from tests.support.makers import (
    ACCOUNT,
    JOB,
    START,
    at,
    new_job,
)

REF = JobRef(ACCOUNT, JOB)
OTHER_JOB = JobId("job_01KAJ5T1W0000000000000000K")
OTHER_ACCOUNT = AccountId("acct_01KAJ5T1W0000000000000000B")


@pytest.fixture
def jobs(store: Store) -> Jobs:
    return store.jobs


def promise(key: str = "key", fingerprint: str = "body", seconds: float = 3600) -> Promise:
    return Promise(key, fingerprint, at(seconds))


def test_the_same_promise_names_the_first_job_and_stores_nothing(store: Store) -> None:
    store.jobs.add(begin(new_job()), promise())
    before = store.snapshot()

    again = store.jobs.add(begin(new_job(id=OTHER_JOB)), promise(seconds=9000))

    assert again == REF
    assert store.snapshot() == before


def test_a_promise_for_another_body_is_refused_and_stores_nothing(store: Store) -> None:
    store.jobs.add(begin(new_job()), promise())
    before = store.snapshot()

    with pytest.raises(ReusedKeyError):
        store.jobs.add(begin(new_job(id=OTHER_JOB)), promise(fingerprint="another"))

    assert store.snapshot() == before


def test_another_key_is_another_job(jobs: Jobs) -> None:
    jobs.add(begin(new_job()), promise())

    assert jobs.add(begin(new_job(id=OTHER_JOB)), promise(key="another")).job_id == OTHER_JOB


def test_an_expired_promise_is_forgotten(jobs: Jobs) -> None:
    jobs.add(begin(new_job()), promise(seconds=10))
    later = begin(new_job(id=OTHER_JOB, created_at=START + timedelta(seconds=10)))

    again = jobs.add(later, promise(fingerprint="another"))

    assert again.job_id == OTHER_JOB
    assert jobs.add(begin(new_job()), promise(fingerprint="another")).job_id == OTHER_JOB


def test_a_promise_holds_until_its_last_second(jobs: Jobs) -> None:
    jobs.add(begin(new_job()), promise(seconds=10))
    later = begin(new_job(id=OTHER_JOB, created_at=START + timedelta(seconds=9)))

    assert jobs.add(later, promise()) == REF


def test_keys_of_two_accounts_do_not_mix(jobs: Jobs) -> None:
    jobs.add(begin(new_job()), promise())

    ref = jobs.add(begin(new_job(account_id=OTHER_ACCOUNT)), promise(fingerprint="another"))

    assert ref == JobRef(OTHER_ACCOUNT, JOB)
