"""How a client's request is read: strictly, and with every wrong field named at once."""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from cliphook.adapters.json_body import field_errors, read_object
from cliphook.adapters.request_body import RequestBody, make_request
from cliphook.application.submit_job import Choose
from cliphook.domain.errors import FieldError, InvalidRequestError
from cliphook.domain.request import MusicRequest

_NUMBERS: Final = ("style_weight", "weirdness", "audio_weight", "continue_at_s")
_CUSTOM_TEXTS: Final = ("lyrics", "style", "title")
# Fields whose parts stand each for themselves, so that one may be left out.
_LOOSE: Final = frozenset({"metadata", "routing"})

_REQUEST: Final = TypeAdapter(MusicRequest)


def read_request(body: bytes, *, choose: Choose) -> MusicRequest:
    """
    Read a request.

    Raises `OversizedBodyError` above 64 KiB, and `InvalidRequestError` with every wrong field:
    those of the wrong shape, and those of the rest that no provider would take, as `choose` says.
    """
    values = read_object(body)
    try:
        return make_request(RequestBody.model_validate(values))
    except ValidationError as error:
        rest, wrong = _without_wrong(values, error)
        raise InvalidRequestError(
            *field_errors(error),
            *(broken for broken in _broken_rules(rest, choose) if broken.field not in wrong),
        ) from error


def show_request(request: MusicRequest) -> Mapping[str, object]:
    """Write a request as its client would: without what was not asked for."""
    shown: dict[str, object] = _REQUEST.dump_python(request, mode="json", exclude_none=True)
    for name in _NUMBERS:
        number = getattr(request, name)
        if number is not None:
            shown[name] = float(number)
    # A picture's own bytes would make a page of jobs larger than an answer may be.
    shown["images"] = [
        {"mime_type": image.mime_type} | ({"file_id": image.file_id} if image.file_id else {})
        for image in request.images
    ]
    options = request.provider_options.items()
    shown["provider_options"] = {name: json.loads(text) for name, text in options}
    return shown


def _without_wrong(
    values: Mapping[str, object], error: ValidationError
) -> tuple[Mapping[str, object], Collection[str]]:
    """
    Take what is of the wrong shape out, and name it.

    What else a request needs depends on which texts it has, so a wrong text counts as one.
    """
    rest: dict[str, Any] = {k: {**v} if isinstance(v, dict) else v for k, v in values.items()}
    paths = [tuple(map(str, found["loc"][:2])) for found in error.errors()]
    for name, *inner in paths:
        if inner and name in _LOOSE and isinstance(rest.get(name), dict):
            rest[name].pop(inner[0], None)
        else:
            rest.pop(name, None)
    wrong = {".".join(path) for path in paths} | {path[0] for path in paths}
    rest |= {name: "?" for name in _CUSTOM_TEXTS if name in wrong}
    if "instrumental" in wrong:
        rest["instrumental"] = rest.get("lyrics") is None
    return rest, wrong


def _broken_rules(values: Mapping[str, object], choose: Choose) -> tuple[FieldError, ...]:
    try:
        choose(make_request(RequestBody.model_validate(values)))
    except InvalidRequestError as error:
        return error.errors
    return ()
