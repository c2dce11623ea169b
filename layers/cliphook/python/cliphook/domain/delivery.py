"""A delivery: one event on its way to one receiver, and when it is tried again."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cliphook.domain.ids import AccountId, DeliveryId, EndpointId, EventId, JobId, derive_id

# How long after the one before each attempt is made: ten of them over 75 h 35 min.
WAITS_S: Final = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
ATTEMPTS_MAX: Final = len(WAITS_S)
SPREAD: Final = 0.2
# Whoever says that it is too busy, or does not answer in time, is left alone for so long at least.
BUSY_WAIT_S: Final = 60

# An attempt that has not told of its end by then never will: its process died.
CLAIM_S: Final = 60
KEPT: Final = timedelta(days=30)
# The log of a delivery that is replayed again and again.
ATTEMPTS_KEPT: Final = 30
BODY_MAX_BYTES: Final = 64 * 1024

GONE: Final = 410
TOO_MANY: Final = 429
_OK: Final = range(200, 300)


class DeliveryStatus(StrEnum):
    """How far a delivery is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Failed(StrEnum):
    """Why a delivery was given up. It can be sent again as long as it is kept."""

    EXHAUSTED = "exhausted"
    GONE = "gone"
    ENDPOINT_DISABLED = "endpoint_disabled"
    ENDPOINT_DELETED = "endpoint_deleted"
    BACKLOG_FULL = "backlog_full"
    TOO_LARGE = "too_large"


class Trouble(StrEnum):
    """Why an attempt brought no answer, or none that counts."""

    # Nothing is known of it: it was made, or was about to be.
    UNKNOWN = "unknown"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    UNKNOWN_HOST = "unknown_host"
    FORBIDDEN_ADDRESS = "forbidden_address"
    CLOSED = "closed"
    MALFORMED = "malformed"
    REDIRECT = "redirect"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Response:
    """What became of one attempt; `answer` is the beginning of the receiver's own words."""

    status: int | None = None
    error: Trouble | None = None
    answer: str = ""
    duration_ms: int = 0
    retry_after_s: int | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it: any 2xx, and nothing else."""
        return self.error is None and self.status in _OK

    @property
    def is_late(self) -> bool:
        """Whether it kept somebody waiting for nothing."""
        return self.error is Trouble.TIMEOUT

    @property
    def is_busy(self) -> bool:
        """Whether the receiver asked to be left alone for a while."""
        return self.status == TOO_MANY


@dataclass(frozen=True, slots=True)
class Attempt:
    """One line of the log."""

    at: datetime
    status: int | None = None
    error: Trouble | None = None
    answer: str = ""
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    One event on its way to an endpoint, or to the callback URL that came with its job.

    `detail` is the event's own, in its own text. `tries` counts the attempts since it was last set
    going, which was at `begun_at`; `is_waiting` is true while it is behind with its first attempt
    or after one that failed.
    """

    id: DeliveryId
    account_id: AccountId
    event_id: EventId
    event_type: str
    occurred_at: str
    detail: str
    begun_at: datetime
    endpoint_id: EndpointId | None = None
    job_id: JobId | None = None
    url: str | None = None
    status: DeliveryStatus = DeliveryStatus.PENDING
    reason: Failed | None = None
    attempts: tuple[Attempt, ...] = ()
    tries: int = 0
    next_attempt_at: datetime | None = None
    is_waiting: bool = False
    version: int = 1

    @property
    def owner(self) -> str:
        """Under whose name it is listed: the endpoint's, or the job's."""
        return self.endpoint_id or self.job_id or ""


def name_delivery(event_id: EventId, receiver: str, at: datetime) -> DeliveryId:
    """Name the delivery of an event to a receiver: always the same, so there is only one."""
    return DeliveryId(derive_id("dlv", at, event_id, receiver))


def claim(delivery: Delivery, now: datetime) -> Delivery:
    """Write down that an attempt begins; it counts even if nobody ever tells of its end."""
    begun = Attempt(now, error=Trouble.UNKNOWN)
    return replace(
        delivery,
        attempts=(*delivery.attempts, begun)[-ATTEMPTS_KEPT:],
        tries=delivery.tries + 1,
        next_attempt_at=now + timedelta(seconds=CLAIM_S),
        version=delivery.version + 1,
    )


def record(delivery: Delivery, response: Response, now: datetime) -> Delivery:
    """Write down what became of the attempt that was claimed, and what follows."""
    *before, begun = delivery.attempts
    error = response.error
    if not error and not response.is_taken:
        error = Trouble.STATUS
    attempt = Attempt(begun.at, response.status, error, response.answer, response.duration_ms)
    told = replace(delivery, attempts=(*before, attempt))
    if response.is_taken:
        return _ended(told, DeliveryStatus.DELIVERED, None)
    if response.status == GONE:
        return give_up(told, Failed.GONE)
    if delivery.tries >= ATTEMPTS_MAX:
        return give_up(told, Failed.EXHAUSTED)
    return put_off(told, now + timedelta(seconds=wait_s(delivery, response)))


def put_off(delivery: Delivery, until: datetime) -> Delivery:
    """Have it wait until an instant."""
    return replace(delivery, next_attempt_at=until, is_waiting=True, version=delivery.version + 1)


def give_up(delivery: Delivery, reason: Failed) -> Delivery:
    """Try no more."""
    return _ended(delivery, DeliveryStatus.FAILED, reason)


def again(delivery: Delivery, now: datetime) -> Delivery:
    """Set a delivery going again, from the first attempt on; its log goes on."""
    return replace(
        delivery,
        status=DeliveryStatus.PENDING,
        reason=None,
        tries=0,
        begun_at=now,
        next_attempt_at=now,
        version=delivery.version + 1,
    )


def is_under_way(delivery: Delivery, now: datetime) -> bool:
    """Whether an attempt is being made, or about to be, so that there is nothing to set going."""
    due_at = delivery.next_attempt_at
    return due_at is not None and due_at <= now + timedelta(seconds=CLAIM_S)


def wait_s(delivery: Delivery, response: Response) -> float:
    """
    Tell how long after a failed attempt the next one is made.

    That is the schedule's own time, spread so that not all come back together. A receiver that
    names a time gets that, between once and twice the schedule's.
    """
    slot_s = WAITS_S[delivery.tries] * _spread(delivery)
    if response.is_late or response.is_busy:
        slot_s = max(slot_s, BUSY_WAIT_S)
    return min(max(slot_s, response.retry_after_s or 0), 2 * slot_s)


def _ended(delivery: Delivery, status: DeliveryStatus, reason: Failed | None) -> Delivery:
    return replace(
        delivery,
        status=status,
        reason=reason,
        next_attempt_at=None,
        is_waiting=False,
        version=delivery.version + 1,
    )


def _spread(delivery: Delivery) -> float:
    digest = hashlib.sha256(f"{delivery.id} {delivery.tries}".encode()).digest()
    return 1 - SPREAD + 2 * SPREAD * digest[0] / 255
