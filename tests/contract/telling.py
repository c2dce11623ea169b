"""Jobs whose events are to be told: their stories committed, and the rows that follow."""

from typing import Final

from cliphook.adapters import items
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.report import Report, Via
from cliphook.domain.status import Stage
from tests.contract.conftest import Store
from tests.support.makers import ACCOUNT, WHOLE, accepted, claimed, new_job, progressed

OTHER: Final = AccountId("acct_01KAJ5T1W0000000000000000B")
STORY: Final = (claimed(), accepted(), progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL))


def job_id(number: int) -> JobId:
    return JobId(f"job_01KAJ5T1W000000000000000{number:02d}")


def tell(
    store: Store,
    number: int = 0,
    account_id: AccountId = ACCOUNT,
    story: tuple[Report, ...] = STORY,
) -> list[EventRow]:
    """Commit a job's story, and give what it has to announce."""
    changes = [begin(new_job(id=job_id(number), account_id=account_id))]
    store.jobs.add(changes[0], None)
    for report in story:
        change = apply(changes[-1].job, report)
        assert isinstance(change, Change)
        assert store.jobs.commit(change, None)
        changes.append(change)
    ref = JobRef(account_id, job_id(number))
    rows = [items.event_item(ref, event) for change in changes for event in change.events]
    rows += [items.order_item(ref, one, change.at) for change in changes for one in change.orders]
    return [*map(items.event_row, rows)]


def events(rows: list[EventRow]) -> list[EventRow]:
    return [row for row in rows if row.source == "cliphook"]
