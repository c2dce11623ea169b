"""A result of infery with nothing in it is an end, unless something speaks against that."""

import json
from typing import Any

import pytest

from cliphook.adapters.providers.infery import Settings, make_row
from cliphook.adapters.providers.provider import Creation, Finished
from cliphook.domain.report import Progress
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage

INFERY = make_row(Settings())
NOTHING: dict[str, Any] = {"created": 1763726400, "data": [], "credits_used": 180}
END = Finished(Progress(None, Stage.COMPLETE, ()))
ERROR = {"message": "No.", "type": "server_error", "code": "internal_error"}


def created(body: object, status: int = 200) -> Creation:
    return INFERY.read_created(status, json.dumps(body).encode(), Operation.GENERATE)


@pytest.mark.parametrize("body", [NOTHING, {"status": "succeeded", "result": NOTHING}])
@pytest.mark.parametrize("status", [200, 202])
def test_nothing_more_will_come_of_a_result_without_an_id(body: object, status: int) -> None:
    assert created(body, status) == END


@pytest.mark.parametrize(
    "more",
    [
        {"job_id": "two words"},
        {"id": "mgen_1", "status": "succeeded"},
        {"status": "arranging"},
        {"status": "processing"},
        {"error": ERROR},
        {"data": None},
    ],
)
def test_beside_a_job_or_an_error_it_is_none(more: dict[str, Any]) -> None:
    assert created(NOTHING | more) != END


@pytest.mark.parametrize("status", [302, 400, 429, 500, 503])
def test_under_the_status_of_an_error_it_is_none(status: int) -> None:
    assert created(NOTHING, status) != END
