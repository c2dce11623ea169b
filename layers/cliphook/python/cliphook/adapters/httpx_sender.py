"""
The only code that speaks to providers: keys, time limits, and what each kind of answer means.

A submission is made once, on a connection of its own, without any retry: only an answer that is
known to be a refusal, or a request that provably never left, may be followed by another.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, Protocol

import httpx

from cliphook.adapters.providers.provider import (
    Call,
    Creation,
    Declined,
    Doubtful,
    Finished,
    Provider,
    Submission,
    Taken,
)
from cliphook.adapters.providers.table import find_provider
from cliphook.adapters.tls import USER_AGENT, tls_context
from cliphook.domain.errors import (
    UnansweredPollError,
    UnavailableStoreError,
    UnconfiguredProviderError,
)
from cliphook.domain.job import FailureCode, Job, JobError
from cliphook.domain.report import Accepted, Answer, Refused, Unanswered, Unsent, Word
from cliphook.domain.request import Operation

SUBMIT_TIMEOUT: Final = httpx.Timeout(connect=3, read=20, write=5, pool=1)
ASK_TIMEOUT: Final = httpx.Timeout(connect=3, read=10, write=5, pool=1)
# What a poll answers is kept as it came, and a row of the table holds 400 KB.
BODY_MAX_BYTES: Final = 256 * 1024

_OK: Final = 200
_UNAUTHORIZED: Final = 401
_KEY: Final = re.compile(r"[\x21-\x7e]+", re.ASCII)
_NEVER_LEFT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.UnsupportedProtocol,
    # The key for it could not be read just now.
    UnavailableStoreError,
)


class ProviderKeys(Protocol):
    """Where the operator's keys for the providers are."""

    def api_key(self, provider: str, *, fresh: bool = False) -> str:
        """Give a key; `fresh` asks again. Raises `UnconfiguredProviderError`."""
        ...


class _OversizedAnswerError(Exception):
    """An answer is larger than any that a provider documents."""


class HttpxSender:
    """Speaks to providers over HTTPS."""

    def __init__(
        self,
        keys: ProviderKeys,
        base_urls: Mapping[str, str],
        transport: httpx.BaseTransport | None = None,
        submit_timeout: httpx.Timeout = SUBMIT_TIMEOUT,
    ) -> None:
        """Speak to the published addresses, but for the providers that `base_urls` names."""
        self._keys = keys
        self._base_urls = base_urls
        self._transport = transport
        self._submit_timeout = submit_timeout

    def submit(self, job: Job, callback_url: str, at: datetime) -> Answer:
        """Submit the latest attempt, once and without any retry; whatever comes is an answer."""
        provider = find_provider(job.provider)
        number = len(job.attempts)
        call = provider.write_create(
            Submission(job.request, job.model, callback_url, f"{job.id}-{number}")
        )
        try:
            creation = self._create(provider, call)
        except UnconfiguredProviderError:
            error = JobError(FailureCode.UNAUTHORIZED, "The operator has stored no key for it.")
            return Refused(number, error, may_retry=False, at=at)
        except _NEVER_LEFT:
            error = JobError(FailureCode.UNREACHABLE, "The provider could not be reached.")
            return Unsent(number, error, at)
        except (httpx.HTTPError, _OversizedAnswerError):
            error = JobError(FailureCode.SUBMISSION_UNKNOWN, "The provider did not answer usably.")
            return Unanswered(number, error, at)
        match creation:
            case Taken(task_id):
                return Accepted(number, task_id, at)
            case Finished(word):
                return Accepted(number, None, at, word)
            case Declined(error, may_retry):
                return Refused(number, error, may_retry, at)
            case Doubtful(error):
                return Unanswered(number, error, at)

    def ask(self, job: Job) -> tuple[Word, bytes]:
        """Ask how far the latest attempt is; raises `UnansweredPollError`."""
        provider = find_provider(job.provider)
        if not job.task_id:
            raise UnansweredPollError
        try:
            status, body = self._call(
                provider, provider.write_poll(job.task_id, job.request.operation), ASK_TIMEOUT
            )
        except (
            *_NEVER_LEFT,
            httpx.HTTPError,
            _OversizedAnswerError,
            UnconfiguredProviderError,
        ) as error:
            raise UnansweredPollError from error
        if status != _OK:
            raise UnansweredPollError
        return provider.read_polled(body, job.request.operation), body

    def _create(self, provider: Provider, call: Call) -> Creation:
        return provider.read_created(
            *self._call(provider, call, self._submit_timeout), Operation.GENERATE
        )

    def _call(self, provider: Provider, call: Call, timeout: httpx.Timeout) -> tuple[int, bytes]:
        """Make one call; once more if the key was refused and a newer one has been stored."""
        key = _sendable(self._keys.api_key(provider.name))
        status, body = self._send(provider, call, key, timeout)
        if _is_unauthorized(provider, status, body):
            newer = _sendable(self._keys.api_key(provider.name, fresh=True))
            if newer != key:
                return self._send(provider, call, newer, timeout)
        return status, body

    def _send(
        self, provider: Provider, call: Call, key: str, timeout: httpx.Timeout
    ) -> tuple[int, bytes]:
        base_url = self._base_urls.get(provider.name, provider.base_url)
        if base_url is None:
            raise UnconfiguredProviderError
        with (
            httpx.Client(
                verify=tls_context(), trust_env=False, timeout=timeout, transport=self._transport
            ) as client,
            client.stream(
                call.method,
                base_url + call.path,
                params=dict(call.query) or None,
                json=call.body,
                headers={
                    provider.facts.key_header: f"{provider.facts.key_scheme} {key}".strip(),
                    "User-Agent": USER_AGENT,
                },
            ) as answer,
        ):
            return answer.status_code, b"".join(_bounded(answer))


def _sendable(key: str) -> str:
    """Take the line break that came with a pasted key away; refuse what no header can hold."""
    key = key.strip()
    if not _KEY.fullmatch(key):
        raise UnconfiguredProviderError
    return key


def _is_unauthorized(provider: Provider, status: int, body: bytes) -> bool:
    """
    Tell whether the key was refused, which may stand in the body of an answer of status 200.

    A submission must be known to be refused: what contradicts itself may have been taken.
    """
    creation = provider.read_created(status, body, Operation.GENERATE)
    if not isinstance(creation, Declined):
        return False
    return creation.error.provider_code == str(_UNAUTHORIZED)


def _bounded(answer: httpx.Response) -> Iterator[bytes]:
    size_bytes = 0
    for chunk in answer.iter_bytes():
        size_bytes += len(chunk)
        if size_bytes > BODY_MAX_BYTES:
            raise _OversizedAnswerError
        yield chunk
