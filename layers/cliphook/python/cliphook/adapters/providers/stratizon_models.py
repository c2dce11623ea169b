"""
stratizon's models: what each can honour and take, and which of our fields are knobs of it.

What the fields that all models share do not say goes into the options of one model. The names of
those are not published: for suno they are assumed to be the suno format's, in snake_case.
"""

from collections.abc import Collection, Mapping
from typing import Final, Literal

from cliphook.adapters.providers.provider import Model
from cliphook.domain.request import Operation

type Name = Literal["suno-5.5", "minimax-music-2.6"]
type Text = Literal["prompt", "lyrics", "title", "style", "negative_style"]
type Knob = Literal[
    "style",
    "negative_style",
    "vocal_gender",
    "style_weight",
    "weirdness",
    "audio_weight",
    "persona_id",
]

SUNO: Final = "suno-5.5"
MINIMAX: Final = "minimax-music-2.6"

# The option namespace of each model. The provider rejects every other, and so do we.
NAMESPACES: Final[Mapping[str, str]] = {SUNO: "suno", MINIMAX: "minimax"}

KNOBS: Final[Mapping[Knob, str]] = {
    "style": "style",
    "negative_style": "negative_tags",
    "vocal_gender": "vocal_gender",
    "style_weight": "style_weight",
    "weirdness": "weirdness_constraint",
    "audio_weight": "audio_weight",
    "persona_id": "persona_id",
}
# None are published: these are what the upstream of one model takes, in other hosts' documents.
LIMITS: Final[Mapping[Name, Mapping[Text, int]]] = {
    "minimax-music-2.6": {"prompt": 2000, "lyrics": 3500},
}

_SHARED: Final = frozenset({"prompt", "lyrics", "title", "instrumental"})
_SOURCES: Final = frozenset({"source.clip_id", "source.file_id", "source.url"})


def models(
    knobs: Mapping[Knob, str],
    limits: Mapping[Name, Mapping[Text, int]],
    reference_models: Collection[Name],
) -> dict[str, Model]:
    """List the models, the preferred one first."""
    taken: dict[str, dict[str, int]] = {
        str(name): {str(text): most for text, most in texts.items()}
        for name, texts in limits.items()
    }
    families = {SUNO: ("suno-v5.5", 2), MINIMAX: ("minimax-music-2.6", 1)}
    return {
        name: Model(
            family,
            _abilities(name, frozenset(knobs), can_refer=name in reference_models),
            taken.get(name, {}),
            clips=clips,
        )
        for name, (family, clips) in families.items()
    }


def _abilities(
    name: str, knobs: frozenset[str], *, can_refer: bool
) -> dict[Operation, frozenset[str]]:
    own = knobs if name == SUNO else frozenset[str]()
    fields = _SHARED | own | {f"provider_options.{NAMESPACES[name]}"}
    cover = {Operation.COVER: fields | _SOURCES} if can_refer else {}
    return {Operation.GENERATE: fields} | cover
