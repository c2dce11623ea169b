"""apiin's models: what we call them, how each of its pages spells them, and what they take."""

from collections.abc import Mapping
from typing import Final, Literal

from cliphook.adapters.providers.apiin_rules import ABILITIES, Limits
from cliphook.adapters.providers.provider import Model

type Name = Literal[
    "suno-v5-0", "suno-v4-5", "suno-v4-0", "suno-v4-0-pro", "suno-v4-0-vip", "suno-v3-5"
]
type Spelling = Literal["suno", "chirp"] | Mapping[Name, str]

# The preferred one first.
FAMILIES: Final[Mapping[str, str]] = {
    "suno-v5-0": "suno-v5",
    "suno-v4-5": "suno-v4.5",
    "suno-v4-0": "suno-v4",
    "suno-v4-0-pro": "suno-v4-pro",
    "suno-v4-0-vip": "suno-v4-vip",
    "suno-v3-5": "suno-v3.5",
}

# The newer pages know two of the models no longer.
SPELLINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "suno": {name: name for name in FAMILIES},
    "chirp": {
        "suno-v5-0": "chirp-v5",
        "suno-v4-5": "chirp-v4-5",
        "suno-v4-0": "chirp-v4-0",
        "suno-v3-5": "chirp-v3-5",
    },
}


def spell(spelling: Spelling) -> dict[str, str]:
    """Tell how the models that are offered are named in a submission."""
    if isinstance(spelling, str):
        return {**SPELLINGS[spelling]}
    return {str(name): spelled for name, spelled in spelling.items()}


def limits(name: str, v5_prompt_max: int) -> Limits:
    """Tell how many characters (code points) a model takes; lyrics are its custom prompt."""
    lyrics = {"suno-v4-5": 5000, "suno-v5-0": v5_prompt_max}.get(name, 3000)
    style = 1000 if name in {"suno-v4-5", "suno-v5-0"} else 200
    return {"prompt": 400, "lyrics": lyrics, "style": style, "title": 80}


def models(names: Mapping[str, str], v5_prompt_max: int) -> dict[str, Model]:
    """List the models that have a name in a submission."""
    return {
        name: Model(family, ABILITIES, limits(name, v5_prompt_max), clips=2)
        for name, family in FAMILIES.items()
        if name in names
    }
