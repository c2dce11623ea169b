"""A simulator of one provider, as one value; `server.PROVIDERS` is all of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulators.scenario import Scenario
from local.simulators.settings import NO_LIMIT, Limit

type Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Simulator[S: Scenario = Scenario]:
    """
    What one provider's wire format brings.

    Control pages, audio files, clock, dice and the log of requests are there for all of them.
    """

    provider: str
    says: str
    """Whom it simulates, and after which document: one sentence."""
    routes: tuple[Route, ...]
    scenarios: Mapping[str, S]
    """Every way to behave that this provider can play, and no other."""
    nothing_here: Endpoint
    """Answers for a path that does not exist, or a method that a path does not have."""
    example: Mapping[str, object] | None = None
    """A sound body for the first of the routes."""
    switches: object = None
    """The provider's own settings, at their defaults: a frozen dataclass, or None."""
    create_limit: Limit = NO_LIMIT
    poll_limit: Limit = NO_LIMIT
    """The limits that the provider publishes; no limit where it publishes none."""
    changing_field: str = ""
    """What may differ from try to try of one request: whom to call back, or a client's notes."""
