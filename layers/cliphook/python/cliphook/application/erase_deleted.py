"""
Once a minute: what was deleted is erased, in the store of bytes first and then in the table.

A run stops in time and leaves the rest to the next one. Each deletion is looked at once more when
nothing can come any more of those who had read its job before: what they stored is erased as well.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final

from cliphook.application.delete_job import give_up_job
from cliphook.application.deletion_ports import AccountJobs, Deletions, Eraser
from cliphook.application.ports import JobRef, Jobs
from cliphook.domain.deletion import TRY_AGAIN, By, Deletion, look_again, prefixes_of
from cliphook.domain.errors import CliphookError, RetryableError
from cliphook.domain.ids import AccountId

DUE_MAX: Final = 500
# Of a job with more rows, or an account with more jobs, the rest is left to the next run.
ROWS_MAX: Final = 500
PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Erased:
    """
    What a run did: how many deletions are over, and how many are looked at again later.

    `failed` counts those of which something could not be erased, with the reasons.
    """

    finished: int
    left: int
    failed: tuple[tuple[Deletion, str], ...]


@dataclass(frozen=True, slots=True)
class Hands:
    """Who does it."""

    jobs: Jobs
    deletions: Deletions
    eraser: Eraser
    accounts: AccountJobs
    clock: Callable[[], datetime]


def erase_deleted(hands: Hands, has_time: Callable[[], bool]) -> Erased:
    """Erase what is due; what cannot be erased is tried again later, and keeps no other waiting."""
    finished = left = 0
    failed: list[tuple[Deletion, str]] = []
    for deletion in islice(hands.deletions.list_due(hands.clock()), DUE_MAX):
        if not has_time():
            break
        try:
            seen = erase(deletion, hands, has_time)
            hands.deletions.update(seen)
        except CliphookError as error:
            failed.append((deletion, error.code))
            _put_off(deletion, hands)
            continue
        finished += seen.erased_at is not None
        left += seen.erased_at is None
    return Erased(finished, left, tuple(failed))


def erase(deletion: Deletion, hands: Hands, has_time: Callable[[], bool]) -> Deletion:
    """Erase what there is of one deletion; gives the record with what was found."""
    is_clean = deletion.job_id is not None or give_up_jobs(deletion.account_id, hands, has_time)
    for prefix in prefixes_of(deletion):
        is_clean = _erase_objects(prefix, hands.eraser, has_time) and is_clean
    is_clean = hands.deletions.erase_rows(deletion, ROWS_MAX) and is_clean
    return look_again(deletion, hands.clock(), is_clean=is_clean)


def give_up_jobs(account_id: AccountId, hands: Hands, has_time: Callable[[], bool]) -> bool:
    """Bury all jobs of an account, as far as there is time; `True` if none is left."""
    before = None
    is_clean = True
    while True:
        page = hands.accounts.list_job_ids(account_id, PAGE, before)
        for job_id in page:
            if not has_time():
                return False
            # One that cannot be read, or that others are at, keeps no other waiting.
            try:
                _give_up(JobRef(account_id, job_id), hands)
            except RetryableError:
                is_clean = False
        if len(page) < PAGE:
            return is_clean
        before = page[-1]


def _give_up(ref: JobRef, hands: Hands) -> None:
    now = hands.clock()
    give_up_job(ref, by=By.OPERATOR, jobs=hands.jobs, deletions=hands.deletions, now=now)


def _erase_objects(prefix: str, eraser: Eraser, has_time: Callable[[], bool]) -> bool:
    while has_time():
        if eraser.erase(prefix):
            return True
    return False


def _put_off(deletion: Deletion, hands: Hands) -> None:
    try:
        hands.deletions.update(replace(deletion, due_at=hands.clock() + TRY_AGAIN))
    except RetryableError:
        return
