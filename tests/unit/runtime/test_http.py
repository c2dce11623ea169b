"""Errors on purpose: the drawing, the classes and the tables of statuses and titles agree."""

import re
from http import HTTPStatus

import pytest

from cliphook.domain import errors
from cliphook.domain.errors import CliphookError, RejectedError, RetryableError
from cliphook.runtime.http import STATUS, TITLES

# How deep each mark of the drawing is.
DEPTHS = {"*": 0, "x": 1, "+": 2, "-": 3}
BRANCH = re.compile(r"^ *([*x+-]) (\w+)", re.MULTILINE)

# What no client is ever answered: it happens behind queues, or is answered without a body.
INTERNAL = {
    "forged_ticket",
    "unreadable_report",
    "unknown_provider",
    "forbidden_address",
    "unconfigured_provider",
    "unanswered_poll",
    "failed_fetch",
    "held_host",
    "reference_reused",
}


def drawn() -> dict[str, str | None]:
    """Read the drawing: each name, and the name above it."""
    parents: dict[str, str | None] = {}
    above: dict[int, str] = {}
    for mark, name in BRANCH.findall(errors.__doc__ or ""):
        depth = DEPTHS[mark]
        parents[name] = above.get(depth - 1)
        above[depth] = name
    return parents


def family(root: type[CliphookError] = CliphookError) -> list[type[CliphookError]]:
    """List an error and all that are of its kind."""
    return [root, *(one for child in root.__subclasses__() for one in family(child))]


LEAVES = [error for error in family() if not error.__subclasses__()]


def named(error: object) -> str:
    return getattr(error, "__name__", str(error))


def test_the_drawing_shows_the_classes() -> None:
    classes = {
        error.__name__: error.__bases__[0].__name__ if error is not CliphookError else None
        for error in family()
    }

    assert drawn() == classes


@pytest.mark.parametrize("error", LEAVES, ids=named)
def test_every_leaf_has_a_status(error: type[CliphookError]) -> None:
    assert error in STATUS


@pytest.mark.parametrize("error", STATUS, ids=named)
def test_who_may_try_again_is_told_so(error: type[CliphookError]) -> None:
    status = STATUS[error]

    assert issubclass(error, RejectedError) is status.is_client_error
    assert issubclass(error, RetryableError) is status.is_server_error


def test_every_code_is_another_one() -> None:
    codes = [error.code for error in family()]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("error", LEAVES, ids=named)
def test_a_code_has_a_title_unless_no_client_meets_it(error: type[CliphookError]) -> None:
    assert (error.code in TITLES) is (error.code not in INTERNAL)


def test_every_title_is_a_sentence_for_a_code_that_there_is() -> None:
    assert TITLES.keys() <= {error.code for error in LEAVES}
    assert all(title.endswith(".") for title in TITLES.values())


def test_statuses_that_say_why_are_what_they_say() -> None:
    assert STATUS[errors.UnauthenticatedError] is HTTPStatus.UNAUTHORIZED
    assert STATUS[errors.MissingScopeError] is HTTPStatus.FORBIDDEN
    assert STATUS[errors.UnknownResourceError] is HTTPStatus.NOT_FOUND
    assert STATUS[errors.InvalidRequestError] is HTTPStatus.UNPROCESSABLE_ENTITY
