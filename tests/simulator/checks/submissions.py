"""I6, I10, I18: how often a provider is asked, and for whose money."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from tests.simulator.checks.reading import document
from tests.simulator.checks.rules import in_the_end, whenever
from tests.simulator.checks.view import FAILED, JobSeen, View
from tests.simulator.decisions import Kind
from tests.simulator.logs import Answered, Asked, Submitted

KEPT_S: Final = 7 * 86_400
ACCEPTED: Final = 202
UNPROCESSABLE: Final = 422
MISSING: Final = 404
OF_CLOCKS: Final = frozenset({Kind.SKEW, Kind.JUMP})


@whenever("I6", Submitted)
def one_submission(_: Submitted, view: View) -> Iterator[str]:
    """For one job, at most one submission is not proven refused, whatever fails or comes twice."""
    job_id = view.latest[0]
    doubtful = [
        f"{one.provider} at {one.at:.2f} s"
        for (asked_for, _), made in view.submitted.items()
        for one in made
        if asked_for == job_id and not one.is_refused
    ]
    if len(doubtful) > 1:
        yield f"{job_id} was submitted {len(doubtful)} times: {', '.join(doubtful)}"


@whenever("I6", Submitted)
def nothing_leaves_unclaimed(submitted: Submitted, view: View) -> Iterator[str]:
    """A submission is claimed, and the claim committed, before a byte leaves."""
    job_id, number = view.latest
    job = view.jobs.get(job_id)
    attempts = job.document["attempts"] if job else ()
    if not 1 <= number <= len(attempts):
        yield f"{submitted.provider} was asked for attempt {number} of {job_id}, which there is not"


@whenever("I5", Submitted)
def charged_before_it_is_sent(submitted: Submitted, view: View) -> Iterator[str]:
    """No provider is asked before the charge for the job is committed."""
    job = view.jobs.get(view.latest[0])
    if not job or not _charge(job):
        return
    if (f"ACCOUNT#{job.account}", f"LEDGER#charge#{job.id}") not in view.sight.rows:
        yield f"{submitted.provider} was asked for {job.id}, for which nobody was charged"


@whenever("I18", Submitted)
def nothing_is_sent_for_nothing(submitted: Submitted, view: View) -> Iterator[str]:
    """No provider is asked for a job that had ended, and was paid back, before it was claimed."""
    job_id, number = view.latest
    job = view.jobs.get(job_id)
    if not job or job.status not in FAILED or not job.ended:
        return
    if not 1 <= number <= len(job.claimed) or job.claimed[number - 1] > job.ended[0]:
        yield f"{submitted.provider} was asked for {job.id}, which was {job.status} before"


@in_the_end("I18")
def within_the_daily_cap(view: View) -> Iterator[str]:
    """What an account has made at a provider in a day costs no more than its cap."""
    # Every history begins at midnight, so by a clock that is off it may be another day.
    if any(one.kind in OF_CLOCKS for one in view.decisions):
        return
    spent: Counter[tuple[str, str, int]] = Counter()
    caps: dict[tuple[str, str, int], Decimal] = {}
    for (job_id, number), made in view.submitted.items():
        job = view.jobs.get(job_id)
        taken = [one for one in made if one.task_id]
        if not job or not taken or not job.item:
            continue
        option = _option(job.document, number)
        if option.get("cap") is None or not option.get("price"):
            continue
        spender = (job.account, option["provider"], int(taken[0].at // 86_400))
        # Whole numbers of the smallest amount, since counters count in those.
        spent[spender] += int(Decimal(option["price"]) * 10_000)
        caps[spender] = Decimal(option["cap"])
    for spender, amount in spent.items():
        if amount > caps[spender] * 10_000:
            yield f"{spender[0]} has spent {amount / 10_000} at {spender[1]} in a day"


@whenever("I10", Answered)
def replay(answered: Answered, view: View) -> Iterator[str]:
    """The same key with the same body gives the same job for seven days; with another, a 422."""
    asked = view.asked.get((answered.client, answered.number))
    if not asked or not asked.key or asked.method != "POST" or asked.path != "/v1/jobs":
        return
    for earlier, before in view.answered:
        is_same_key = (earlier.client, earlier.key) == (asked.client, asked.key)
        is_new = before is not answered and before.status == ACCEPTED
        if not is_same_key or not is_new or answered.at - before.at >= KEPT_S - SLACK_S:
            continue
        yield from _compare(earlier, before, asked, answered)


# Two functions whose clocks differ may differ about the end of seven days.
SLACK_S: Final = 700


def _compare(earlier: Asked, before: Answered, asked: Asked, answered: Answered) -> Iterator[str]:
    is_same = document(earlier.body or "") == document(asked.body or "")
    if answered.status == ACCEPTED and not is_same:
        yield f"{asked.client}'s key {asked.key} was taken for another body"
    if answered.status == UNPROCESSABLE and is_same:
        yield f"{asked.client}'s key {asked.key} was refused for the same body"
    told, again = _id(before), _id(answered)
    if answered.status == ACCEPTED and is_same and told != again:
        yield f"{asked.client}'s key {asked.key} gave {told}, and then {again}"


@whenever("I10", Answered)
def a_request_finds_its_job(answered: Answered, view: View) -> Iterator[str]:
    """Whoever asks for music is never told that there is no such thing."""
    asked = view.asked.get((answered.client, answered.number))
    if asked and (asked.method, asked.path) == ("POST", "/v1/jobs") and answered.status == MISSING:
        deleted = any(job.is_deleted for job in view.jobs.values())
        if not deleted:
            yield f"{answered.client}'s request was answered {MISSING}"


@in_the_end("I10")
def one_job_for_a_key(view: View) -> Iterator[str]:
    """Under one key there is one job, also where no answer tells of the other one."""
    jobs: dict[str, str] = {}
    for (account, key), row in view.promises.items():
        job_id = row["job_id"]["S"]
        if job_id in jobs:
            yield f"{job_id} stands for two keys of {account}: {jobs[job_id]} and {key}"
        jobs[job_id] = key
    yield from _too_many(view)


def _too_many(view: View) -> Iterator[str]:
    """Count jobs against what was asked for: each key once in its time, each other request once."""
    allowed: Counter[str] = Counter()
    keys: dict[tuple[str, str, str], float] = {}
    for asked in view.asked.values():
        if asked.method != "POST" or asked.path != "/v1/jobs" or not asked.body:
            continue
        words = _words(document(asked.body))
        # Of two bodies under one key either may come first.
        key = (asked.client, asked.key or "", words)
        since = keys.get(key)
        if asked.key and since is not None and asked.at - since < KEPT_S - SLACK_S:
            continue
        if asked.key:
            keys[key] = asked.at
        allowed[words] += 1
    made = Counter(_words(job.document.get("request")) for job in view.jobs.values() if job.item)
    for words, count in made.items():
        if count > allowed[words]:
            yield f"{count} jobs were made of {allowed[words]} requests for {words!r}"


def _words(request: Any) -> str:
    told = request if isinstance(request, dict) else {}
    return str(told.get("prompt") or told.get("lyrics") or "")


def _id(answered: Answered) -> str:
    told = document(answered.body)
    return str(told.get("id")) if isinstance(told, dict) else ""


def _charge(job: JobSeen) -> Decimal:
    return Decimal(job.document.get("charge") or 0)


def _option(job: Any, number: int) -> dict[str, Any]:
    attempts = job["attempts"]
    place = int(attempts[number - 1].get("option", 0)) if 1 <= number <= len(attempts) else 0
    route = job.get("route") or [{"provider": job["provider"]}]
    found: dict[str, Any] = route[place]
    return found
