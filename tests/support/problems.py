"""What a problem (RFC 9457) must look like, whichever function answers it."""

from http import HTTPStatus
from typing import Any

from tests.support.deployed import Answer


def problem(answered: Answer, status: HTTPStatus, code: str) -> dict[str, Any]:
    """See that an answer is a problem, and give it."""
    found: dict[str, Any] = answered.json
    assert answered.status == status
    assert answered.headers["content-type"] == "application/problem+json"
    assert answered.headers["cache-control"] == "no-store"
    assert (found["status"], found["code"], found["type"]) == (status, code, "about:blank")
    assert found["request_id"].startswith("sample-")
    assert answered.headers["x-request-id"] == found["request_id"]
    assert found["title"]
    return found
