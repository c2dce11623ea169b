"""I3, I9, I11, I19, I20, I21, I23: how a job goes, and how it ends."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.simulator.checks.reading import Item, text
from tests.simulator.checks.rules import in_the_end, whenever
from tests.simulator.checks.view import ENDED, FAILED, JobSeen, View, commit_of
from tests.simulator.logs import Ended, Wrote
from tests.simulator.makers import CLIPS
from tests.simulator.scenario import Habits
from tests.simulator.world import NEWER

LADDER: Final = ("queued", "submitting", "accepted", "text", "first", "complete", "archived")
RANK: Final[Mapping[str, int]] = {
    **{status: rank for rank, status in enumerate(LADDER)},
    **dict.fromkeys(FAILED, len(LADDER)),
}
TERMINAL: Final = FAILED | {"archived"}
# The longest deadline, and what a last poll may need after it.
DEADLINE_S: Final = 2 * 3600
AFTER_S: Final = 3600
# How far a function's clock may be off, one way and the other.
SKEW_S: Final = 2 * 300


def _job_rows(wrote: Wrote, view: View) -> tuple[JobSeen, Item, Item] | None:
    """Give a job whose row was replaced, and both images."""
    if wrote.key[1] != "JOB" or not wrote.before or not wrote.after:
        return None
    job = view.jobs.get(wrote.key[0].rpartition("#")[2])
    # What somebody from outside writes is none of our doing.
    return None if not job or wrote.actor == "nobody" else (job, wrote.before, wrote.after)


@whenever("I3", Wrote)
def monotone(wrote: Wrote, view: View) -> Iterator[str]:
    """A job's status only rises, and its version by one each time; an end is for good."""
    if not (found := _job_rows(wrote, view)):
        return
    job, before, after = found
    was, now = text(before, "status"), text(after, "status")
    if RANK[now] < RANK[was] or (was != now and was in TERMINAL):
        yield f"{job.id} went from {was} to {now}"
    elif was == "complete" and now not in {was, "archived"}:
        yield f"{job.id} was complete, and is {now}"
    versions = [int(item["version"]["N"]) for item in (before, after)]
    # Beside the job it may be noted that somebody has to look at it.
    is_aside = versions[1] == versions[0] and before["job"] == after["job"]
    if versions[1] != versions[0] + 1 and not is_aside:
        yield f"{job.id} went from version {versions[0]} to {versions[1]}"


@whenever("I3", Wrote)
def facts_only_grow(wrote: Wrote, view: View) -> Iterator[str]:
    """Stages, attempts and clips are never taken back, nor is what the archive has of a clip."""
    if not (found := _job_rows(wrote, view)):
        return
    job, old, new = found[0], found[0].read(found[1]), found[0].document
    if (
        len(new["attempts"]) < len(old["attempts"])
        or not old["stages"].keys() <= new["stages"].keys()
    ):
        yield f"{job.id} forgot an attempt or a stage"
    for name, clip in old["clips"].items():
        after = new["clips"].get(name)
        if after is None:
            yield f"{job.id} forgot the clip {name}"
        elif clip.get("passport") and not after.get("passport"):
            yield f"{job.id} forgot what the archive has of {name}"


@whenever("I19", Wrote)
def late_evidence(wrote: Wrote, view: View) -> Iterator[str]:
    """What is learnt of a job after its end changes neither its status nor money."""
    row = wrote.key[1]
    if row.startswith(("LEDGER#refund#", "LEDGER#charge#")):
        job = view.jobs.get(row.rpartition("#")[2])
        if job and job.ended and job.ended != commit_of(wrote):
            yield f"{row} was written after {job.id} was {job.status}"
        return
    if not (found := _job_rows(wrote, view)):
        return
    job, before, _ = found
    was = text(before, "status")
    if was not in FAILED:
        return
    old, new = job.read(before), job.document
    for name in ("verdict", "refund", "charge"):
        if _lasting(old.get(name)) != _lasting(new.get(name)):
            yield f"{job.id} was {was}, and its {name} changed"
    if "complete" in new["stages"] and "complete" not in old["stages"]:
        yield f"{job.id} was {was}, and became complete"


def _lasting(value: Any) -> Any:
    """Leave a time out: of two that tell of the same end the earlier one is kept."""
    return {**value, "at": None, "error": None} if isinstance(value, dict) else value


@in_the_end("I19")
def late_clips_are_flagged(view: View) -> Iterator[str]:
    """A clip that comes after its job has failed is kept, and told as recovered."""
    for job in view.jobs.values():
        if not job.item or job.status not in FAILED:
            continue
        told = [text(item, "detail_type") for item in job.rows.values()]
        kept = [clip for clip in job.document["clips"].values() if clip.get("passport")]
        late = [clip for clip in kept if _is_late(job, clip)]
        if len(late) > told.count("clip.recovered"):
            yield f"{job.id} has {len(late)} late clips, and {told.count('clip.recovered')} events"


