"""`delete_job`, `delete_account` and `deletions`: what is to be gone, and that it is."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from cliphook.application.delete_job import give_up_job
from cliphook.application.ports import JobRef
from cliphook.domain.deletion import By, Deletion
from cliphook.domain.ids import AccountId, JobId
from cliphook.runtime.clock import now
from cliphook.runtime.observability import logger
from cliphook.runtime.operator.desk import AccountName, Answer, Command, Desk, JobName, Order


class DeleteJob(Order):
    """Delete a job; one that has no end yet is canceled first."""

    account_id: AccountName
    job_id: JobName


class DeleteAccount(Order):
    """Delete all that an account has, but what tells of its credit; the clock does it."""

    account_id: AccountName


class ListDeletions(Order):
    """List what was deleted, from an instant on."""

    since: AwareDatetime
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


def _delete_job(order: DeleteJob, desk: Desk) -> Answer:
    ref = JobRef(AccountId(order.account_id), JobId(order.job_id))
    told = give_up_job(ref, by=By.OPERATOR, jobs=desk.jobs, deletions=desk.deletions, now=now())
    logger.info("deleted", extra={"job_id": order.job_id})
    return show_deletion(told)


def _delete_account(order: DeleteAccount, desk: Desk) -> Answer:
    """Revoke its keys and store that it is deleted; the clock finds its jobs, however many."""
    account_id, at = AccountId(order.account_id), now()
    revoked = desk.account_keys.revoke_all(account_id, at)
    deletion = Deletion(account_id, None, at, By.OPERATOR, due_at=at)
    desk.deletions.close(deletion)
    logger.info("account deleted", extra={"account_id": account_id, "keys": revoked})
    return {**show_deletion(deletion), "keys_revoked": revoked}


def _list(order: ListDeletions, desk: Desk) -> Answer:
    found = desk.deletions.list_since(order.since, order.limit)
    is_full = len(found) == order.limit
    return {
        "deletions": [show_deletion(one) for one in found],
        "next_since": found[-1].at.isoformat() if is_full else None,
    }


def show_deletion(deletion: Deletion) -> Answer:
    """Write a record of a deletion."""
    return {
        "account_id": deletion.account_id,
        "job_id": deletion.job_id,
        "deleted_at": deletion.at.isoformat(),
        "by": deletion.by,
        "clips": deletion.clips,
        "size_bytes": deletion.size_bytes,
        "look_again_at": _written(deletion.due_at),
        "erased_at": _written(deletion.erased_at),
    }


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


DELETE_JOB: Final = Command(DeleteJob, _delete_job)
DELETE_ACCOUNT: Final = Command(DeleteAccount, _delete_account)
DELETIONS: Final = Command(ListDeletions, _list)
