"""What an account can look up, as it is shown to it: the story of `query`."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cliphook.adapters import aws
from cliphook.adapters.api_response import show_job
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_library import DynamoDbLibrary
from cliphook.application.library_ports import Library
from cliphook.application.ports import JobRef
from cliphook.domain.errors import UnknownResourceError
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.job import Job
from cliphook.runtime.observability import logger
from cliphook.runtime.paging import fitting, read_limit
from cliphook.runtime.settings import QuerySettings
from cliphook.runtime.waiting import read_wait, wait_for_news

_ID: Final = re.compile(r"job_[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers of one account's questions; what belongs to another one does not exist."""

    library: Library
    base_url: str

    def list_jobs(self, account_id: AccountId, query: Mapping[str, str]) -> Mapping[str, object]:
        """Write a page of jobs; raises `InvalidRequestError` for a bad `limit` or `cursor`."""
        limit = read_limit(query.get("limit"))
        page = self.library.list_jobs(account_id, limit, query.get("cursor"))
        if page.left_out:
            logger.warning("left out", extra={"job_ids": page.left_out})
        shown = [show_job(job, self.base_url) for job in page.items]
        count = fitting(shown)
        next_cursor = page.next_cursor if count == len(shown) else page.items[count - 1].id
        return {"data": shown[:count], "next_cursor": next_cursor}

    def show_job(
        self, account_id: AccountId, job_id: str, headers: Mapping[str, str]
    ) -> Mapping[str, object]:
        """Write one job; if `Prefer` asks for it, once there is news of it."""
        ends_at_s = time.monotonic() + read_wait(headers.get("prefer"))
        ref = JobRef(account_id, JobId(job_id))
        job = wait_for_news(self._load(ref), lambda: self._load(ref), ends_at_s)
        return show_job(job, self.base_url)

    def _load(self, ref: JobRef) -> Job:
        # The table refuses a key that is too long, and that would look like a table in trouble.
        job = self.library.load(ref) if _ID.fullmatch(ref.job_id) else None
        if job is None:
            raise UnknownResourceError
        return job


def make_reading(settings: QuerySettings) -> Reading:
    """Put the parts together at cold start."""
    jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
    return Reading(DynamoDbLibrary(settings.TABLE_NAME, aws.dynamodb(), jobs), settings.PUBLIC_URL)
