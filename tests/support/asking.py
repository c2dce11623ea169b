"""Every operation as a client asks for it, and what docs/providers.md promises of the answer."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from tests.support.documented import Documented

type Request = dict[str, Any]
# What there is to start from, by kind and then by provider.
type Sources = Mapping[str, Mapping[str, str]]

WALTZ: Final[Request] = {"prompt": "A quiet waltz"}
LYRICS: Final = "Slow is the river\nand slow is the rain"
SONG: Final[Request] = {"lyrics": LYRICS, "style": "slow waltz", "title": "Slow River"}
PLAYED: Final[Request] = {"instrumental": True, "style": "slow waltz", "title": "No Words"}
MIXED: Final[Request] = SONG | {
    "negative_style": "drums",
    "style_weight": 0.65,
    "weirdness": 0.2,
    "audio_weight": 1,
    "persona_id": "persona-1",
}
BAND: Final[Request] = {"style": "rock", "title": "With a Band", "negative_style": "jazz"}
SOUND: Final[Request] = {"prompt": "A door", "sound": {"loop": True, "tempo_bpm": 90, "key": "Am"}}
KEPT: Final[Request] = {"keep_source_settings": True}
PIXEL: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
PICTURES: Final = [{"mime_type": "image/png", "data": base64.b64encode(PIXEL).decode()}]
LASTS_S: Final = 31

# What a provider's options are called, where not by its own name.
NAMESPACES: Final = {"stratizon": "suno"}
UNKNOWN: Final = {"shade_of_green": "moss"}

# None of its documented answers names a clip, as going on from one needs.
NAMELESS: Final = frozenset({"infery"})
BY_NAME: Final = frozenset({"extend", "separate"})
# Where a file is gone on from by another operation than a clip is.
OF_FILES: Final = {"extend": "extend_upload"}

_PARTED: Final = frozenset({"source", "sound", "provider_options"})


class Made(StrEnum):
    """What comes of a request that a provider can honour; nothing, where it refuses an option."""

    MUSIC = "music"
    WAVE = "wave"
    PAIR = "pair"
    PARTS = "parts"
    TEXTS = "texts"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """
    A request that goes to every provider; `source` is a kind of source.

    A provider that `described` names is told a description as well: some cannot do without one,
    and others have no place for it beside the rest. `options` are for single providers.
    """

    operation: str
    name: str
    request: Request
    source: str | None = None
    makes: Made = Made.MUSIC
    described: frozenset[str] = frozenset({"stratizon"})
    options: Mapping[str, Request] = field(default_factory=dict[str, Request])

    def __str__(self) -> str:
        return f"{self.operation}-{self.name}"

    def written(self, provider: str, sources: Sources) -> Request:
        """Write the request for a provider, but for the model."""
        body = {"operation": self.operation, **self.request}
        if provider in self.described:
            body = {**WALTZ, **body}
        if self.source:
            body["source"] = {self.source: sources[self.source][provider]}
        if options := self.options.get(provider):
            body["provider_options"] = {NAMESPACES.get(provider, provider): options}
        return body


@dataclass(frozen=True, slots=True)
class Promise:
    """What is documented of a request: this model can do it, or it is refused on these fields."""

    model: str
    # With those who can honour each of them, where the message has to say so.
    refused: Mapping[str, list[str]] = field(default_factory=dict[str, list[str]])


def promised(page: Documented, provider: str, request: Request) -> Promise:
    """Find what is promised; of a provider's models, the first that honours every field."""
    operation, fields = str(request["operation"]), _asked(request)
    models, able = page.models[provider], page.able(operation, provider)
    goes_on = "source.clip_id" in fields
    if not able and not goes_on:
        return Promise(next(iter(models)), {"operation": page.able_to(operation)})
    if not able:
        others = page.able_for("source.file_id", OF_FILES.get(operation, operation))
        return Promise(next(iter(models)), {"source.clip_id": others})
    if goes_on and operation in BY_NAME and provider in NAMELESS:
        return Promise(able[0], {"source.clip_id": []})
    lacking = {model: fields - models[model].fields[operation] for model in able}
    model = next((one for one in able if not lacking[one]), able[0])
    return Promise(model, {name: page.able_for(name, operation) for name in lacking[model]})


def _asked(request: Request) -> frozenset[str]:
    """Name the fields that a provider has to honour, as the page names them."""
    names = set[str]()
    for name, value in request.items():
        parts = value if name in _PARTED else ()
        names |= {f"{name}.{part}" for part in parts} or {name}
    return frozenset(names - {"operation"})


def _cases() -> Iterator[Case]:
    yield Case("generate", "described", WALTZ)
    yield Case("generate", "described-played", WALTZ | {"instrumental": True})
    yield Case("generate", "sung", SONG)
    yield Case("generate", "played", PLAYED, described=frozenset({"apiin", "stratizon"}))
    yield Case("generate", "mixed", MIXED)
    wave = WALTZ | {"output_format": "wav"}
    yield Case("generate", "long-wave", wave | {"duration_s": LASTS_S}, makes=Made.WAVE)
    yield Case("generate", "pictures-wave", wave | {"images": PICTURES}, makes=Made.WAVE)
    yield Case("extend", "own", SONG | {"continue_at_s": 5}, "clip_id")
    yield Case("extend", "kept", KEPT, "clip_id")
    yield Case("cover", "file", WALTZ, "file_id")
    yield Case("cover", "clip", WALTZ, "clip_id")
    yield Case("cover", "url", SONG, "url")
    yield Case("extend_upload", "own", SONG | {"continue_at_s": 5}, "file_id")
    yield Case("extend_upload", "kept", WALTZ | KEPT | {"continue_at_s": 5}, "url")
    yield Case("add_instrumental", "file", BAND, "file_id")
    yield Case("add_vocals", "clip", SONG | {"negative_style": "jazz"}, "clip_id")
    lyrics = {"grabLyrics": True}
    yield Case("sounds", "all", SOUND, options={"sunoapi": lyrics, "apikley": lyrics})
    yield Case("separate", "two", {"stems": "two"}, "clip_id", Made.PAIR)
    yield Case("separate", "all", {"stems": "all"}, "clip_id", Made.PARTS)
    yield Case("lyrics", "all", {"prompt": "A song of rain"}, makes=Made.TEXTS)
    yield from _options()


def _options() -> Iterator[Case]:
    """Ask for what one provider alone knows, and for what none does, which is for it to refuse."""
    suno = {"provider_options": {"suno": {"persona_model": "style_persona"}}}
    minimax = {"provider_options": {"minimax": {"lyrics_optimizer": True}}}
    yield Case("generate", "option-of-suno", WALTZ | suno)
    yield Case("generate", "option-of-minimax", WALTZ | minimax)
    unknown = dict.fromkeys(("sunoapi", "apikley", "apiin", "infery", "stratizon"), UNKNOWN)
    yield Case("generate", "unknown-option", WALTZ, makes=Made.NOTHING, options=unknown)


CASES: Final = (*_cases(),)
