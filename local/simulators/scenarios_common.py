"""What any provider can do: those of S1 to S17 that need no format, every refusal and download."""

from collections.abc import Collection, Mapping
from typing import Final

from local.simulators.scenario import (
    Answer,
    CoverFault,
    Create,
    FileFault,
    Files,
    Poll,
    PollFault,
    Refusal,
    Scenario,
)


def common[S: Scenario](kind: type[S], refusals: Collection[Refusal]) -> dict[str, S]:
    """
    Make the scenarios of all providers in a format's own class, as it is by default but for these.

    What is refused with a reason that a provider does not know is left out. A format adds
    S10 to S13, which look different in each, and whatever only it can do.
    """
    refused = {
        name: create
        for name, create in _CREATES.items()
        if create.answer is not Answer.REFUSED or create.refusal in refusals
    }
    return {
        "S1-happy": kind("as documented"),
        "S2-slow": kind("all stages come five times later", pace=5.0),
        **{name: kind(_SAYS[name], create=create) for name, create in refused.items()},
        **{name: kind(says, files=files) for name, (says, files) in _FILES.items()},
        **{
            f"cover-{fault}": kind(f"covers are no pictures to be kept: {fault}", cover=fault)
            for fault in CoverFault
        },
        **{
            f"refuse-{refusal}": kind(f"a create is refused: {refusal}", create=_refused(refusal))
            for refusal in refusals
        },
        "first-poll-html-502": kind(
            "the first poll fails: html-502", poll=Poll(PollFault.HTML_502, 1)
        ),
        "audio-length-lie": kind("ten times the true duration is reported", length_lie=10.0),
    }


def failing_polls() -> Mapping[str, tuple[str, Poll]]:
    """List the ways in which the first three polls of a task may fail: what it says, and how."""
    return {
        f"poll-{fault}": (f"the first three polls fail: {fault}", Poll(fault, 3))
        for fault in PollFault
    }


def _refused(refusal: Refusal, *, times: int | None = None) -> Create:
    return Create(Answer.REFUSED, refusal=refusal, times=times)


_NUMBERED: Final[Mapping[str, tuple[str, Create]]] = {
    "S3-bad-key": ("the key is refused", _refused(Refusal.UNAUTHORIZED)),
    "S4-no-credits": ("out of credits", _refused(Refusal.CREDITS)),
    "S5-rate-limited-then-ok": (
        "too fast, for the first two creates of a body", _refused(Refusal.RATE, times=2),
    ),
    "S6-validation": ("a sound request is invalid", _refused(Refusal.INVALID)),
    "S7-error-before-accept": ("an empty 500 and no task", Create(Answer.EMPTY_500)),
    "S7-error-once-before-accept": (
        "an empty 500 and no task, for the first create of a body",
        Create(Answer.EMPTY_500, times=1),
    ),
    "S7-timeout-before-accept": ("no answer and no task", Create(Answer.HANG)),
    "S8-timeout-after-accept": (
        "no answer, but the task exists and goes on", Create(Answer.HANG, accepted=True),
    ),
    "S8-error-after-accept": (
        "an empty 500, but the task exists and goes on", Create(Answer.EMPTY_500, accepted=True),
    ),
    "S8-bad-gateway-after-accept": (
        "an HTML 502, but the task exists and goes on", Create(Answer.HTML_502, accepted=True),
    ),
    "S8-cut-after-accept": (
        "half an answer, but the task exists and goes on", Create(Answer.CUT, accepted=True),
    ),
    "S8-no-task-id": (
        "success without a task id, but the task exists and goes on",
        Create(Answer.NO_TASK_ID, accepted=True),
    ),
    "S9-html-403": ("an HTML 403 of the edge", Create(Answer.HTML_403)),
    "S9-html-502": ("an HTML 502 and no task", Create(Answer.HTML_502)),
}  # fmt: skip
_SAYS: Final = {name: says for name, (says, _) in _NUMBERED.items()}
_CREATES: Final = {name: create for name, (_, create) in _NUMBERED.items()}
_FILES: Final[Mapping[str, tuple[str, Files]]] = {
    "S14-audio-404-then-ok": ("two 404, then the file", Files(FileFault.NOT_FOUND, 2)),
    "S15-empty-audio": ("a 200 without bytes, always", Files(FileFault.EMPTY)),
    "S15-empty-audio-then-ok": ("a 200 without bytes, once", Files(FileFault.EMPTY, 1)),
    "S16-wrong-content-type": ("an MP3 that says text/plain", Files(FileFault.WRONG_TYPE)),
    "S17-expired-url": ("the link has expired: 403 with XML", Files(FileFault.EXPIRED)),
    "audio-403": ("403, always", Files(FileFault.FORBIDDEN)),
    "audio-403-then-ok": ("403, once", Files(FileFault.FORBIDDEN, 1)),
    "audio-404": ("404, always", Files(FileFault.NOT_FOUND)),
    "audio-html": ("an HTML page named mp3", Files(FileFault.HTML)),
    "audio-redirect": ("a redirect to the file", Files(FileFault.REDIRECT)),
    "audio-redirect-private": ("a redirect to 169.254.169.254", Files(FileFault.PRIVATE)),
    "audio-redirect-loop": ("redirects without end", Files(FileFault.LOOP)),
    "audio-half": ("Content-Length is twice what is sent, always", Files(FileFault.HALF)),
    "audio-half-then-ok": ("Content-Length is twice what is sent, once", Files(FileFault.HALF, 1)),
    "audio-short": ("half of the music in a sound answer", Files(FileFault.SHORT)),
    "audio-slow": ("the file drips for a minute", Files(FileFault.SLOW)),
    "audio-endless": ("bytes without end", Files(FileFault.ENDLESS)),
    "audio-silent": ("an MP3 of silence", Files(FileFault.SILENT)),
    "audio-garbage": ("bytes that are no audio", Files(FileFault.GARBAGE)),
    "audio-wav": ("a WAV named mp3", Files(FileFault.WAV)),
}
