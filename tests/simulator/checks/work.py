"""I15, I16, I17, I22: how much is done for one input, and who hears of what could not be done."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from tests.simulator.checks.reading import text
from tests.simulator.checks.rules import in_the_end, whenever
from tests.simulator.checks.view import View
from tests.simulator.logs import Alarmed, Announced, Ended, Wrote

CALLBACK_WRITES_MAX: Final = 12
# Every call of a port counts, also one that was tried again.
CALLBACK_CALLS_MAX: Final = 60
# The busiest history of many thousands has a sixth of it.
INVOCATIONS_MAX: Final = 1_000
ORDERS: Final = ("dispatch", "poll", "archive")
TAKEN_UP_S: Final = 10.0
ALARMED_S: Final = 300.0
POISONED_S: Final = 300.0
# What a provider's API may be asked about one task, at most: gaps only grow, and polls end.
POLLS_MAX: Final = 60


@whenever("I17", Ended)
def no_amplification(ended: Ended, view: View) -> Iterator[str]:
    """One callback writes at most twelve rows, whatever else happens meanwhile."""
    if ended.actor != "callback":
        return
    written = view.writes[ended.actor, ended.turn]
    if written > CALLBACK_WRITES_MAX:
        yield f"callback {ended.turn} wrote {written} rows"
    if ended.calls > CALLBACK_CALLS_MAX:
        yield f"callback {ended.turn} made {ended.calls} calls"


@whenever("I17", Ended)
def work_comes_to_an_end(_: Ended, view: View) -> Iterator[str]:
    """A handful of jobs does not keep the functions at work for ever."""
    view.invocations += 1
    if view.invocations > INVOCATIONS_MAX:
        yield f"{view.invocations} invocations"


@whenever("I17", Wrote)
def publishing_publishes_nothing(wrote: Wrote, _: View) -> Iterator[str]:
    """Whoever announces events makes no further ones, but only gives them places in the feed."""
    is_place = text(wrote.after or {}, "entity") == "FEED"
    if wrote.actor == "publish" and wrote.before is None and not is_place:
        yield f"publish wrote {wrote.key[1]}"


@in_the_end("I17")
def polls_come_to_an_end(view: View) -> Iterator[str]:
    """A provider is asked about one task no more often than its pace allows."""
    for (provider, task_id), polls in view.polled.items():
        if len(polls) > POLLS_MAX:
            yield f"{provider} was asked {len(polls)} times about {task_id}"


@in_the_end("I22")
def operator_visibility(view: View) -> Iterator[str]:
    """Whatever is set aside raises an alarm within five minutes."""
    alarms = [one.at for one in view.sight.logs.of(Alarmed)]
    # A function that fails is an alarm as well.
    alarms += [one.at for one in view.sight.logs.of(Ended) if one.outcome != "done"]
    for job_id, at in view.quarantined:
        job = view.jobs.get(job_id)
        # Where its job was deleted, there is nothing left to look at.
        if job and job.is_deleted:
            continue
        if not any(at - ALARMED_S <= alarm <= at + ALARMED_S for alarm in alarms):
            yield f"what was set aside of {job_id} raised no alarm"


@in_the_end("I15")
def independence(view: View) -> Iterator[str]:
    """
    An order is taken up within ten seconds, whatever becomes of those in other queues.

    This is about our own queues: there are no customers' endpoints yet, to which the invariant
    will belong. Orders of a queue in which something was decided are left out.
    """
    decided = {decision.at.actor for decision in view.decisions}
    for kind in ORDERS:
        if decided & {f"rule.{kind}", f"queue.{kind}"}:
            continue
        began = [one.began_at for one in view.sight.logs.of(Ended) if one.actor == kind]
        for order in view.sight.logs.of(Announced):
            if order.detail_type != f"{kind}.due":
                continue
            if not any(order.at <= at <= order.at + TAKEN_UP_S for at in began):
                yield f"a {order.detail_type} of {order.at:.2f} s was not taken up"


@in_the_end("I16", needs_sweep=True)
def no_poison(view: View) -> Iterator[str]:
    """A record that nobody can handle keeps no other for more than five minutes."""
    waits = Counter[str]()
    ends_at = view.sight.faults_end_s
    for row in [one for one in view.outgoing.values() if not one.job.is_deleted]:
        sent = [one.at for one in view.announced.get(text(row.item, "detail"), ())]
        after = [at for at in sent if at >= row.at]
        if not after or min(after) > max(row.stamped_at, ends_at) + POISONED_S:
            waits[row.job.id] += 1
    for job_id, count in waits.items():
        yield f"{count} events of {job_id} waited for more than five minutes"
