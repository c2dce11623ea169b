"""
How a job must end that a scenario of the simulators happens to, as the documents demand it.

The codes are those of docs/api.md; which answer of a provider means what, its page says. What is
true of all who can play a scenario stands once. Where somebody differs, he says why.
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


def kept(clips: int = 2) -> End:
    """Make the music, which then is with us for good."""
    return End("archived", clips=("archived",) * clips)


KEPT: Final = kept()
# A submission that may have been taken is never repeated. What nothing brings back is over.
NEVER_LEARNT: Final = End("expired", "submission_unknown", taken=False)
LOST: Final = End("expired", "submission_unknown")
TOO_LATE: Final = End("expired", "deadline_passed")
NO_MUSIC: Final = failed("generation_failed")
AGAINST_POLICY: Final = failed("content_policy")

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
    # Who cannot be asked without an id, and does not call back, never tells that he has it.
    "S8-timeout-after-accept": LOST,
    "S8-error-after-accept": LOST,
    "S8-bad-gateway-after-accept": LOST,
    "S8-cut-after-accept": LOST,
    "S8-no-task-id": LOST,
    # 403 is a refusal even from an edge that speaks no JSON; 502 is none.
    "S9-html-403": refused("provider_unauthorized"),
    "S9-html-502": NEVER_LEARNT,
    "refuse-invalid": refused("provider_rejected"),
    "refuse-unauthorized": refused("provider_unauthorized"),
    "refuse-forbidden": refused("provider_unauthorized"),
    "refuse-credits": refused("provider_out_of_credit"),
    "refuse-not-found": refused("provider_rejected"),
    "refuse-rate": refused("provider_rate_limited"),
    "refuse-frequency": refused("provider_rate_limited"),
    "refuse-conflict": refused("provider_rejected"),
    "refuse-too-long": refused("provider_rejected"),
    "refuse-fetch": refused("provider_rejected"),
    # From 500 on it is a provider's trouble, not its refusal, whatever its body says of that.
    "refuse-maintenance": NEVER_LEARNT,
    "refuse-server-error": NEVER_LEARNT,
    "refuse-bad-gateway": NEVER_LEARNT,
    "refuse-timeout": NEVER_LEARNT,
}

CALLBACKS: Final[Mapping[str, End]] = {
    "skip-text-first": KEPT,
    "out-of-order": KEPT,
    "all-at-once": KEPT,
    "duplicate": KEPT,
    "camel-task-id": KEPT,
    # Set aside, and the poll finds the music under the id that the create was answered with.
    "foreign-task-id": KEPT,
    "unwrapped": KEPT,
    "callback-wrapped": KEPT,
    "callback-flat": KEPT,
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
}

RESULTS: Final[Mapping[str, End]] = {
    **dict.fromkeys(("S10-unknown-fields", "complete-without-audio", "status-unknown"), KEPT),
    "one-track": kept(1),
    "five-tracks": kept(5),
    "twelve-stems": kept(12),
    # One word or another for the same, and keys under one name or another.
    **dict.fromkeys(("status-completed", "status-success", "word-succeeded"), KEPT),
    **dict.fromkeys(("word-completed", "clip-url", "clip-audio-url"), KEPT),
    **dict.fromkeys(("credits-number", "credits-string", "null-fields"), KEPT),
    **dict.fromkeys(("feed-staged", "complete-says-first", "lean-items"), KEPT),
    **dict.fromkeys(("early-audio-url", "text-without-ids", "model-fallback"), KEPT),
    # The music itself or a job, whichever of the two the provider's documents mean.
    **dict.fromkeys(("sync", "async-prose", "async-schema"), KEPT),
    # What comes inside the answer is as good as a link, however it is written.
    **dict.fromkeys(("b64-fallback", "b64-escaped-slashes", "b64-data-url"), KEPT),
    **dict.fromkeys(("mixed-data", "url-and-b64"), KEPT),
    "b64-large": kept(1),
    # The bytes say what they are, and nothing else does.
    **dict.fromkeys(("wav", "mp3-for-wav", "content-type-lie"), KEPT),
    # Complete and nothing there: it may yet come, since music has come later than its word.
    **dict.fromkeys(("no-tracks", "b64-broken"), TOO_LATE),
    **dict.fromkeys(("empty-data", "data-null", "data-absent"), TOO_LATE),
}

FAILURES: Final[Mapping[str, End]] = {
    "S11-failure-after-accept": NO_MUSIC,
    "S12-never-finishes": TOO_LATE,
    "S13-unknown-task": TOO_LATE,
    **dict.fromkeys(("error-null", "error-list", "error-string", "error-failed"), NO_MUSIC),
    **dict.fromkeys(("error-object", "fail-generation", "fail-upstream_failed"), NO_MUSIC),
    **dict.fromkeys(("fail-server", "fail-timeout", "fail-download", "fail-refunded"), NO_MUSIC),
    **dict.fromkeys(("fail-reference_audio_unavailable", "async-failure"), NO_MUSIC),
    "fail-policy": AGAINST_POLICY,
    "fail-content_policy_violation": AGAINST_POLICY,
    "fail-existing-work": AGAINST_POLICY,
    "sensitive-word": AGAINST_POLICY,
    **dict.fromkeys(("create-task-failed", "status-failed", "failed-at-once"), NO_MUSIC),
    **dict.fromkeys(("refund-in-usd-too", "refund-unsaid", "failure-at-the-end"), NO_MUSIC),
    # Nobody here has canceled it: to its client the provider did not make the music.
    **dict.fromkeys(("canceled", "cancelled"), NO_MUSIC),
    "failure-after-text": failed("generation_failed", "pending", "pending"),
    # The poll between `first` and the failure showed one clip; what was delivered is kept.
    "failure-after-first": failed("generation_failed", "archived", "pending"),
    # What was announced as failed stays failed; its music is not thrown away.
    "error-then-complete": failed("generation_failed", "recovered", "recovered"),
    # An unsigned `complete` that the provider's own API does not confirm moves no download.
    "complete-then-pending": End("expired", "deadline_passed", ("ready", "ready")),
    "complete-then-failed": failed("generation_failed", "archived", "ready"),
    # Nor does an unsigned `error` end a job, nor a poll that nobody can read.
    **dict.fromkeys(("poll-html-502", "poll-empty-500", "poll-unknown", "poll-rate"), KEPT),
    **dict.fromkeys(("first-poll-html-502", "error-then-success"), KEPT),
}

FILES: Final[Mapping[str, End]] = {
    **dict.fromkeys(("S14-audio-404-then-ok", "S15-empty-audio-then-ok"), KEPT),
    **dict.fromkeys(("audio-403-then-ok", "audio-half-then-ok", "audio-redirect"), KEPT),
    **dict.fromkeys(("S16-wrong-content-type", "audio-slow", "audio-wav"), KEPT),
    "S15-empty-audio": given_up("empty"),
    "S17-expired-url": given_up("http_403"),
    "audio-403": given_up("http_403"),
    "audio-404": given_up("http_404"),
    "audio-html": given_up("not_audio"),
    "audio-redirect-private": given_up("forbidden_address"),
    "audio-redirect-loop": given_up("too_many_redirects"),
    "audio-half": given_up("short"),
    "audio-endless": given_up("too_large"),
    # Whole by its length, and audio by its first bytes: whether it is all of the music, whether
    # it can be heard and how long it is, only who decodes it can say. It is kept as it came.
    **dict.fromkeys(("audio-short", "audio-silent", "audio-garbage", "audio-length-lie"), KEPT),
    "audio-only-at-source": KEPT,
    **dict.fromkeys(("cover-404", "cover-html", "cover-oversized"), KEPT),
}

ENDS: Final[Mapping[str, End]] = {**CREATES, **CALLBACKS, **RESULTS, **FAILURES, **FILES}

_S8: Final = [name for name in CREATES if name.startswith("S8-")]
_SUNO: Final = {
    # Callbacks name the task, and the ticket in their address the job: whatever became of the
    # answer, they bring it back.
    **dict.fromkeys(_S8, KEPT),
    # Here maintenance has a code of its own, which is a refusal: "not now".
    "refuse-maintenance": refused("provider_unavailable"),
}
_APIIN: Final = {
    # Callbacks show that the job was taken, and do not name the task: what they claim can never
    # be confirmed, and what is not confirmed is not downloaded.
    **dict.fromkeys(_S8, End("expired", "deadline_passed", ("ready", "ready"))),
    # Each track fails by itself here: what has its audio by then is all that there will be.
    "one-track-fails": kept(1),
    "failure-after-first": kept(1),
    # Before a track is complete its address is a stream, which nobody downloads.
    "complete-then-failed": failed("generation_failed", "ready", "ready"),
}
# Where there are only polls, nobody asks again after the one that told of an end.
_STRATIZON: Final = {"error-then-complete": NO_MUSIC}
_INFERY_JOB: Final = {"complete-then-failed": KEPT}
_INFERY: Final = {
    # The answer is the end, so there is no second word.
    **dict.fromkeys(("S13-unknown-task", "complete-then-failed"), KEPT),
    # A failure comes as a status from 500 on, which may as well be a gateway's: never repeated.
    **dict.fromkeys(("S11-failure-after-accept", "fail-generation", "fail-server"), LOST),
    **dict.fromkeys(("fail-timeout", "error-object", "failure-at-the-end"), LOST),
    # No answer at all.
    "S12-never-finishes": LOST,
    # There are results, and nothing in them that could be kept; nothing will come later.
    **dict.fromkeys(("complete-without-audio", "b64-broken", "empty-data"), NO_MUSIC),
    # An answer in which there is no list of results is not known to be one.
    **dict.fromkeys(("data-null", "data-absent"), LOST),
}

# Where somebody differs. `infery` answers with the music itself, `infery-job` with a job.
OWN: Final[Mapping[str, Mapping[str, End]]] = {
    "sunoapi": _SUNO,
    # apikley does not document source addresses, and sends none.
    "apikley": {**_SUNO, "audio-only-at-source": given_up("http_404")},
    "apiin": _APIIN,
    "stratizon": _STRATIZON,
    "infery-job": _INFERY_JOB,
    "infery": _INFERY,
}

# Callbacks that may not change a job are kept and set aside, each for its reason.
SET_ASIDE: Final[Mapping[str, str]] = {
    "foreign-task-id": "binding_conflict",
    "broken-json": "unreadable",
}


def end_of(house: str, scenario: str) -> End:
    """Say how a job must end in a house that a scenario happens to."""
    return OWN[house].get(scenario) or ENDS[scenario]
