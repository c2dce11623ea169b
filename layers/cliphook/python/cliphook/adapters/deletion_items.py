"""The row that a deletion leaves, and what else of an account stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cliphook.adapters import items, ledger_items, schema
from cliphook.adapters.schema import Entity, Stuck
from cliphook.adapters.shards import stuck_key
from cliphook.application.ports import JobRef
from cliphook.domain.deletion import By, Deletion
from cliphook.domain.ids import AccountId, JobId

# An account's own record; a job's stands in the place of the job's row.
ACCOUNT_ROW: Final = "DELETION"

# With what the keys of rows begin that tell of credit: every balance must stay the sum of its
# entries, and what was spent today must still count.
STAYS: Final = ("BALANCE", ledger_items.ENTRY_ROWS, "SPEND#")

# An older version that comes upon it takes it for a job that only a newer one can read, and waits.
_NOT_FOR_YOU: Final = {"format": 2}


def key(deletion: Deletion) -> items.Item:
    """Spell the key of a record."""
    if deletion.job_id:
        return items.job_key(JobRef(deletion.account_id, deletion.job_id))
    return items.account_key(deletion.account_id, ACCOUNT_ROW)


def write_deletion(deletion: Deletion) -> items.Item:
    """Write the row of a record, without a word of what was deleted."""
    at, due_at = items.timestamp(deletion.at), deletion.due_at
    what = deletion.job_id or deletion.account_id
    return {
        **key(deletion),
        schema.ENTITY: Entity.DELETION,
        schema.ACCOUNT_ID: deletion.account_id,
        schema.JOB_ID: deletion.job_id,
        schema.DELETED_AT: at,
        "deleted_by": deletion.by,
        "clips": deletion.clips,
        "size_bytes": deletion.size_bytes,
        "erased_at": items.timestamp(deletion.erased_at) if deletion.erased_at else None,
        schema.LIST.hash_key: schema.DELETIONS,
        schema.LIST.range_key: f"{at}#{what}",
        schema.UNSENT.hash_key: stuck_key(Stuck.ERASE, what) if due_at else None,
        schema.UNSENT.range_key: items.timestamp(due_at) if due_at else None,
        items.DOCUMENT: _NOT_FOR_YOU if deletion.job_id else None,
    }


def read_deletion(item: Mapping[str, Any]) -> Deletion:
    """Read a record."""
    job_id = item.get(schema.JOB_ID)
    return Deletion(
        account_id=AccountId(item[schema.ACCOUNT_ID]),
        job_id=JobId(job_id) if job_id else None,
        at=datetime.fromisoformat(item[schema.DELETED_AT]),
        by=By(item["deleted_by"]),
        clips=int(item["clips"]),
        size_bytes=int(item["size_bytes"]),
        due_at=_instant(item.get(schema.UNSENT.range_key)),
        erased_at=_instant(item.get("erased_at")),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
