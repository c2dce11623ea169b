"""
How a provider outside the suno format says yes or no: an HTTP status, then a code in the body.

The code stands under different names and is a number or a word, so pages say where to look and
which words they know.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from cliphook.adapters.providers.provider import Creation, Declined, Doubtful, Refusal, Taken
from cliphook.adapters.wire import parse_json
from cliphook.domain.errors import UnreadableReportError
from cliphook.domain.job import FailureCode, JobError

TASK_ID: Final = r"^[A-Za-z0-9_-]{1,128}$"
WORD_MAX: Final = 64

# What means the same wherever HTTP is spoken. 408 and all from 500 on are not here: whoever says
# those may have taken the job.
REFUSALS: Final[Mapping[int, Refusal]] = {
    400: Refusal(FailureCode.REJECTED, "The provider calls the request invalid."),
    401: Refusal(FailureCode.UNAUTHORIZED, "The provider does not accept the operator's key."),
    402: Refusal(FailureCode.OUT_OF_CREDIT, "The operator has no credit left at the provider."),
    403: Refusal(FailureCode.UNAUTHORIZED, "The provider does not let the operator in."),
    404: Refusal(FailureCode.REJECTED, "The provider has no such path or resource."),
    405: Refusal(FailureCode.REJECTED, "The provider has no such method."),
    413: Refusal(FailureCode.REJECTED, "The provider calls the request too large."),
    415: Refusal(FailureCode.REJECTED, "The provider does not read such a body."),
    422: Refusal(FailureCode.REJECTED, "The provider calls the request invalid."),
    429: Refusal(
        FailureCode.RATE_LIMITED,
        "The provider takes no more requests at present.",
        may_retry=True,
    ),
    451: Refusal(FailureCode.REJECTED, "The provider could not fetch a file."),
}

# Words for the same, in lower case, as they are in use among such APIs.
WORDS: Final[Mapping[str, int]] = {
    "invalid_request": 400,
    "invalid_request_error": 400,
    "authentication_error": 401,
    "invalid_api_key": 401,
    "unauthorized": 401,
    "insufficient_balance": 402,
    "insufficient_credit": 402,
    "insufficient_credits": 402,
    "insufficient_funds": 402,
    "insufficient_quota": 402,
    "payment_required": 402,
    "forbidden": 403,
    "permission_denied": 403,
    "not_found": 404,
    "validation_error": 422,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "rate_limited": 429,
    "too_many_requests": 429,
}

TAKEN: Final = range(200, 300)
# Statuses that different refusals share, so that a code in the body tells more.
_VAGUE: Final = frozenset({400, 403, 422, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the body of an answer says: the task's id, and codes of an error, the telling first."""

    task_id: str | None = None
    codes: tuple[str, ...] = ()


def find(body: object, name: str) -> object:
    """Find a value by its dotted name; `None` where there is none."""
    for key in name.split("."):
        body = cast("dict[str, object]", body).get(key) if isinstance(body, dict) else None
    return body


def find_first(body: object, names: Iterable[str]) -> object:
    """Find the first of several names with a value; an empty string counts as none."""
    return next((value for name in names if (value := find(body, name)) not in (None, "")), None)


def read_answer(body: bytes, *, task_ids: Iterable[str], codes: Iterable[str]) -> Answer:
    """Read the body of an answer, whatever it is, by the names that its parts may have."""
    try:
        value = parse_json(body)
    except UnreadableReportError:
        return Answer()
    return read_parsed(value, task_ids=task_ids, codes=codes)


def read_parsed(value: object, *, task_ids: Iterable[str], codes: Iterable[str]) -> Answer:
    """Read an answer that is no longer bytes."""
    task_id = find_first(value, task_ids)
    is_id = isinstance(task_id, str) and re.fullmatch(TASK_ID, task_id)
    return Answer(
        task_id=str(task_id) if is_id else None,
        codes=tuple(code for name in codes if (code := read_code(find(value, name)))),
    )


def read_code(value: object) -> str | None:
    """Read a code, which is a number or a word; nothing else is one."""
    is_code = isinstance(value, int | str) and not isinstance(value, bool)
    text = str(value) if is_code else ""
    return text.strip() if 0 < len(text.strip()) <= WORD_MAX else None


def judge(
    status: int, answer: Answer, words: Mapping[str, int], *, is_body_first: bool = False
) -> Creation:
    """
    Tell what became of a submission: whether it was refused, the HTTP status decides.

    With `is_body_first` a code in the body counts more. Only a listed refusal without a task's id
    is a refusal; whatever else is not an acceptance leaves doubt.
    """
    meaning = _meaning(status, answer.codes, words, is_body_first=is_body_first)
    if answer.task_id and status in TAKEN and meaning in TAKEN:
        return Taken(answer.task_id)
    refusal = REFUSALS.get(meaning)
    if refusal and not answer.task_id:
        error = JobError(refusal.code, refusal.message, str(meaning))
        return Declined(error, refusal.may_retry)
    message = "The provider's answer does not tell whether it took the job."
    return Doubtful(JobError(FailureCode.SUBMISSION_UNKNOWN, message, str(meaning)))


def _meaning(
    status: int, codes: Iterable[str], words: Mapping[str, int], *, is_body_first: bool
) -> int:
    said = next((number for code in codes if (number := _number(code, words)) is not None), None)
    if said is None:
        return status
    is_told_more = status in _VAGUE and said in REFUSALS
    return said if is_body_first or status in TAKEN or is_told_more else status


def _number(code: str, words: Mapping[str, int]) -> int | None:
    if code.isascii() and code.isdigit():
        return int(code)
    return words.get(code.casefold())
