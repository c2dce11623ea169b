"""The only way in which a job is written: load, fold, commit, and again if others were first."""

from dataclasses import replace
from typing import Final

from cliphook.application.ports import Evidence, JobRef, Jobs
from cliphook.domain.change import Change, apply
from cliphook.domain.errors import ContendedJobError, UnknownResourceError
from cliphook.domain.report import Report
from cliphook.domain.steps import Quarantined

# A job has a handful of writers at its busiest; each lost race means that another one won.
RACES_MAX: Final = 10


def record(
    ref: JobRef, report: Report, *, jobs: Jobs, evidence: Evidence | None = None
) -> Change | Quarantined | None:
    """
    Record what was learnt of a job.

    When this returns, the report, its events and its raw body are stored, or were before. The
    commit is the only one; a crash leaves all of it or nothing. Raises `UnknownResourceError` if
    there is no such job, and `ContendedJobError` or `UnavailableStoreError` if it is not stored.
    """
    for _ in range(RACES_MAX):
        job = jobs.load(ref)
        if job is None:
            raise UnknownResourceError
        change = apply(job, report)
        if isinstance(change, Change):
            if jobs.commit(change, evidence):
                return change
            continue
        if evidence:
            reason = change.reason if isinstance(change, Quarantined) else None
            jobs.keep(replace(evidence, quarantine=reason))
        return change
    raise ContendedJobError
