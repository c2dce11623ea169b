"""What somebody needs to know of a run that went wrong: its seed, who died, and each bad job."""

from collections.abc import Iterable, Iterator

from tests.system.kill_checks import Complaint
from tests.system.kill_run import Run
from tests.system.kill_songs import Asked

COMPLAINTS_MAX = 10
JOBS_MAX = 3


def report(run: Run, complaints: Iterable[Complaint]) -> str:
    """Tell what is wrong, and the history of the first few jobs with which it is; empty is well."""
    found = [*complaints]
    if not found:
        return ""
    wrong = [*dict.fromkeys(job_id for job_id, _ in found)]
    asked = {asked.job_id: asked for asked in run.asked}
    return "\n".join(
        [
            f"KILLED_SEED={run.seed} KILLED_JOBS={len(run.asked)}, {run.took_s:.0f} s",
            *(f"{job_id or 'the run'} {text}" for job_id, text in found[:COMPLAINTS_MAX]),
            f"{len(found)} complaints, about {len(wrong)} jobs",
            *map(str, run.plan.kills),
            *(f"no kill in {point.function}, {point.name}" for point in run.plan.waiting),
            *(line for it in wrong[:JOBS_MAX] if it in asked for line in history(run, asked[it])),
            f"logs: {run.deployment.places.logs}",
        ]
    )


def history(run: Run, asked: Asked) -> Iterator[str]:
    """Tell what became of one job, as everybody saw it."""
    job, song = run.jobs[asked.job_id], asked.song
    yield f"{asked.job_id} {song.name}: {song.model} {song.scenario}"
    yield f"  its client was answered {asked.answers}"
    yield from (f"  {kill}" for kill in run.kills_of(asked))
    for entry in run.entries_of(song):
        yield f"  {entry['at']} asked: {entry['status']} {entry['code']} {entry['task_id']}"
    for event in run.deployment.witness.heard[asked.job_id]:
        detail = event["detail"]
        yield f"  {detail['occurred_at']} told: {detail['seq']} {detail['type']}"
    yield from (f"  attempt: {attempt}" for attempt in job["attempts"])
    yield f"  {job['status']}, done: {job['done']}, error: {job['error']}, {job['billing']}"
    for clip in job["clips"]:
        yield f"  {clip['id']} {clip['status']} {clip['archive_error']} {clip['audio']}"
