"""
The facts of apiin.one, and what may be chosen where its pages say nothing, or two things.

Reference: its pages "Generate Music", feed, extend and upload-cover; what they leave open is as at
udioapi.pro, which has the same ids and bodies. Its traps: which of two shapes a request has
follows from its fields, `tags` are what to avoid in a request and the style in a result, and a feed
says SUCCESS as soon as there is a text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from local.simulators.facts import Model

DESCRIPTION_MAX: Final = 400
TITLE_MAX: Final = 80
SOURCE_S: Final = (6.0, 60.0)
"""How long the source of an upload-cover may be."""


@dataclass(frozen=True, slots=True)
class Switches:
    """The settings of this simulator alone. The defaults are the newest that is published."""

    feed_param: Literal["task_id", "workId", "both"] = "task_id"
    feed_type_vocab: Literal["SUCCESS_early", "staged"] = "SUCCESS_early"
    complete_status_word: Literal["complete", "first"] = "complete"
    callback_shape: Literal["bare_array", "wrapped", "flat"] = "bare_array"
    error_shape: Literal["openai_like", "code_message"] = "openai_like"
    model_enum: Literal["suno", "chirp"] = "suno"
    id_suffix: str = "ksv"
    item_keys: Literal["full", "lean"] = "full"
    """Whether results have all keys of the sibling, or only those of apiin's own page."""
    v5_prompt_max: int = 3000
    """5000 is published "for v4-5"; what v5 takes is not."""


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
_PRICES: Final = {_V3: 5.0, _V4: 8.0, _V4_5: 10.0, _V4_5_PLUS: 10.0, _V5: 12.0, _V5_5: 12.0}


def models(switches: Switches) -> Mapping[str, Model]:
    """List the models by the names that are in force."""
    return {
        name: replace(model, prompt_max=switches.v5_prompt_max) if model in {_V5, _V5_5} else model
        for name, model in _MODELS[switches.model_enum].items()
    }


def price(name: str) -> float:
    """Tell what a generation with a model costs, in credits."""
    return next(_PRICES[listed[name]] for listed in _MODELS.values() if name in listed)
