"""What an account can look up, on the same table."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import items, schema
from cliphook.adapters.documents import read_job
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.schema import Entity
from cliphook.application.library_ports import ClipFilter, Page
from cliphook.application.ports import JobRef
from cliphook.domain.clip import Clip
from cliphook.domain.errors import FieldError, InvalidRequestError, UnavailableStoreError
from cliphook.domain.ids import AccountId, ClipId, JobId
from cliphook.domain.job import Job

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_CURSOR: Final = re.compile(r"(?:job|clip)_[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)
# So many clips are looked at for one page, however few of them are wanted.
LOOKED_AT_MAX: Final = 500
# Where not every clip is wanted, so many are looked at together, however few are asked for.
WINDOW_MIN: Final = 50


class DynamoDbLibrary:
    """Look-ups of one account; nothing of another one can be reached."""

    def __init__(self, table: str, client: "DynamoDBClient", jobs: DynamoDbJobs) -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client
        self._jobs = jobs

    def load(self, ref: JobRef) -> Job | None:
        """Read a job as the latest commit left it."""
        return self._jobs.load(ref)

    def find_clip(self, account_id: AccountId, clip_id: ClipId) -> JobRef | None:
        """Tell which job a clip belongs to; the index is moments behind the commit."""
        rows = self._query(account_id, Entity.CLIP, "#id = :id", {":id": clip_id}, 1)
        return items.ref_of(rows[0]) if rows else None

    def list_jobs(self, account_id: AccountId, limit: int, cursor: str | None) -> Page[Job]:
        """List jobs, newest first; raises `InvalidRequestError` for a cursor that no page gave."""
        before = _place(Entity.JOB, cursor)
        # One more than asked for tells whether there is another page.
        rows = self._query(account_id, Entity.JOB, "#id < :id", {":id": before}, limit + 1)
        refs = [items.ref_of(row) for row in rows]
        documents = self._documents(refs[:limit])
        jobs = {job_id: _readable(document) for job_id, document in documents.items()}
        is_last = len(refs) <= limit
        return Page(
            tuple(job for job in jobs.values() if job),
            None if is_last else refs[limit - 1].job_id,
            tuple(job_id for job_id, job in jobs.items() if not job),
        )

    def list_job_ids(
        self, account_id: AccountId, limit: int, before: str | None = None
    ) -> list[JobId]:
        """Name jobs, newest first; one that was just deleted may be among them."""
        place = before or _place(Entity.JOB, None)
        rows = self._query(account_id, Entity.JOB, "#id < :id", {":id": place}, limit)
        return [items.ref_of(row).job_id for row in rows]

    def list_clips(
        self, account_id: AccountId, wanted: ClipFilter, limit: int, cursor: str | None
    ) -> Page[tuple[Job, Clip]]:
        """List clips, newest first, with their jobs; raises as `list_jobs` does."""
        before = _place(Entity.CLIP, cursor)
        found: list[tuple[Job, Clip]] = []
        left_out: dict[str, None] = {}
        looked_at, is_last = 0, False
        window = limit if wanted == ClipFilter() else max(limit, WINDOW_MIN)
        while not is_last and len(found) < limit and looked_at < LOOKED_AT_MAX:
            rows = self._query(account_id, Entity.CLIP, "#id < :id", {":id": before}, window + 1)
            refs = dict.fromkeys(items.ref_of(row) for row in rows[:window])
            documents = self._documents([*refs])
            jobs = {job_id: _readable(document) for job_id, document in documents.items()}
            left_out |= dict.fromkeys(job_id for job_id, job in jobs.items() if not job)
            is_last = len(rows) <= window
            for place, row in enumerate(rows[:window], start=1):
                before = row[schema.LIST.range_key]
                looked_at += 1
                found += _wanted(jobs.get(items.ref_of(row).job_id), before, wanted)
                if len(found) == limit:
                    is_last = is_last and place == len(rows)
                    break
        return Page(tuple(found), None if is_last else before, tuple(left_out))

    def _query(
        self,
        account_id: AccountId,
        entity: Entity,
        condition: str,
        values: dict[str, str],
        limit: int,
    ) -> list[dict[str, Any]]:
        key = {":key": items.list_key(account_id, entity)}
        try:
            answer = self._client.query(
                TableName=self._table,
                IndexName=schema.LIST.name,
                KeyConditionExpression=f"{schema.LIST.hash_key} = :key AND {condition}",
                ExpressionAttributeNames={"#id": schema.LIST.range_key},
                ExpressionAttributeValues=items.marshal(key | values),
                ScanIndexForward=False,
                Limit=limit,
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return [items.unmarshal(row) for row in answer["Items"]]

    def _documents(self, refs: list[JobRef]) -> Mapping[str, items.Item]:
        """Read the rows themselves, in the same order: the index finds, they decide."""
        found: dict[str, items.Item] = {}
        keys = [items.marshal(items.job_key(ref)) for ref in refs]
        try:
            while keys:
                answer = self._client.batch_get_item(
                    RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
                )
                for item in answer["Responses"][self._table]:
                    row = items.unmarshal(item)
                    if schema.DELETED_AT not in row:
                        found[items.ref_of(row).job_id] = row[items.DOCUMENT]
                unread = answer["UnprocessedKeys"].get(self._table)
                keys = list(unread["Keys"]) if unread else []
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return {ref.job_id: found[ref.job_id] for ref in refs if ref.job_id in found}


def _place(entity: Entity, cursor: str | None) -> str:
    """Tell before which id a page begins; raises `InvalidRequestError` if no page gave it."""
    kind = entity.lower()
    if cursor is None:
        return f"{kind}_~"
    if not _CURSOR.fullmatch(cursor) or not cursor.startswith(f"{kind}_"):
        raise InvalidRequestError(FieldError("cursor", "is not one that a page gave"))
    return cursor


def _wanted(job: Job | None, clip_id: str, wanted: ClipFilter) -> list[tuple[Job, Clip]]:
    clips = job.clips.values() if job else ()
    return [(job, one) for one in clips if job and one.id == clip_id and wanted.keeps(job, one)]


def _readable(document: items.Item) -> Job | None:
    try:
        return read_job(document)
    except UnavailableStoreError:
        return None
