"""I2: what was committed stands in its account's feed, which nobody finds changed behind him."""

from collections.abc import Iterator

from tests.simulator.checks.reading import number, text
from tests.simulator.checks.rules import in_the_end, whenever
from tests.simulator.checks.view import View
from tests.simulator.decisions import Kind
from tests.simulator.logs import Wrote


@whenever("I2", Wrote)
def places_follow_one_another(wrote: Wrote, view: View) -> Iterator[str]:
    """An event gets the next place, once, and behind what its job told before it."""
    after = wrote.after
    if not after or not wrote.key[1].startswith("PLACE#"):
        return
    if wrote.before:
        yield f"{wrote.key[1]} was given again"
        return
    feed = view.feeds[wrote.key[0]]
    place, event_id = int(number(after, "place")), text(after, "event_id")
    if place != len(feed):
        yield f"{event_id} got the place {place}, and {len(feed) - 1} were taken"
    if feed.index(event_id) != len(feed) - 1:
        yield f"{event_id} got two places"
    told = view.told[text(after, "job_id")]
    if told != sorted(told):
        yield f"{text(after, 'job_id')} has its events in the order {told}"


@in_the_end("I2", needs_sweep=True)
def every_event_has_a_place(view: View) -> Iterator[str]:
    """Every committed event stands in the feed, and did so before it was announced."""
    placed = view.placed
    old = {(one.at.actor, one.at.turn) for one in view.decisions if one.kind is Kind.OLD_CODE}
    for event_id, row in view.outgoing.items():
        if row.job.is_deleted or not row.job.item or text(row.item, "source") != "cliphook":
            continue
        copies = view.announced.get(text(row.item, "detail"), ())
        # The release before knew of no feed.
        if any((one.actor, one.turn) in old for one in copies):
            continue
        if event_id not in placed:
            yield f"{text(row.item, 'detail_type')} of {row.job.id} is not in the feed"
        elif any(one.at < placed[event_id] for one in copies):
            yield f"{text(row.item, 'detail_type')} of {row.job.id} was announced before"
