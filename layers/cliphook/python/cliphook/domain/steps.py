"""The small steps of which every rule for a job is made: each joins a fact, so order is free."""

from dataclasses import dataclass, replace
from datetime import datetime

from cliphook.domain.job import Job, JobError, Verdict
from cliphook.domain.status import Stage, Status


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A report that may not change the job: kept as it came, for a person to look at."""

    reason: str


def end(job: Job, status: Status, at: datetime, error: JobError | None = None) -> Job:
    """End a job without its music, unless that is there or the job ended otherwise before."""
    verdict = Verdict(status, at, error)
    if Stage.COMPLETE in job.stages or (job.verdict and job.verdict.status is not status):
        return job
    return replace(job, verdict=min(job.verdict or verdict, verdict, key=lambda one: one.at))


def reach(job: Job, stage: Stage, at: datetime) -> Job:
    """Take note that a stage is reached, at the earliest time that was told."""
    return replace(job, stages={**job.stages, stage: earlier(job.stages.get(stage), at)})


def earlier(one: datetime | None, other: datetime) -> datetime:
    """Join two times of which the first one counts."""
    return min(one, other) if one else other


def later(one: datetime | None, other: datetime) -> datetime:
    """Join two times of which the last one counts."""
    return max(one, other) if one else other
