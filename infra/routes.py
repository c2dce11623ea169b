"""What can be called: which function answers, how often, and within which time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ROUTES: Final[Mapping[str, str]] = {
    "POST /v1/jobs": "submit",
    "POST /v1/jobs/{id}/cancel": "cancel",
    "DELETE /v1/jobs/{id}": "delete",
    "POST /callbacks/{provider}/{ticket}": "callback",
    "POST /v1/files": "files",
    "GET /v1/files/{id}": "files",
    # Every method: what is no source's ticket learns nothing, not even what there might be.
    "ANY /sources/{ticket}": "source",
    "GET /v1/jobs": "query",
    "GET /v1/jobs/{id}": "query",
    "GET /v1/jobs/{id}/events": "feed",
    "GET /v1/events": "feed",
    "GET /v1/clips": "clips",
    "GET /v1/clips/{id}": "clips",
    "GET /v1/clips/{id}/audio": "clips",
    "GET /v1/clips/{id}/peaks": "clips",
    "GET /v1/clips/{id}/tagged": "tagged",
    "GET /v1/clips/{id}/image": "clips",
    "GET /v1/clips/{id}/lyrics": "clips",
    "GET /v1/providers": "catalogue",
    "GET /v1/models": "catalogue",
    "GET /v1/asyncapi.json": "catalogue",
    "GET /v1/balance": "billing",
    "GET /v1/ledger": "billing",
    "POST /v1/endpoints": "endpoints",
    "GET /v1/endpoints": "endpoints",
    "GET /v1/endpoints/{id}": "endpoints",
    "PATCH /v1/endpoints/{id}": "endpoints",
    "DELETE /v1/endpoints/{id}": "endpoints",
    "POST /v1/endpoints/{id}/rotate-secret": "endpoints",
    "POST /v1/endpoints/{id}/test": "endpoints",
    "POST /v1/endpoints/{id}/replay": "endpoints",
    "GET /v1/endpoints/{id}/deliveries": "endpoints",
    "GET /v1/jobs/{id}/deliveries": "endpoints",
    "POST /v1/deliveries/{id}/retry": "endpoints",
    "GET /v1/signing-secret": "endpoints",
    "GET /v1/health": "query",
    # Whatever else is asked for gets a 404 that says so, in the words of the API.
    "$default": "query",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """How many calls of one route are let in: in a second, and at once."""

    rate: int
    burst: int


LIMITS: Final[Mapping[str, Limit]] = {
    "POST /v1/jobs": Limit(rate=100, burst=200),
    "POST /v1/jobs/{id}/cancel": Limit(rate=100, burst=200),
    "DELETE /v1/jobs/{id}": Limit(rate=100, burst=200),
    "POST /callbacks/{provider}/{ticket}": Limit(rate=500, burst=1000),
    "POST /v1/files": Limit(rate=50, burst=100),
    "ANY /sources/{ticket}": Limit(rate=100, burst=200),
    # Each may read and write a whole file.
    "GET /v1/clips/{id}/tagged": Limit(rate=20, burst=40),
    # Each calls somebody else's server, and waits for it.
    "POST /v1/endpoints": Limit(rate=10, burst=20),
    "PATCH /v1/endpoints/{id}": Limit(rate=10, burst=20),
}
LIMIT: Final = Limit(rate=500, burst=1000)

# What functions have: below the 30 s that an HTTP API waits; a provider waits 15 s for an answer.
TIMEOUT_S: Final = {
    "submit": 29,
    "cancel": 15,
    "delete": 15,
    "callback": 15,
    "query": 29,
    "feed": 15,
    "clips": 15,
    "tagged": 29,
    "catalogue": 15,
    "billing": 15,
    "files": 29,
    "source": 15,
    "endpoints": 29,
}

# Where it is more than the usual: a processor's speed comes with it, which files on their way need.
MEMORY_MB: Final = {"tagged": 1024}
