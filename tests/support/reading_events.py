"""What accounts ask of their events and of their credit, as `feed` and `billing` hear it."""

from collections.abc import Iterator, Mapping

from tests.support.lambda_shapes import Event, http_event
from tests.support.makers import at
from tests.support.sample_world import KEY, SAMPLES

WITH_KEY = {"authorization": f"Bearer {KEY}"}


def feed_cases() -> Iterator[tuple[str, Event]]:
    """Ask for events."""
    told = SAMPLES["sunoapi"]
    yield "events", _ask("GET /v1/events", WITH_KEY)
    page = {"limit": "2", "after": told.queued.events[0].id}
    yield "next_page", _ask("GET /v1/events", WITH_KEY, page)
    path = f"/v1/jobs/{told.job_id}/events"
    yield (
        "job",
        http_event(
            "GET /v1/jobs/{id}/events",
            path,
            at=at(90),
            headers=WITH_KEY,
            parameters={"id": told.job_id},
        ),
    )
    yield "without_key", _ask("GET /v1/events", None)


def billing_cases() -> Iterator[tuple[str, Event]]:
    """Ask for credit, and what moved it."""
    yield "balance", _ask("GET /v1/balance", WITH_KEY)
    yield "ledger", _ask("GET /v1/ledger", WITH_KEY)
    yield "ledger_in_pages", _ask("GET /v1/ledger", WITH_KEY, {"limit": "1"})
    yield "without_key", _ask("GET /v1/balance", None)


def _ask(
    route: str, headers: Mapping[str, str] | None, query: Mapping[str, str] | None = None
) -> Event:
    return http_event(route, route.partition(" ")[2], at=at(90), headers=headers, query=query)
