"""I1, I7, I8, I24: what is answered to whom, how soon, and what that may change."""

from collections.abc import Iterator, Mapping
from typing import Final

from tests.simulator.checks.reading import raw, sha256
from tests.simulator.checks.rules import in_the_end, whenever
from tests.simulator.checks.view import View
from tests.simulator.logs import CalledBack, Ended, Wrote
from tests.simulator.scenario import Attack

# By function: those that are behind a route.
ANSWERS_MAX_S: Final[Mapping[str, int]] = {
    "callback": 10,
    **dict.fromkeys(("query", "clips", "catalogue", "files", "source", "balance", "cancel"), 25),
    # 25 as well, but where the table hangs for three seconds around a provider that takes its
    # time; the function is stopped after 29, and the API waits for 30.
    "submit": 28,
}
# How a document marks a task's id that the provider itself has answered.
ANSWERED: Final = 2
# As long as a ticket is good.
TICKET_S: Final = 72 * 3600
# How far a function's clock may be off, one way and the other.
SKEW_S: Final = 2 * 300


def _is_well(status: int) -> bool:
    return 200 <= status < 300


@whenever("I1", CalledBack)
def durable_acknowledgement(callback: CalledBack, view: View) -> Iterator[str]:
    """A callback that was answered 2xx is stored as it came, and can be read, by then."""
    if not _is_well(callback.status):
        return
    job, _ = view.job_of(callback.ticket)
    body = callback.body.encode()
    row = job and job.rows.get(f"REPORT#callback#{sha256(body)}")
    if not row or raw(row, "body") != body:
        yield f"{callback.provider}'s {callback.stage} was answered {callback.status}, not stored"


@whenever("I8", CalledBack)
def no_false_refusal(callback: CalledBack, view: View) -> Iterator[str]:
    """An authentic callback for a job that there is is never answered 4xx."""
    job, _ = view.job_of(callback.ticket)
    is_refused = 400 <= callback.status < 500
    if callback.attack or not is_refused or not job or job.is_deleted:
        return
    if callback.at - job.born_at < TICKET_S:
        yield f"{callback.provider}'s own {callback.stage} was answered {callback.status}"


@whenever("I24", Ended)
def bounded_answer(ended: Ended, _: View) -> Iterator[str]:
    """A callback is answered within ten seconds in every case, and the API within 25."""
    most_s = ANSWERS_MAX_S.get(ended.actor)
    took_s = ended.at - ended.began_at - ended.paused_s
    if most_s is not None and took_s > most_s:
        yield f"{ended.actor} took {took_s:.1f} s, and was {ended.outcome}"


@whenever("I7", CalledBack)
def strangers_learn_nothing(callback: CalledBack, view: View) -> Iterator[str]:
    """A ticket that is not ours, or too old by any clock, opens nothing."""
    job, number = view.job_of(callback.ticket)
    made = view.submitted.get((job.id, number), []) if job else []
    is_old = bool(made) and callback.at > made[0].at + TICKET_S + SKEW_S
    is_bad = not job or is_old or callback.attack == Attack.RANDOM_TICKET
    if is_bad and _is_well(callback.status):
        yield f"a {callback.attack or 'forged'} callback was answered {callback.status}"


@whenever("I7", Wrote)
def binding(wrote: Wrote, view: View) -> Iterator[str]:
    """Once a provider has answered, an attempt is bound to the task that it made, for good."""
    if wrote.key[1] != "JOB" or not wrote.after:
        return
    job = view.jobs.get(wrote.key[0].rpartition("#")[2])
    if not job:
        return
    before = job.read(wrote.before)["attempts"] if wrote.before else ()
    was = {one["number"]: one.get("task") for one in before}
    for attempt in job.document["attempts"]:
        weight, task_id = attempt.get("task") or (0, "")
        made_for = view.tasks.get((attempt["provider"], task_id))
        is_foreign = weight == ANSWERED and made_for != (job.id, attempt["number"])
        earlier = was.get(attempt["number"]) or (0, "")
        if is_foreign or (earlier[0] == ANSWERED and [*earlier] != [weight, task_id]):
            yield f"attempt {attempt['number']} of {job.id} is bound to the task {task_id}"


@in_the_end("I7")
def bound_by_who_holds_the_ticket(view: View) -> Iterator[str]:
    """Until then it is bound to what a callback with its own ticket has named."""
    said = [(view.job_of(one.ticket), one.body) for one in view.sight.logs.of(CalledBack)]
    for job in view.jobs.values():
        for attempt in job.document.get("attempts", ()):
            weight, task_id = attempt.get("task") or (ANSWERED, "")
            here = [body for (named, at), body in said if (named, at) == (job, attempt["number"])]
            if weight < ANSWERED and not any(task_id in body for body in here):
                yield f"attempt {attempt['number']} of {job.id} is bound to the task {task_id}"


@whenever("I7", Wrote)
def claims_are_confirmed(wrote: Wrote, view: View) -> Iterator[str]:
    """What an unsigned callback claims of the end moves nothing until the API confirms it."""
    job = view.jobs.get(wrote.key[0].rpartition("#")[2])
    if wrote.key[1] != "JOB" or not job or wrote.actor != "callback":
        return
    if job.ended == (wrote.at, wrote.actor, wrote.turn):
        yield f"a callback alone made {job.id} {job.status}"
