"""S1 to S17 as the dossier of the providers numbers them, and every refusal and download."""

from collections.abc import Mapping
from typing import Final

from local.simulators.facts import Failure, Refusal
from local.simulators.scenario import (
    HAPPY_CALLS,
    HAPPY_MARKS,
    Answer,
    Create,
    FileFault,
    Files,
    Poll,
    PollFault,
    Scenario,
    Shape,
    fails,
    shaped,
)

_TEXT, _FIRST, _COMPLETE = HAPPY_CALLS


def _refused(refusal: Refusal, *, times: int | None = None) -> Create:
    return Create(Answer.REFUSED, refusal=refusal, times=times)


def _file(fault: FileFault, says: str, *, times: int | None = None) -> Scenario:
    return Scenario(says, files=Files(fault, times))


NUMBERED: Final[Mapping[str, Scenario]] = {
    "S1-happy": Scenario("as documented"),
    "S2-slow": Scenario("all stages come five times later", pace=5.0),
    "S3-bad-key": Scenario("the key is refused", create=_refused(Refusal.UNAUTHORIZED)),
    "S4-no-credits": Scenario("out of credits", create=_refused(Refusal.CREDITS)),
    "S5-rate-limited-then-ok": Scenario(
        "too fast, for the first two creates of a body", create=_refused(Refusal.RATE, times=2)
    ),
    "S6-validation": Scenario("a sound request is invalid", create=_refused(Refusal.INVALID)),
    "S7-error-before-accept": Scenario("an empty 500 and no task", create=Create(Answer.EMPTY_500)),
    "S7-error-once-before-accept": Scenario(
        "an empty 500 and no task, for the first create of a body",
        create=Create(Answer.EMPTY_500, times=1),
    ),
    "S7-timeout-before-accept": Scenario("no answer and no task", create=Create(Answer.HANG)),
    "S8-timeout-after-accept": Scenario(
        "no answer, but the task exists and calls back", create=Create(Answer.HANG, accepted=True)
    ),
    "S8-error-after-accept": Scenario(
        "an empty 500, but the task exists and calls back",
        create=Create(Answer.EMPTY_500, accepted=True),
    ),
    "S8-bad-gateway-after-accept": Scenario(
        "an HTML 502, but the task exists and calls back",
        create=Create(Answer.HTML_502, accepted=True),
    ),
    "S8-cut-after-accept": Scenario(
        "half an answer, but the task exists and calls back",
        create=Create(Answer.CUT, accepted=True),
    ),
    "S8-no-task-id": Scenario(
        "success without a task id, but the task exists and calls back",
        create=Create(Answer.NO_TASK_ID, accepted=True),
    ),
    "S9-html-403": Scenario("an HTML 403 of the edge", create=Create(Answer.HTML_403)),
    "S9-html-502": Scenario("an HTML 502 and no task", create=Create(Answer.HTML_502)),
    "S10-unknown-fields": Scenario(
        "callbacks carry fields nobody documents", calls=shaped(Shape(unknown_fields=True))
    ),
    "S11-failure-after-accept": fails("accepted, then it fails", Failure.GENERATION),
    "S12-never-finishes": Scenario(
        "no callback, and polls say GENERATING for ever", calls=(), marks=HAPPY_MARKS[:2]
    ),
    "S13-unknown-task": Scenario(
        "no callback, and polls do not know the task", calls=(), poll=Poll(PollFault.UNKNOWN)
    ),
    "S14-audio-404-then-ok": _file(FileFault.NOT_FOUND, "two 404, then the file", times=2),
    "S15-empty-audio": _file(FileFault.EMPTY, "a 200 without bytes, always"),
    "S15-empty-audio-then-ok": _file(FileFault.EMPTY, "a 200 without bytes, once", times=1),
    "S16-wrong-content-type": _file(FileFault.WRONG_TYPE, "an MP3 that says text/plain"),
    "S17-expired-url": _file(FileFault.EXPIRED, "the link has expired: 403 with XML"),
}

CREATES: Final[Mapping[str, Scenario]] = {
    f"refuse-{refusal}": Scenario(f"a create is refused: {refusal}", create=_refused(refusal))
    for refusal in Refusal
}

FILES: Final[Mapping[str, Scenario]] = {
    "audio-403": _file(FileFault.FORBIDDEN, "403, always"),
    "audio-403-then-ok": _file(FileFault.FORBIDDEN, "403, once", times=1),
    "audio-404": _file(FileFault.NOT_FOUND, "404, always"),
    "audio-html": _file(FileFault.HTML, "an HTML page named mp3"),
    "audio-redirect": _file(FileFault.REDIRECT, "a redirect to the file"),
    "audio-redirect-private": _file(FileFault.PRIVATE, "a redirect to 169.254.169.254"),
    "audio-redirect-loop": _file(FileFault.LOOP, "redirects without end"),
    "audio-half": _file(FileFault.HALF, "Content-Length is twice what is sent, always"),
    "audio-half-then-ok": _file(FileFault.HALF, "Content-Length is twice what is sent, once",
                                times=1),
    "audio-short": _file(FileFault.SHORT, "half of the music in a sound answer"),
    "audio-slow": _file(FileFault.SLOW, "the file drips for a minute"),
    "audio-endless": _file(FileFault.ENDLESS, "bytes without end"),
    "audio-silent": _file(FileFault.SILENT, "an MP3 of silence"),
    "audio-garbage": _file(FileFault.GARBAGE, "bytes that are no audio"),
    "audio-wav": _file(FileFault.WAV, "a WAV named mp3"),
    "audio-length-lie": Scenario("ten times the true duration is reported", length_lie=10.0),
    "audio-only-at-source": Scenario(
        "404 at audio_url, the file at source_audio_url",
        files=Files(FileFault.NOT_FOUND, source_too=False),
    ),
}  # fmt: skip
