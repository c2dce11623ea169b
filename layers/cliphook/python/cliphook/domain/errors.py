"""
Everything that can go wrong on purpose, as one tree.

* CliphookError
  x RejectedError               sending the same thing again will fail again
    + InvalidRequestError       a request breaks rules; names every wrong field
    + ReusedKeyError            an Idempotency-Key came again with another body
    + UnauthenticatedError      no, a malformed, an unknown or a revoked API key
    + MissingScopeError         the API key may not do this
    + UnknownResourceError      nothing of this account has that id
    + UnavailableFormatError    a clip is not kept in the format that was asked for
    + UnknownProviderError      no provider has that name
    + ForgedTicketError         a ticket is not ours, not for what it is shown for, or too old
    + OversizedBodyError        a body is larger than its limit
    + UnreadableReportError     a provider's body is not what the provider documents
    + ForbiddenAddressError     a link leads where downloads must not go
    + AlreadyDoneError          a job has ended, so it cannot be canceled
    + UnarchivedClipError       a clip's file is not in the archive, so there is no copy of it
    + OversizedClipError        a clip's file is too long for a copy while somebody waits
    + UntaggableClipError       a clip's file holds no tags: damaged, or of a kind without any
    + NotDoneError              a job goes on, so it cannot be deleted
    + InsufficientBalanceError  an account has not enough credit for a job
    + CapReachedError           an account may spend no more at a provider today
    + ReusedReferenceError      a grant's reference came again with another amount
    + ExpiredCursorError        what a feed is to go on from is no longer kept
  x RetryableError              sending the same thing again may succeed
    + ContendedJobError         others kept changing the job or its account's balance first
    + UnavailableStoreError     the table did not answer in time
    + UnconfiguredProviderError the operator has not yet stored the provider's key
    + UnansweredPollError       a provider did not answer a poll in a usable way
    + FailedFetchError          an audio host did not serve the whole of a playable file
      - HeldHostError           all hosts of a file are left alone for a while
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field of a request: its dotted name, and a sentence for its author."""

    field: str
    message: str


class CliphookError(Exception):
    """Anything that goes wrong on purpose; `code` is stable and may be shown to clients."""

    code: ClassVar[str] = "internal"


class RejectedError(CliphookError):
    """Sending the same thing again will fail again."""

    code = "rejected"


class InvalidRequestError(RejectedError):
    """A request breaks rules."""

    code = "invalid_request"

    def __init__(self, *errors: FieldError) -> None:
        """Keep every wrong field, in the order in which they were found."""
        super().__init__(", ".join(error.field for error in errors))
        self.errors = errors


class ReusedKeyError(RejectedError):
    """An Idempotency-Key came again with another body."""

    code = "idempotency_key_reused"


class UnauthenticatedError(RejectedError):
    """There is no API key, or it is malformed, unknown or revoked."""

    code = "unauthenticated"


class MissingScopeError(RejectedError):
    """The API key may not do this."""

    code = "missing_scope"


class UnknownResourceError(RejectedError):
    """Nothing of this account has that id."""

    code = "not_found"


class UnavailableFormatError(RejectedError):
    """A clip is not kept in the format that was asked for; `formats` are those in which it is."""

    code = "format_unavailable"

    def __init__(self, formats: Iterable[str]) -> None:
        """Keep the formats that there are."""
        self.formats = tuple(formats)
        super().__init__(", ".join(self.formats))


class UnknownProviderError(RejectedError):
    """No provider has that name."""

    code = "unknown_provider"


class ForgedTicketError(RejectedError):
    """A ticket is not ours, not for what it is shown for, or too old; which one is not said."""

    code = "forged_ticket"


class OversizedBodyError(RejectedError):
    """A body is larger than its limit."""

    code = "body_too_large"


class UnreadableReportError(RejectedError):
    """A provider's body is not what the provider documents."""

    code = "unreadable_report"


class ForbiddenAddressError(RejectedError):
    """A link leads where downloads must not go: not https, not a public address, no host name."""

    code = "forbidden_address"


class AlreadyDoneError(RejectedError):
    """A job has ended, so it cannot be canceled."""

    code = "already_done"


class UnarchivedClipError(RejectedError):
    """A clip's file is not in the archive, or not yet, so no copy of it can be made."""

    code = "not_archived"


class OversizedClipError(RejectedError):
    """A clip's file is too long for a copy that is made while somebody waits."""

    code = "clip_too_large"


class UntaggableClipError(RejectedError):
    """A clip's file holds no tags: it is damaged, or of a kind that has none."""

    code = "untaggable"


class NotDoneError(RejectedError):
    """A job goes on, so it cannot be deleted."""

    code = "not_done"


class InsufficientBalanceError(RejectedError):
    """An account has not enough credit for a job."""

    code = "insufficient_balance"


class CapReachedError(RejectedError):
    """An account may spend no more at a provider today."""

    code = "daily_cap_reached"


class ReusedReferenceError(RejectedError):
    """A grant's reference came again with another amount."""

    code = "reference_reused"


class ExpiredCursorError(RejectedError):
    """What a feed is to go on from is no longer kept, nor perhaps all that came after it."""

    code = "cursor_expired"


class RetryableError(CliphookError):
    """Sending the same thing again may succeed."""

    code = "retryable"


class ContendedJobError(RetryableError):
    """Others kept changing the job, or its account's balance, first."""

    code = "contended_job"


class UnavailableStoreError(RetryableError):
    """The table did not answer in time, so it is not known whether it stored anything."""

    code = "unavailable_store"


class UnconfiguredProviderError(RetryableError):
    """The operator has not yet stored the provider's key."""

    code = "unconfigured_provider"


class UnansweredPollError(RetryableError):
    """A provider did not answer a poll in a usable way; nothing is known that was not before."""

    code = "unanswered_poll"


class FailedFetchError(RetryableError):
    """
    An audio host did not serve the whole of a playable file.

    `reason` is a stable word for the clip's record, such as `http_404`, `empty` or `not_audio`.
    """

    code = "failed_fetch"

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


class HeldHostError(FailedFetchError):
    """All hosts of a file are left alone for a while, `wait_s` seconds; it was not fetched."""

    code = "held_host"

    def __init__(self, wait_s: float) -> None:
        """Say for how long."""
        super().__init__("host_on_hold")
        self.wait_s = wait_s
