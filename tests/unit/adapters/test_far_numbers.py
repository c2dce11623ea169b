"""A number that no double can hold is none: written out again, it would be no JSON."""

import json

import pytest

from cliphook.adapters.api_request import show_request
from cliphook.adapters.json_body import read_object
from cliphook.adapters.request_body import RequestBody, make_request
from cliphook.adapters.wire import parse_json
from cliphook.domain.errors import InvalidRequestError, UnreadableReportError

BEYOND = ("9e308", "-9e308", "1.8E+308", "1.7976931348623159e308")


@pytest.mark.parametrize("number", BEYOND)
def test_what_would_become_infinite_is_refused(number: str) -> None:
    with pytest.raises(UnreadableReportError):
        parse_json(f'{{"n": {number}}}'.encode())

    with pytest.raises(InvalidRequestError):
        read_object(f'{{"provider_options": {{"sunoapi": {{"n": {number}}}}}}}'.encode())


@pytest.mark.parametrize("number", ["1.7976931348623157e308", "-1e308", "1e-308", "0e0"])
def test_what_a_double_holds_is_shown_as_json_again(number: str) -> None:
    body = read_object(f'{{"provider_options": {{"sunoapi": {{"n": {number}}}}}}}'.encode())

    shown = json.dumps(show_request(make_request(RequestBody.model_validate(body))))

    def refuse(name: str) -> object:
        pytest.fail(name)

    json.loads(shown, parse_constant=refuse)
