"""A request from its bytes to a stored job that is on its way: the story of `submit`."""

import secrets as chance
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cliphook.adapters import aws
from cliphook.adapters.api_request import read_request
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.httpx_sender import HttpxSender
from cliphook.adapters.providers.choice import choose
from cliphook.adapters.secrets import Secrets
from cliphook.application.dispatch_job import dispatch_job
from cliphook.application.ports import Jobs, Sender
from cliphook.application.submit_job import submit_job
from cliphook.domain.errors import RetryableError, UnknownResourceError
from cliphook.domain.ids import AccountId
from cliphook.domain.job import Job, Pace
from cliphook.runtime.callback_url import callback_urls
from cliphook.runtime.clock import now
from cliphook.runtime.idempotency import read_promise
from cliphook.runtime.settings import SubmitSettings

_ENTROPY_BYTES: Final = 10


@dataclass(frozen=True, slots=True)
class Submission:
    """What submitting needs, made once at cold start."""

    jobs: Jobs
    sender: Sender
    callback_url: Callable[[Job, datetime], str]
    pace: Pace

    def run(
        self, body: bytes, idempotency_key: str | None, account_id: AccountId, owner: str
    ) -> tuple[Job, bool]:
        """
        Store a request as a job and take it to its provider; `True` if the job is new.

        Once the job is stored this succeeds: what goes wrong on the way to the provider is
        written into the job, or mended by the sweep.
        """
        request = read_request(body, choose=choose)
        ref, is_new = submit_job(
            request,
            account_id,
            read_promise(idempotency_key, request, now()),
            jobs=self.jobs,
            choose=choose,
            pace=self.pace,
            now=now(),
            entropy=chance.token_bytes(_ENTROPY_BYTES),
        )
        with suppress(RetryableError):
            dispatch_job(
                ref,
                jobs=self.jobs,
                sender=self.sender,
                callback_url=self.callback_url,
                owner=owner,
                clock=now,
            )
        job = self.jobs.load(ref)
        if job is None:
            raise UnknownResourceError
        return job, is_new


def make_submission(settings: SubmitSettings) -> Submission:
    """Put the parts together at cold start."""
    secrets = Secrets(settings.SECRETS_PREFIX, aws.secretsmanager())
    return Submission(
        jobs=DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb()),
        sender=HttpxSender(secrets, settings.PROVIDER_URLS),
        callback_url=callback_urls(settings.PUBLIC_URL, secrets),
        pace=Pace(settings.POLL_FIRST_S, settings.JOB_DEADLINE_S, settings.UNKNOWN_DEADLINE_S),
    )