def _is_late(job: JobSeen, clip: Mapping[str, Any]) -> bool:
    """Tell whether a clip was first delivered in a commit after the one that ended its job."""
    return bool(clip.get("is_late", clip["delivered_at"] > job.document["verdict"]["at"]))


@whenever("I9", Ended)
def termination(ended: Ended, view: View) -> Iterator[str]:
    """When faults have ceased every job comes to its end within its deadline."""
    if ended.actor != "sweep":
        return
    for job in view.jobs.values():
        if not job.item or job.is_deleted:
            continue
        since = ended.at - max(job.born_at, view.sight.faults_end_s) - DEADLINE_S
        if since > AFTER_S and job.status not in ENDED:
            yield f"{job.id} is still {job.status}"


@in_the_end("I9", needs_sweep=True)
def everything_ends(view: View) -> Iterator[str]:
    """In the end every job has ended, each clip is settled, and queues are empty."""
    for job in view.jobs.values():
        if job.item and job.status not in ENDED:
            yield f"{job.id} is {job.status} for ever"
        elif job.item and _unsettled(job):
            yield f"{job.id} has clips that nobody keeps or gives up"
    for queue, waiting in view.sight.waiting.items():
        is_dead = queue.endswith("-dead") or queue in {"unpublished", "undelivered"}
        if waiting and not is_dead:
            yield f"{waiting} messages are left in {queue}"


def _unsettled(job: JobSeen) -> bool:
    clips = job.document["clips"].values()
    return any(clip.get("delivered_at") and not _is_settled(clip) for clip in clips)


def _is_settled(clip: Mapping[str, Any]) -> bool:
    return bool(clip.get("passport") or clip.get("loss") or clip.get("is_text"))


@in_the_end("I9", needs_sweep=True)
def nothing_is_left_to_be_sent(view: View) -> Iterator[str]:
    """In the end no event is on the list of those that are to be sent."""
    for job in view.jobs.values():
        # A row that lies with no job is nothing that we have written.
        for row, item in job.rows.items() if job.item else ():
            if "event_id" in item and "unsent_shard" in item:
                yield f"{row} of {job.id} is still to be sent"


@whenever("I20", Wrote)
def no_end_before_its_time(wrote: Wrote, view: View) -> Iterator[str]:
    """Whatever the clocks say, no job expires before its time, but for what they may be off."""
    if not (found := _job_rows(wrote, view)):
        return
    job, before, after = found
    if text(after, "status") != "expired" or text(before, "status") == "expired":
        return
    pace = job.document["pace"]
    shortest_s = min(int(pace["deadline_s"]), int(pace["unknown_deadline_s"]))
    if wrote.at - job.born_at < shortest_s - SKEW_S:
        yield f"{job.id} expired {wrote.at - job.born_at:.0f} s after it came"


@whenever("I21", Wrote)
def rolling_deploy(wrote: Wrote, view: View) -> Iterator[str]:
    """What a newer version wrote of a job, an older one carries through."""
    if not (found := _job_rows(wrote, view)):
        return
    job, before, after = found
    for old, new in ((before, after), (before["job"]["M"], after["job"]["M"])):
        if old.get(NEWER) != new.get(NEWER):
            yield f"{job.id} lost what a newer release has written"


@whenever("I23", Wrote)
def no_resurrection(wrote: Wrote, view: View) -> Iterator[str]:
    """Nothing that comes late makes anything of a deleted job again."""
    job = view.jobs.get(wrote.key[0].rpartition("#")[2])
    if job and job.is_deleted and wrote.before is None:
        yield f"{wrote.key[1]} was written for {job.id}, which was deleted"


@in_the_end("I11")
def confluence(view: View) -> Iterator[str]:
    """Whatever the order of what was said, a job's clips are those that its provider told of."""
    for job in view.jobs.values():
        if not job.item or job.status not in {"complete", "archived"}:
            continue
        attempt = (job.document["attempts"] or [{"provider": job.document["provider"]}])[-1]
        task_id = attempt["task"][1] if attempt.get("task") else ""
        kept = sorted(n for n, clip in job.document["clips"].items() if clip.get("delivered_at"))
        habits = view.sight.scenario.providers.get(attempt["provider"], Habits())
        told = [f"{task_id}-{clip}" for clip in CLIPS[: habits.clips]]
        # A provider whose answer is the music names neither task nor clips.
        # What is inside its answer is lost where S3 does not take it for as long as there is time.
        is_lost = not task_id and 0 < len(kept) < len(told) and _has_failed(view, "blob.put_object")
        if not is_lost and (len(kept) != len(told) or (task_id and kept != told)):
            yield f"{job.id} has the clips {kept}, and was to have {told}"


def _has_failed(view: View, operation: str) -> bool:
    return any(one.at.operation == operation for one in view.decisions)
