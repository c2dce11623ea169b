"""
The facts of apiin.one, and what may be chosen where its pages say nothing, or two things.

Reference: its pages "Generate Music", feed, extend and upload-cover; what they leave open is as at
udioapi.pro, which has the same ids and bodies. Its traps: which of two shapes a request has
follows from its fields, `tags` are what to avoid in a request and the style in a result, and a feed
says SUCCESS as soon as there is a text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from local.simulators.scenario import Refusal

SAYS: Final = 'apiin.one, after its pages "Generate Music", feed, extend and upload-cover'
DESCRIPTION_MAX: Final = 400
TITLE_MAX: Final = 80
SOURCE_S: Final = (6.0, 60.0)
"""How long the source of an upload-cover may be."""


@dataclass(frozen=True, slots=True)
class ApiinSwitches:
    """The settings of this simulator alone. The defaults are the newest that is published."""

    feed_param: Literal["task_id", "workId", "both"] = "task_id"
    feed_type_vocab: Literal["SUCCESS_early", "staged"] = "SUCCESS_early"
    complete_status_word: Literal["complete", "first"] = "complete"
    callback_shape: Literal["bare_array", "wrapped", "flat"] = "bare_array"
    error_shape: Literal["openai_like", "code_message"] = "openai_like"
    model_enum: Literal["suno", "chirp"] = "suno"
    id_suffix: Literal["ksv", ""] = "ksv"
    item_keys: Literal["full", "lean"] = "full"
    """Whether results have all keys of the sibling, or only those of apiin's own page."""
    v5_prompt_max: Literal["3000", "5000"] = "3000"
    """5000 is published "for v4-5"; what v5 takes is not."""


class Failure(StrEnum):
    """Why an accepted task fails later, in our words."""

    GENERATION = "generation"
    POLICY = "policy"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An HTTP status, the type of error that goes with it, and what is said."""

    status: int
    kind: str
    message: str


# 400, 401 and 402 are published; the others are the sibling's.
REFUSALS: Final[Mapping[Refusal, Verdict]] = {
    Refusal.INVALID: Verdict(400, "invalid_request", "Invalid parameters."),
    Refusal.UNAUTHORIZED: Verdict(401, "authentication_error", "Invalid or missing API key."),
    Refusal.CREDITS: Verdict(402, "insufficient_credits", "Insufficient balance."),
    Refusal.NOT_FOUND: Verdict(404, "not_found", "Not found."),
    Refusal.RATE: Verdict(429, "rate_limit_exceeded", "Too many requests."),
    Refusal.SERVER: Verdict(500, "server_error", "Internal server error."),
}

# A failure is a text in one of two fields of a result, and nothing else.
FAILURES: Final[Mapping[Failure, Mapping[str, str]]] = {
    Failure.GENERATION: {"fail_message": "", "error_message": "Audio generation failed."},
    Failure.POLICY: {
        "fail_message": "Does Not Meet Guidelines: the prompt contains inappropriate material.",
        "error_message": "",
    },
    Failure.SERVER: {"fail_message": "", "error_message": "Internal error, try again later."},
}


@dataclass(frozen=True, slots=True)
class Model:
    """A model: how many characters (code points) it takes, and what it is called in results."""

    upstream: str
    prompt_max: int
    style_max: int
    title_max: int


_V3: Final = Model("chirp-v3-5", 3000, 200, TITLE_MAX)
_V4: Final = Model("chirp-v4", 3000, 200, TITLE_MAX)
_V4_5: Final = Model("chirp-auk", 5000, 1000, TITLE_MAX)
_V4_5_PLUS: Final = Model("chirp-bluejay", 5000, 1000, TITLE_MAX)
_V5: Final = Model("chirp-crow", 3000, 1000, TITLE_MAX)
_V5_5: Final = Model("chirp-fenix", 3000, 1000, TITLE_MAX)

# The first of each list is what a request without a model gets.
_MODELS: Final[Mapping[str, Mapping[str, Model]]] = {
    "suno": {
        "suno-v3-5": _V3,
        "suno-v4-0": _V4,
        "suno-v4-0-vip": _V4,
        "suno-v4-0-pro": _V4,
        "suno-v4-5": _V4_5,
        "suno-v5-0": _V5,
    },
    "chirp": {
        "chirp-v3-5": _V3,
        "chirp-v4-0": _V4,
        "chirp-v4-5": _V4_5,
        "chirp-v4-5-plus": _V4_5_PLUS,
        "chirp-v5": _V5,
        "chirp-v5-5": _V5_5,
    },
}

# 5 to 12 are published; which model costs what is not.
_PRICES: Final = {_V3: 5, _V4: 8, _V4_5: 10, _V4_5_PLUS: 10, _V5: 12, _V5_5: 12}


def models(switches: ApiinSwitches) -> Mapping[str, Model]:
    """List the models by the names that are in force."""
    return {
        name: replace(model, prompt_max=int(switches.v5_prompt_max))
        if model in {_V5, _V5_5}
        else model
        for name, model in _MODELS[switches.model_enum].items()
    }


def price(name: str) -> Decimal:
    """Tell what a generation with a model costs, in credits."""
    return next(Decimal(_PRICES[listed[name]]) for listed in _MODELS.values() if name in listed)
