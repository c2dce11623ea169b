"""A request from its bytes to a stored job that is on its way: the story of `submit`."""

import secrets as chance
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Final

from cliphook.adapters import aws
from cliphook.adapters.api_request import read_request
from cliphook.adapters.dynamodb_files import DynamoDbFiles
from cliphook.adapters.dynamodb_gates import DynamoDbGates
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_library import DynamoDbLibrary
from cliphook.adapters.providers.choice import Market, choose
from cliphook.adapters.providers.provider import Provider
from cliphook.adapters.providers.table import Table
from cliphook.adapters.s3_files import S3Files
from cliphook.adapters.secrets import Secrets
from cliphook.adapters.source_guard import check_callback, check_url
from cliphook.application.dispatch_job import dispatch_job
from cliphook.application.ports import Gates, JobRef, Jobs, Sender
from cliphook.application.submit_job import Choice, submit_job
from cliphook.application.trace_source import Archives, trace_source
from cliphook.domain.errors import (
    FieldError,
    InvalidRequestError,
    RetryableError,
    UnknownResourceError,
)
from cliphook.domain.gate import Health, health
from cliphook.domain.ids import AccountId
from cliphook.domain.job import Job
from cliphook.domain.plan import Pace
from cliphook.domain.request import MusicRequest
from cliphook.runtime.callback_url import callback_urls
from cliphook.runtime.clock import now
from cliphook.runtime.idempotency import read_promise
from cliphook.runtime.providers import make_providers, make_sender, pace_of, rates_of
from cliphook.runtime.settings import SubmitSettings

_ENTROPY_BYTES: Final = 10


@dataclass(frozen=True, slots=True)
class Submission:
    """What submitting needs, made once at cold start."""

    jobs: Jobs
    sender: Sender
    gates: Gates
    archives: Archives
    providers: Table
    prices: Mapping[str, Decimal]
    caps: Mapping[str, Decimal]
    pace: Callable[[Provider, MusicRequest], Pace]
    callback_url: Callable[[Job, datetime], str]
    check_callback: Callable[[str], FieldError | None]

    def run(
        self, body: bytes, idempotency_key: str | None, account_id: AccountId, owner: str
    ) -> tuple[Job, bool]:
        """
        Store a request as a job and take it to its provider; `True` if the job is new.

        Once the job is stored this succeeds: what goes wrong on the way to the provider is
        written into the job, or mended by the sweep.
        """
        choose_for = partial(self._choose, account_id=account_id)
        request = read_request(body, choose=choose_for)
        ref, is_new = submit_job(
            request,
            account_id,
            read_promise(idempotency_key, request, now()),
            jobs=self.jobs,
            choose=choose_for,
            now=now(),
            entropy=chance.token_bytes(_ENTROPY_BYTES),
        )
        job = self._load(ref)
        if job.pace.dispatch_after_s > 0:
            with suppress(RetryableError):
                dispatch_job(
                    ref,
                    jobs=self.jobs,
                    sender=self.sender,
                    gates=self.gates,
                    rates=rates_of(self.providers),
                    callback_url=self.callback_url,
                    owner=owner,
                    clock=now,
                    sleep=time.sleep,
                    is_brief=True,
                )
            job = self._load(ref)
        return job, is_new

    def _choose(self, request: MusicRequest, account_id: AccountId) -> Choice:
        wrong = self.check_callback(request.callback_url) if request.callback_url else None
        if wrong:
            raise InvalidRequestError(wrong)
        lineage = trace_source(request, account_id, now(), archives=self.archives)
        market = Market(self.providers, self.prices, self._health, self.pace, self.caps)
        return Choice(choose(request, lineage, market), lineage)

    def _health(self, provider: str) -> Health:
        return health(self.gates.load(provider), now())

    def _load(self, ref: JobRef) -> Job:
        job = self.jobs.load(ref)
        if job is None:
            raise UnknownResourceError
        return job


def make_submission(settings: SubmitSettings) -> Submission:
    """Put the parts together at cold start."""
    secrets = Secrets(settings.SECRETS_PREFIX, aws.secretsmanager())
    jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
    providers = make_providers(settings)
    pace = Pace(settings.POLL_FIRST_S, settings.JOB_DEADLINE_S, settings.UNKNOWN_DEADLINE_S)
    return Submission(
        jobs=jobs,
        sender=make_sender(settings, providers, secrets),
        gates=DynamoDbGates(settings.TABLE_NAME, aws.dynamodb()),
        archives=Archives(
            library=DynamoDbLibrary(settings.TABLE_NAME, aws.dynamodb(), jobs),
            files=DynamoDbFiles(settings.TABLE_NAME, aws.dynamodb()),
            shelf=S3Files(settings.BUCKET_NAME, aws.s3_brief()),
            check_url=partial(check_url, allow_loopback=settings.FETCH_LOOPBACK),
        ),
        providers=providers,
        prices=settings.PRICES,
        caps=settings.DAILY_CAPS,
        pace=partial(pace_of, pace, settings.POLLED_FIRST_S),
        callback_url=callback_urls(settings.PUBLIC_URL, secrets),
        check_callback=partial(
            check_callback,
            own_url=settings.PUBLIC_URL,
            allow_loopback=settings.FETCH_LOOPBACK,
        ),
    )
