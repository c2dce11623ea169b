"""The routes of webhooks, each with what it does at the desk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from cliphook.domain.api_key import Scope
from cliphook.domain.ids import AccountId
from cliphook.runtime.auth import Doorman
from cliphook.runtime.endpoint_desk import Desk, Shown
from cliphook.runtime.http import answer, make_app, no_content, raw_body


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, of what by its id, and with what."""

    account_id: AccountId
    name: str
    body: bytes
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """One row: what is asked for, what is done, and how it is answered."""

    method: str
    path: str
    serve: Callable[[Desk, Asked], Shown]
    status: HTTPStatus = HTTPStatus.OK


_ONE: Final = "/v1/endpoints/<name>"
_BEGUN: Final = HTTPStatus.ACCEPTED

ROUTES: Final = (
    Route(
        "POST",
        "/v1/endpoints",
        lambda desk, asked: desk.create(asked.account_id, asked.body),
        HTTPStatus.CREATED,
    ),
    Route("GET", "/v1/endpoints", lambda desk, asked: desk.list_all(asked.account_id)),
    Route("GET", _ONE, lambda desk, asked: desk.show(asked.account_id, asked.name)),
    Route("PATCH", _ONE, lambda desk, asked: desk.change(asked.account_id, asked.name, asked.body)),
    Route(
        "DELETE",
        _ONE,
        lambda desk, asked: desk.remove(asked.account_id, asked.name),
        HTTPStatus.NO_CONTENT,
    ),
    Route(
        "POST",
        f"{_ONE}/rotate-secret",
        lambda desk, asked: desk.rotate(asked.account_id, asked.name, asked.body),
    ),
    Route(
        "POST",
        f"{_ONE}/test",
        lambda desk, asked: desk.test(asked.account_id, asked.name),
        _BEGUN,
    ),
    Route(
        "POST",
        f"{_ONE}/replay",
        lambda desk, asked: desk.replay(asked.account_id, asked.name, asked.body),
        _BEGUN,
    ),
    Route(
        "GET",
        f"{_ONE}/deliveries",
        lambda desk, asked: desk.list_of_endpoint(asked.account_id, asked.name, asked.query),
    ),
    Route(
        "GET",
        "/v1/jobs/<name>/deliveries",
        lambda desk, asked: desk.list_of_job(asked.account_id, asked.name, asked.query),
    ),
    Route(
        "POST",
        "/v1/deliveries/<name>/retry",
        lambda desk, asked: desk.retry(asked.account_id, asked.name),
        _BEGUN,
    ),
    Route("GET", "/v1/signing-secret", lambda desk, asked: desk.signing_secret(asked.account_id)),
)


def make_endpoints_app(desk: Desk, doorman: Doorman) -> APIGatewayHttpResolver:
    """Make a resolver for all routes of webhooks; every one of them wants the one scope."""
    app = make_app()

    def add(route: Route) -> None:
        def serve(name: str = "") -> Response[str]:
            event = app.current_event
            account_id = doorman.admit(event.headers.get("authorization"), Scope.WEBHOOKS_ADMIN)
            asked = Asked(account_id, name, raw_body(app), event.query_string_parameters)
            shown = route.serve(desk, asked)
            if route.status is HTTPStatus.NO_CONTENT:
                return no_content()
            is_new = route.status is HTTPStatus.CREATED
            headers = {"Location": f"{route.path}/{shown['id']}"} if is_new else {}
            return answer(route.status, shown, headers)

        declare: Any = app.route(route.path, method=route.method)  # pyright: ignore[reportUnknownMemberType]
        declare(serve)

    for route in ROUTES:
        add(route)
    return app
