"""
Who speaks to the providers: what is sent for a job, and what each kind of answer means.

A submission is made once, without any retry: only an answer that is known to be a refusal, or a
request that provably never left, may be followed by another.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import httpx

from cliphook.adapters.httpx_exchange import HttpxExchange
from cliphook.adapters.inline_audio import Split
from cliphook.adapters.materials import Materials, RefusedMaterialError
from cliphook.adapters.providers.provider import (
    Call,
    Creation,
    Declined,
    Doubtful,
    Finished,
    Provider,
    Taken,
)
from cliphook.adapters.providers.table import PROVIDERS, Table
from cliphook.application.keep_clip import Keeper
from cliphook.application.keep_inline import LAST_PATIENCE_S, PATIENCE_S, keep_inline
from cliphook.domain.clips import is_delivered
from cliphook.domain.errors import (
    OversizedBodyError,
    UnansweredPollError,
    UnavailableStoreError,
    UnconfiguredProviderError,
)
from cliphook.domain.job import FailureCode, Job, JobError
from cliphook.domain.report import (
    Accepted,
    Answer,
    Failure,
    Progress,
    Refused,
    Unanswered,
    Unsent,
    Word,
)

ASK_S: Final = 10
# A poll may be answered with the music itself.
ASK_BODY_S: Final = 60
# Which share of the time that a submission's answer has to begin it has again to end.
BODY_SHARE: Final = 0.25

_OK: Final = 200
_UNAUTHORIZED: Final = 401
_NEVER_LEFT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.UnsupportedProtocol,
    # The key for it could not be read just now.
    UnavailableStoreError,
)


class HttpxSender:
    """Speaks to providers over HTTPS."""

    def __init__(
        self,
        exchange: HttpxExchange,
        materials: Materials,
        make_keeper: Callable[[Iterable[float]], Keeper],
        *,
        clock: Callable[[], datetime],
        providers: Table = PROVIDERS,
        answer_max_s: float | None = None,
    ) -> None:
        """Speak as the rows of a table say; `answer_max_s` is instead of their own time limits."""
        self._exchange = exchange
        self._materials = materials
        self._make_keeper = make_keeper
        self._clock = clock
        self._providers = providers
        self._answer_max_s = answer_max_s

    def submit(self, job: Job, callback_url: str, at: datetime) -> tuple[Answer, bytes]:
        """Submit the latest attempt, once and without any retry; whatever comes is an answer."""
        number = len(job.attempts)
        provider = self._providers.get(job.provider)
        # A job may have waited since before its operator took the provider or the model away.
        if not provider or job.model not in provider.models:
            return _unconfigured(number, at), b""
        try:
            submission = self._materials.ready(job, provider, callback_url, at)
        except (UnavailableStoreError, httpx.HTTPError, OversizedBodyError, OSError):
            message = "What the request starts from could not be made ready."
            error = JobError(FailureCode.SOURCE_UNAVAILABLE, message)
            return Unsent(number, error, at), b""
        except RefusedMaterialError:
            error = JobError(FailureCode.REJECTED, "The provider did not take the source.")
            return Refused(number, error, may_retry=False, at=at), b""
        except UnconfiguredProviderError:
            return _unconfigured(number, at), b""
        return self._submit(job, provider, provider.write_create(submission), at)

    def ask(self, job: Job) -> tuple[Word, bytes]:
        """Ask how far the latest attempt is; raises `UnansweredPollError`."""
        provider = self._providers.get(job.provider)
        if not provider or not job.task_id:
            raise UnansweredPollError
        operation = job.request.operation
        call = provider.write_poll(job.task_id, operation)
        try:
            with self._call(job, provider, call, (ASK_S, ASK_BODY_S)) as (status, parts):
                if status != _OK:
                    raise UnansweredPollError
                word = provider.read_polled(parts.body, operation)
                return self._kept(job, word, parts), parts.body
        except (
            *_NEVER_LEFT,
            httpx.HTTPError,
            OversizedBodyError,
            OSError,
            UnconfiguredProviderError,
        ) as error:
            raise UnansweredPollError from error

    def _submit(
        self, job: Job, provider: Provider, call: Call, at: datetime
    ) -> tuple[Answer, bytes]:
        number = len(job.attempts)
        answer_s = self._answer_max_s or provider.facts.answer_max_s
        limits_s = (answer_s, answer_s * BODY_SHARE)
        try:
            with self._call(job, provider, call, limits_s) as (status, parts):
                creation = provider.read_created(status, parts.body, job.request.operation)
                return self._answer(job, creation, parts, at), parts.body
        except UnconfiguredProviderError:
            return _unconfigured(number, at), b""
        except _NEVER_LEFT:
            error = JobError(FailureCode.UNREACHABLE, "The provider could not be reached.")
            return Unsent(number, error, at), b""
        except (httpx.HTTPError, OversizedBodyError, OSError):
            error = JobError(FailureCode.SUBMISSION_UNKNOWN, "The provider did not answer usably.")
            return Unanswered(number, error, at), b""

    def _answer(self, job: Job, creation: Creation, parts: Split, at: datetime) -> Answer:
        number = len(job.attempts)
        match creation:
            case Taken(task_id):
                return Accepted(number, task_id, at)
            case Finished(word):
                return self._finish(job, word, parts, at)
            case Declined(error, may_retry):
                return Refused(number, error, may_retry, at)
            case Doubtful(error):
                return Unanswered(number, error, at)

    def _finish(self, job: Job, word: Progress | Failure, parts: Split, at: datetime) -> Answer:
        """
        Keep what an answer brought, which nobody can be asked for again.

        Where none of it could be kept, it was paid for all the same: that is no refusal.
        """
        number = len(job.attempts)
        kept = self._kept(job, word, parts, is_only_chance=True)
        clips = kept.clips if isinstance(kept, Progress) else ()
        if kept != word and not any(is_delivered(job, clip) for clip in clips):
            error = JobError(FailureCode.SUBMISSION_UNKNOWN, "The music could not be kept.")
            return Unanswered(number, error, at)
        return Accepted(number, None, at, kept)

    def _kept[W](self, job: Job, word: W, parts: Split, *, is_only_chance: bool = False) -> W:
        return keep_inline(
            job,
            word,
            parts.files,
            at=self._clock(),
            keeper=self._make_keeper(LAST_PATIENCE_S if is_only_chance else PATIENCE_S),
            is_only_chance=is_only_chance,
        )

    @contextmanager
    def _call(
        self, job: Job, provider: Provider, call: Call, limits_s: tuple[float, float]
    ) -> Generator[tuple[int, Split]]:
        operation = job.request.operation

        def is_unauthorized(status: int, body: bytes) -> bool:
            return _is_unauthorized(provider.read_created(status, body, operation))

        with self._exchange.call(
            provider,
            call,
            answer_s=limits_s[0],
            body_s=limits_s[1],
            is_unauthorized=is_unauthorized,
        ) as answer:
            yield answer


def _unconfigured(number: int, at: datetime) -> Refused:
    message = "The operator has no key or no address for it, or does not offer that model."
    error = JobError(FailureCode.UNAUTHORIZED, message)
    return Refused(number, error, may_retry=False, at=at)


def _is_unauthorized(creation: Creation) -> bool:
    """
    Tell whether the key was refused, which may stand in the body of an answer of status 200.

    A submission must be known to be refused: what contradicts itself may have been taken.
    """
    if not isinstance(creation, Declined):
        return False
    return creation.error.provider_code == str(_UNAUTHORIZED)
