"""The edge of the HTTP functions: errors become answers, and the unforeseen an empty one."""

import base64
import binascii
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from cliphook.domain import errors
from cliphook.domain.clip import COPY_BYTES_MAX
from cliphook.runtime.observability import logger

STATUS: Final[Mapping[type[errors.CliphookError], HTTPStatus]] = {
    errors.InvalidRequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ReusedKeyError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    errors.MissingScopeError: HTTPStatus.FORBIDDEN,
    errors.UnknownResourceError: HTTPStatus.NOT_FOUND,
    errors.UnavailableFormatError: HTTPStatus.NOT_FOUND,
    errors.UnknownProviderError: HTTPStatus.NOT_FOUND,
    errors.ForgedTicketError: HTTPStatus.NOT_FOUND,
    errors.OversizedBodyError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnreadableReportError: HTTPStatus.BAD_REQUEST,
    errors.ForbiddenAddressError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.AlreadyDoneError: HTTPStatus.CONFLICT,
    errors.UnarchivedClipError: HTTPStatus.CONFLICT,
    errors.OversizedClipError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UntaggableClipError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotDoneError: HTTPStatus.CONFLICT,
    errors.InsufficientBalanceError: HTTPStatus.PAYMENT_REQUIRED,
    errors.CapReachedError: HTTPStatus.PAYMENT_REQUIRED,
    errors.ReusedReferenceError: HTTPStatus.CONFLICT,
    errors.ExpiredCursorError: HTTPStatus.GONE,
    errors.ContendedJobError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.UnavailableStoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.UnconfiguredProviderError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.UnansweredPollError: HTTPStatus.BAD_GATEWAY,
    errors.FailedFetchError: HTTPStatus.BAD_GATEWAY,
    errors.HeldHostError: HTTPStatus.BAD_GATEWAY,
}

TITLES: Final[Mapping[str, str]] = {
    "invalid_request": "The request breaks rules; `errors` names every wrong field.",
    "idempotency_key_reused": "This Idempotency-Key came before with another body.",
    "unauthenticated": "There is no valid API key in the Authorization header.",
    "missing_scope": "This API key may not do that.",
    "not_found": "There is nothing at this address.",
    "format_unavailable": "The clip is not kept in that format; `formats` names those it is in.",
    "body_too_large": "The body is too large.",
    "already_done": "The job has ended, so it cannot be canceled.",
    "not_archived": "The clip's file is not in the archive, or not yet.",
    "clip_too_large": (
        f"The clip's file has more than the {COPY_BYTES_MAX // 2**20} MiB that a tagged copy may "
        "have; /audio leads to it as it is."
    ),
    "untaggable": "The clip's file holds no tags; /audio leads to it as it is.",
    "not_done": "The job goes on: cancel it first, or wait until its clips are kept.",
    "insufficient_balance": "The account has not enough credit for this job.",
    "daily_cap_reached": "The account may spend no more at this provider today.",
    "cursor_expired": "The event to go on from is no longer kept.",
    "contended_job": "The job or its balance is being changed by others; try again.",
    "unavailable_store": "The table did not answer in time; try again.",
}

RETRY_AFTER_S: Final = 2

_SAFE: Final = {
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}


def make_app() -> APIGatewayHttpResolver:
    """Make a resolver whose every refusal is a problem (RFC 9457) with a stable code."""
    app = APIGatewayHttpResolver()

    def refuse(error: errors.CliphookError) -> Response[str]:
        logger.warning("refused", extra={"code": error.code})
        return problem(app, STATUS[type(error)], error.code, error)

    def fail(_: Exception) -> Response[str]:
        logger.exception("failed")
        return Response(status_code=HTTPStatus.INTERNAL_SERVER_ERROR, body="", headers=dict(_SAFE))

    def miss(_: Exception) -> Response[str]:
        return problem(app, HTTPStatus.NOT_FOUND, errors.UnknownResourceError.code)

    app.exception_handler(Exception)(fail)
    app.exception_handler(errors.CliphookError)(refuse)
    app.not_found(miss)  # pyright: ignore[reportUnknownMemberType] - untyped there
    return app


def answer(
    status: HTTPStatus, body: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> Response[str]:
    """Answer in JSON."""
    return Response(
        status_code=status,
        content_type="application/json",
        body=json.dumps(body, ensure_ascii=False),
        headers={**_SAFE, **(headers or {})},
    )


def no_content() -> Response[str]:
    """Answer that it is done, and nothing besides."""
    return Response(status_code=HTTPStatus.NO_CONTENT, body="", headers=dict(_SAFE))


def plain(text: str) -> Response[str]:
    """Answer a text, to be read as it is."""
    return Response(
        status_code=HTTPStatus.OK,
        content_type="text/plain; charset=utf-8",
        body=text,
        headers=dict(_SAFE),
    )


def redirect(url: str) -> Response[str]:
    """Lead elsewhere, for this once."""
    return Response(status_code=HTTPStatus.FOUND, headers={**_SAFE, "Location": url})


def problem(
    app: APIGatewayHttpResolver,
    status: HTTPStatus,
    code: str,
    error: errors.CliphookError | None = None,
) -> Response[str]:
    """Answer with a problem; it names what is wrong and never quotes what was sent."""
    request_id = app.current_event.request_context.request_id
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(code, status.phrase),
        "status": int(status),
        "code": code,
        "request_id": request_id,
    }
    if isinstance(error, errors.InvalidRequestError):
        body["errors"] = [{"field": one.field, "message": one.message} for one in error.errors]
    if isinstance(error, errors.UnavailableFormatError):
        body["formats"] = list(error.formats)
    headers = {**_SAFE, "X-Request-Id": request_id}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.RetryableError):
        headers["Retry-After"] = str(RETRY_AFTER_S)
    return Response(
        status_code=status,
        content_type="application/problem+json",
        body=json.dumps(body),
        headers=headers,
    )


def raw_body(app: APIGatewayHttpResolver) -> bytes:
    """Give the request's body as the bytes that were sent."""
    event = app.current_event
    body = event.body or ""
    if not event.is_base64_encoded:
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return b""
