"""
How a job must end that a scenario of the simulators happens to, as the documents demand it.

The codes are those of docs/api.md; which answer of a provider means what, its page says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class End:
    """
    An end that nothing follows.

    A clip is as the API shows it, with the reason if it was given up; one that turned up after
    its job had ended is `recovered`. `taken` is whether the provider took the job, and its money.
    """

    status: str
    error: str | None = None
    clips: tuple[str, ...] = ()
    taken: bool = True


def refused(error: str) -> End:
    """Say no at once: nothing is paid, and the client hears why."""
    return End("failed", error, taken=False)


def failed(error: str, *clips: str) -> End:
    """Take the job, and make no music, or not all of it."""
    return End("failed", error, clips)


def given_up(reason: str) -> End:
    """Make the music, and never serve it."""
    return End("complete", clips=(f"archive_failed: {reason}",) * 2)


KEPT: Final = End("archived", clips=("archived", "archived"))
# A submission that may have been taken is never repeated. What no callback brings back is over.
NEVER_LEARNT: Final = End("expired", "submission_unknown", taken=False)
TOO_LATE: Final = End("expired", "deadline_passed")
NO_MUSIC: Final = failed("generation_failed")

CREATES: Final[Mapping[str, End]] = {
    "S1-happy": KEPT,
    "S2-slow": KEPT,
    "S3-bad-key": refused("provider_unauthorized"),
    "S4-no-credits": refused("provider_out_of_credit"),
    # A refusal "not now" is the only one after which the job is submitted again.
    "S5-rate-limited-then-ok": KEPT,
    "S6-validation": refused("provider_rejected"),
    "S7-error-before-accept": NEVER_LEARNT,
    # The second create would be taken, but nobody can know that the first one was not.
    "S7-error-once-before-accept": NEVER_LEARNT,
    "S7-timeout-before-accept": NEVER_LEARNT,
    # The ticket in the address binds the callbacks, whatever became of the answer.
    "S8-timeout-after-accept": KEPT,
    "S8-error-after-accept": KEPT,
    "S8-bad-gateway-after-accept": KEPT,
    "S8-cut-after-accept": KEPT,
    "S8-no-task-id": KEPT,
    # 403 is a refusal even from an edge that speaks no JSON; 502 is none.
    "S9-html-403": refused("provider_unauthorized"),
    "S9-html-502": NEVER_LEARNT,
    "refuse-invalid": refused("provider_rejected"),
    "refuse-unauthorized": refused("provider_unauthorized"),
    "refuse-credits": refused("provider_out_of_credit"),
    "refuse-not-found": refused("provider_rejected"),
    "refuse-rate": refused("provider_rate_limited"),
    "refuse-frequency": refused("provider_rate_limited"),
    "refuse-conflict": refused("provider_rejected"),
    "refuse-too-long": refused("provider_rejected"),
    "refuse-fetch": refused("provider_rejected"),
    "refuse-maintenance": refused("provider_unavailable"),
    # 500 in the body is a provider's trouble, not its refusal.
    "refuse-server-error": NEVER_LEARNT,
}

CALLBACKS: Final[Mapping[str, End]] = {
    "S10-unknown-fields": KEPT,
    "skip-text-first": KEPT,
    "out-of-order": KEPT,
    "all-at-once": KEPT,
    "duplicate": KEPT,
    "complete-without-audio": KEPT,
    "camel-task-id": KEPT,
    # Set aside, and the poll finds the music under the id that the create was answered with.
    "foreign-task-id": KEPT,
    "unwrapped": KEPT,
    "text-variant-b": KEPT,
    "text-variant-c": KEPT,
    "create-time-string": KEPT,
    # No callback can be read; the polls can.
    "too-large": KEPT,
    "broken-json": KEPT,
    "lost-callbacks": KEPT,
    "lost-complete": KEPT,
    "callback-before-answer": KEPT,
    "complete-before-answer": KEPT,
    # That we could not be reached says nothing about the music.
    "callback-exception": KEPT,
    "callback-exception-late": KEPT,
    "one-track": End("archived", clips=("archived",)),
}

FAILURES: Final[Mapping[str, End]] = {
    "S11-failure-after-accept": NO_MUSIC,
    "S12-never-finishes": TOO_LATE,
    "S13-unknown-task": TOO_LATE,
    "error-null": NO_MUSIC,
    "error-list": NO_MUSIC,
    "error-string": NO_MUSIC,
    "error-failed": NO_MUSIC,
    "fail-generation": NO_MUSIC,
    "fail-policy": failed("content_policy"),
    "fail-server": NO_MUSIC,
    "fail-timeout": NO_MUSIC,
    "fail-existing-work": failed("content_policy"),
    "fail-download": NO_MUSIC,
    "fail-refunded": NO_MUSIC,
    "sensitive-word": failed("content_policy"),
    "create-task-failed": NO_MUSIC,
    "status-failed": NO_MUSIC,
    "status-unknown": KEPT,
    "failure-after-text": failed("generation_failed", "pending", "pending"),
    # The poll between `first` and the failure showed one clip; what was delivered is kept.
    "failure-after-first": failed("generation_failed", "archived", "pending"),
    # What was announced as failed stays failed; its music is not thrown away.
    "error-then-complete": failed("generation_failed", "recovered", "recovered"),
    # An unsigned `complete` that the provider's own API does not confirm moves no download.
    "complete-then-pending": End("expired", "deadline_passed", ("ready", "ready")),
    "complete-then-failed": failed("generation_failed", "archived", "ready"),
    # Nor does an unsigned `error` end a job.
    "error-then-success": KEPT,
    "poll-html-502": KEPT,
    "poll-empty-500": KEPT,
    "poll-unknown": KEPT,
    "poll-rate": KEPT,
}

FILES: Final[Mapping[str, End]] = {
    "S14-audio-404-then-ok": KEPT,
    "S15-empty-audio": given_up("empty"),
    "S15-empty-audio-then-ok": KEPT,
    "S16-wrong-content-type": KEPT,
    "S17-expired-url": given_up("http_403"),
    "audio-403": given_up("http_403"),
    "audio-403-then-ok": KEPT,
    "audio-404": given_up("http_404"),
    "audio-html": given_up("not_audio"),
    "audio-redirect": KEPT,
    "audio-redirect-private": given_up("forbidden_address"),
    "audio-redirect-loop": given_up("too_many_redirects"),
    "audio-half": given_up("short"),
    "audio-half-then-ok": KEPT,
    # Whole by its length, and audio by its first bytes: whether it is all of the music, whether
    # it can be heard and how long it is, only who decodes it can say. It is kept as it came.
    "audio-short": KEPT,
    "audio-silent": KEPT,
    "audio-garbage": KEPT,
    "audio-length-lie": KEPT,
    "audio-slow": KEPT,
    "audio-endless": given_up("too_large"),
    "audio-wav": KEPT,
    "audio-only-at-source": KEPT,
}

ENDS: Final[Mapping[str, End]] = {**CREATES, **CALLBACKS, **FAILURES, **FILES}

# Where one provider differs. apikley does not document source addresses, and sends none.
OWN: Final[Mapping[tuple[str, str], End]] = {
    ("apikley", "audio-only-at-source"): given_up("http_404"),
}

# Callbacks that may not change a job are kept and set aside, each for its reason.
SET_ASIDE: Final[Mapping[str, str]] = {
    "foreign-task-id": "binding_conflict",
    "broken-json": "unreadable",
}


def end_of(provider: str, scenario: str) -> End:
    """Say how a job with a provider must end that a scenario happens to."""
    return OWN.get((provider, scenario)) or ENDS[scenario]
