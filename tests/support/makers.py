"""Jobs, reports and clips for tests: what a test does not name does not matter to it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from cliphook.domain.companion import KeptFile
from cliphook.domain.fold import fold
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.job import Job, JobError
from cliphook.domain.passport import Passport
from cliphook.domain.plan import Pace
from cliphook.domain.report import (
    Accepted,
    Claimed,
    Failure,
    Progress,
    Report,
    ReportedClip,
    Said,
    Via,
)
from cliphook.domain.request import MusicRequest
from cliphook.domain.status import Stage
from cliphook.domain.steps import Quarantined

START: Final = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TASK: Final = "5c79aa10d2f44e3bb1a6c0de7f21be8e"
ACCOUNT: Final = AccountId("acct_01KAJ5T1W0000000000000000A")
JOB: Final = JobId("job_01KAJ5T1W0000000000000000J")
PACE: Final = Pace(poll_first_s=90, deadline_s=7200, unknown_deadline_s=3600)


def at(seconds: float) -> datetime:
    """Tell the instant so many seconds after the start."""
    return START + timedelta(seconds=seconds)


def new_job(**changes: object) -> Job:
    """Make a job that nobody has submitted yet."""
    values: dict[str, object] = {
        "id": JOB,
        "account_id": ACCOUNT,
        "request": MusicRequest(prompt="A calm piano", model="sunoapi/V5"),
        "provider": "sunoapi",
        "model": "V5",
        "created_at": START,
        "pace": PACE,
    }
    return Job(**{**values, **changes})  # type: ignore[arg-type]


def claimed(attempt: int = 1, seconds: float = 1) -> Claimed:
    """Make a claim."""
    return Claimed(attempt, owner=f"request-{attempt}", at=at(seconds))


def claimed_option(option: int, attempt: int = 1, seconds: float = 1, reason: str = "") -> Claimed:
    """Make a claim of one option of a job's route."""
    return Claimed(attempt, f"request-{attempt}", at(seconds), option, reason)


def accepted(attempt: int = 1, seconds: float = 2, task_id: str = TASK) -> Accepted:
    """Make a provider's acceptance."""
    return Accepted(attempt, task_id, at(seconds))


def said_clip(name: str = "one", index: int = 0, *, audio: bool = True) -> ReportedClip:
    """Make what a provider says of a clip, with or without audio."""
    return ReportedClip(
        provider_clip_id=name,
        index=index,
        title="Iron Man",
        lyrics="[Verse]\nNight city lights",
        audio_url=f"https://files.example.test/{name}.mp3" if audio else None,
        stream_url=f"https://stream.example.test/{name}",
        duration_s=Decimal("198.44") if audio else None,
    )


def progressed(
    stage: Stage,
    *clips: ReportedClip,
    via: Via = Via.CALLBACK,
    seconds: float = 60,
    task_id: str | None = TASK,
) -> Said:
    """Make a provider's word that a stage is reached."""
    return Said(1, Progress(task_id, stage, clips), via, at(seconds))


def failed(via: Via = Via.POLL, seconds: float = 60, code: str = "generation_failed") -> Said:
    """Make a provider's word that there will be no music."""
    return Said(1, Failure(TASK, JobError(code, "No music.")), via, at(seconds))


def passport(name: str = "one", seconds: float = 200) -> Passport:
    """Make what the archive knows of a clip."""
    return Passport(f"clips/{name}.mp3", "ab" * 32, 4_000_000, "audio/mpeg", at(seconds))


def kept_file(name: str = "one", seconds: float = 300) -> KeptFile:
    """Make what the archive knows of a file beside a clip's audio."""
    return KeptFile(f"clips/{name}.jpg", "cd" * 32, 9_000, "image/jpeg", at(seconds))


WHOLE: Final = (said_clip("one", 0), said_clip("two", 1))
REFUSAL: Final = JobError("provider_rejected", "No.", "422")


def told(*reports: Report, job: Job | None = None) -> Job:
    """Fold a history, none of which may be set aside."""
    job = job or new_job()
    for report in reports:
        after = fold(job, report)
        assert not isinstance(after, Quarantined), after
        job = after
    return job


def running(*reports: Report) -> Job:
    """Make a job that its provider has taken, and what it was told since."""
    return told(claimed(), accepted(), *reports)


def completed() -> Job:
    """Make a job whose music is there and not yet kept."""
    return running(progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL))
