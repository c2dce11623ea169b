"""What clients and providers must have seen of a run in which functions were killed."""

from collections import Counter
from collections.abc import Iterator

from tests.system.kill_points import DOUBTFUL, UNASKED
from tests.system.kill_run import Run
from tests.system.kill_songs import EXPIRED
from tests.system.simulators import Entry

# How a provider says that it made nothing of a request, by HTTP or in an answer of 200.
REFUSALS = {400, 401, 402, 403, 404, 405, 413, 422, 429, 430, 451, 455}

# What is wrong, and with which job by its id, if it is one.
type Complaint = tuple[str | None, str]


def unfinished(run: Run) -> Iterator[Complaint]:
    """Complain of jobs that are not done, or did not end as their provider behaved."""
    for asked in run.asked:
        job = run.jobs[asked.job_id]
        is_doubtful = any(kill.point in DOUBTFUL for kill in run.kills_of(asked))
        end = EXPIRED if is_doubtful else asked.song.end
        if not job["done"] or job["status"] != end:
            yield job["id"], f"is {job['status']}, not {end}, and done is {job['done']}"


def untold(run: Run) -> Iterator[Complaint]:
    """Complain unless each client was told of one job of its own, and nobody has another."""
    told = Counter(asked.job_id for asked in run.asked)
    yield from ((job_id, f"was told to {count}") for job_id, count in told.items() if count > 1)
    for job_id in run.jobs.keys() - told.keys():
        yield job_id, f"was told to nobody: {run.jobs[job_id]['request']}"
    for asked in run.asked:
        was_cut = any(kill.point.function == "submit" for kill in run.kills_of(asked))
        if was_cut and len(asked.answers) == 1:
            yield asked.job_id, "was told by the dead"


def asked_twice(run: Run) -> Iterator[Complaint]:
    """Complain of songs that anybody was asked for while somebody may have had them."""
    for asked in run.asked:
        entries = run.entries_of(asked.song)
        taken = [number for number, entry in enumerate(entries) if not is_refused(entry)]
        if taken and taken != [len(entries) - 1]:
            yield asked.job_id, "was asked for again"
        if entries and any(kill.point == UNASKED for kill in run.kills_of(asked)):
            yield asked.job_id, "was asked for after the death of who may have asked"


def is_refused(entry: Entry) -> bool:
    """Say whether a client can know that nothing came of a request."""
    return not entry["accepted"] and bool({entry["status"], entry["code"]} & REFUSALS)
