"""`reread`, `retry_clip` and `dismiss`: what was set aside or given up of one job."""

import json
from typing import Final

from cliphook.adapters.documents import write_order
from cliphook.adapters.providers.table import Table
from cliphook.application.diagnose_letter import Cause, find_clip
from cliphook.application.keep_inline import INLINE
from cliphook.application.operations_ports import Place, Report
from cliphook.application.ports import JobRef, Origin
from cliphook.application.receive_callback import UNREADABLE
from cliphook.application.reread_reports import Obstacle, reread_reports
from cliphook.domain.clip import Clip
from cliphook.domain.companion import Part
from cliphook.domain.companions import companion_of, is_made, is_wanted
from cliphook.domain.due import Work
from cliphook.domain.errors import UnansweredPollError, UnknownResourceError, UnreadableReportError
from cliphook.domain.event import Order as WorkOrder
from cliphook.domain.ids import AccountId, ClipId, EventId, JobId
from cliphook.domain.job import Job
from cliphook.domain.report import Progress, Word
from cliphook.runtime.clock import now, within
from cliphook.runtime.observability import logger
from cliphook.runtime.operator.desk import (
    COMMAND_S,
    AccountName,
    Answer,
    ClipName,
    Command,
    Desk,
    JobName,
    Order,
)


class Reread(Order):
    """Read a job's quarantined bodies again, and record what they say."""

    account_id: AccountName
    job_id: JobName


class RetryClip(Order):
    """Try once more to keep a clip that was given up, or a part beside it."""

    account_id: AccountName
    job_id: JobName
    clip_id: ClipName
    part: Part | None = None


class Dismiss(Order):
    """Take what is on one list of a job off it: nothing more can be done about it."""

    account_id: AccountName
    job_id: JobName
    where: Place


def _reread(order: Reread, desk: Desk) -> Answer:
    ref = JobRef(AccountId(order.account_id), JobId(order.job_id))
    done = reread_reports(
        ref,
        jobs=desk.jobs,
        stuck=desk.stuck,
        read=lambda job, report: read_again(job, report, desk.providers),
        now=now(),
        has_time=within(COMMAND_S),
    )
    told = {"recorded": done.recorded, "known": done.known}
    logger.info("reread", extra={**told, "left": len(done.left), "job_id": order.job_id})
    left = [{"row": row.key[1], "reason": reason} for row, reason in done.left]
    return {**told, "left": left, "more": done.is_more}


def read_again(job: Job, report: Report, providers: Table) -> Word | Obstacle:
    """Read a body as its provider's page does today; raises `UnreadableReportError`."""
    attempt = job.attempts[(report.attempt or 1) - 1]
    provider = providers.get(attempt.provider)
    if not provider:
        return Obstacle.UNREADABLE
    if report.origin is Origin.CALLBACK:
        # What could be read was held to its signature before it was set aside.
        is_unsigned = provider.facts.callback_signature and report.row.reason == UNREADABLE
        return Obstacle.UNSIGNED if is_unsigned else provider.read_callback(report.body)
    try:
        word = provider.read_polled(report.body, job.request.operation)
    except UnansweredPollError as error:
        raise UnreadableReportError from error
    clips = word.clips if isinstance(word, Progress) else ()
    # The audio itself lay beside the body, and was not kept with it.
    is_answer = any((clip.audio_url or "").startswith(INLINE) for clip in clips)
    return Obstacle.IS_ANSWER if is_answer else word


def _retry_clip(order: RetryClip, desk: Desk) -> Answer:
    """Order a clip's download; the order is one like any other, so two of them do no harm."""
    ref = JobRef(AccountId(order.account_id), JobId(order.job_id))
    job = desk.jobs.load(ref)
    if job is None:
        raise UnknownResourceError
    clip = find_clip(job, ClipId(order.clip_id))
    reason = None
    if not clip or not clip.is_delivered:
        reason = Cause.UNKNOWN_CLIP
    elif _is_done(job, clip, order.part):
        reason = Cause.DONE_SINCE
    if reason:
        return {"sent": False, "reason": reason}
    work = WorkOrder(EventId(""), Work.ARCHIVE, now(), job, ClipId(order.clip_id), order.part)
    desk.letters.send("archive", json.dumps(write_order(work)))
    logger.info("clip tried again", extra={"job_id": order.job_id, "clip_id": order.clip_id})
    return {"sent": True}


def _is_done(job: Job, clip: Clip, part: Part | None) -> bool:
    """Tell whether nothing can be fetched: it is kept, or nobody knows from where."""
    if part is None:
        return clip.is_kept
    is_there = companion_of(clip, part).file is not None
    return is_there or not is_wanted(job, clip, part) or is_made(clip, part)


def _dismiss(order: Dismiss, desk: Desk) -> Answer:
    ref = JobRef(AccountId(order.account_id), JobId(order.job_id))
    rows = desk.stuck.find_of(ref, order.where)
    for row in rows:
        desk.stuck.settle(row, "dismissed", now())
    logger.info("dismissed", extra={"job_id": order.job_id, "rows": len(rows)})
    return {"dismissed": len(rows)}


REREAD: Final = Command(Reread, _reread)
RETRY_CLIP: Final = Command(RetryClip, _retry_clip)
DISMISS: Final = Command(Dismiss, _dismiss)
