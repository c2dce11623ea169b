"""
How requests are written in the suno format: what becomes of each field, operation by operation.

The format's `prompt` is two things: what is sung (in custom mode, and wherever the rest of a song
is told) and what describes music, a sound or a text. Ours never mix: `lyrics` are sung, and
`prompt` describes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from cliphook.adapters.providers.provider import Call, Material, Submission
from cliphook.adapters.providers.rules import read_options
from cliphook.domain.request import MusicRequest, Operation, PersonaKind, Sound, Stems

MUSIC_POLL: Final = "/api/v1/generate/record-info"


@dataclass(frozen=True, slots=True)
class Start:
    """Which sources an operation can start from, and what it is told of them, by both names."""

    sources: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Form:
    """
    One operation's request: its path, and the format's name for each field of ours.

    `mode` is the flag that is true when a request brings texts of its own, and false when it keeps
    those of its source.
    """

    path: str
    fields: Mapping[str, str]
    start: Start = field(default_factory=Start)
    mode: str | None = None
    has_model: bool = True
    poll: str = MUSIC_POLL

    @property
    def own(self) -> frozenset[str]:
        """Name everything that is written from a request's own fields."""
        flags = {self.mode} if self.mode else set[str]()
        model = {"model"} if self.has_model else set[str]()
        written = {"callBackUrl", *self.fields.values(), *self.start.told}
        return frozenset(written | flags | model)


_CLIP: Final = Start(("source.clip_id",), {"audioId": "provider_clip_id"})
_CLIP_OF_TASK: Final = Start(
    ("source.clip_id",), {"taskId": "task_id", "audioId": "provider_clip_id"}
)
_ADDRESS: Final = Start(("source.url", "source.file_id", "source.clip_id"), {"uploadUrl": "url"})

MIX: Final = {
    "negative_style": "negativeTags",
    "vocal_gender": "vocalGender",
    "style_weight": "styleWeight",
    "weirdness": "weirdnessConstraint",
    "audio_weight": "audioWeight",
}
PERSONA: Final = {"persona_id": "personaId", "persona_kind": "personaModel"}
_SONG: Final = {
    "prompt": "prompt",
    "lyrics": "prompt",
    "style": "style",
    "title": "title",
    "instrumental": "instrumental",
    **MIX,
    **PERSONA,
}
_LONGER: Final = {"keep_source_settings": "defaultParamFlag", "continue_at_s": "continueAt"}
_SUNG: Final = {"lyrics": "prompt", "style": "style", "title": "title"}

FORMS: Final[Mapping[Operation, Form]] = {
    Operation.GENERATE: Form("/api/v1/generate", _SONG, mode="customMode"),
    Operation.EXTEND: Form(
        "/api/v1/generate/extend",
        _SUNG | MIX | PERSONA | _LONGER,
        _CLIP,
        mode="defaultParamFlag",
    ),
    Operation.COVER: Form("/api/v1/generate/upload-cover", _SONG, _ADDRESS, mode="customMode"),
    Operation.EXTEND_UPLOAD: Form(
        "/api/v1/generate/upload-extend", _SONG | _LONGER, _ADDRESS, mode="defaultParamFlag"
    ),
    Operation.ADD_INSTRUMENTAL: Form(
        "/api/v1/generate/add-instrumental", {"style": "tags", "title": "title"} | MIX, _ADDRESS
    ),
    Operation.ADD_VOCALS: Form("/api/v1/generate/add-vocals", _SUNG | MIX, _ADDRESS),
    Operation.SOUNDS: Form(
        "/api/v1/generate/sounds",
        {
            "prompt": "prompt",
            "sound.loop": "soundLoop",
            "sound.tempo_bpm": "soundTempo",
            "sound.key": "soundKey",
        },
    ),
    Operation.SEPARATE: Form(
        "/api/v1/vocal-removal/generate",
        {"stems": "type"},
        _CLIP_OF_TASK,
        has_model=False,
        poll="/api/v1/vocal-removal/record-info",
    ),
    Operation.LYRICS: Form(
        "/api/v1/lyrics",
        {"prompt": "prompt"},
        has_model=False,
        poll="/api/v1/lyrics/record-info",
    ),
}

_PERSONAS: Final = {PersonaKind.STYLE: "style_persona", PersonaKind.VOICE: "voice_persona"}
_TYPES: Final = {Stems.TWO: "separate_vocal", Stems.ALL: "split_stem"}


def write_create(submission: Submission, *, namespace: str, send_empty_prompt: bool) -> Call:
    """Write a submission; a custom one sings `lyrics`, the other kind is written from `prompt`."""
    request = submission.request
    form = FORMS[request.operation]
    said = _said(request)
    material = submission.material or Material()
    body = read_options(request, namespace) | {"callBackUrl": submission.callback_url}
    if form.has_model:
        body["model"] = submission.model
    body |= {
        theirs: said[ours] for ours, theirs in form.fields.items() if said.get(ours) is not None
    }
    body |= {theirs: getattr(material, name) for theirs, name in form.start.told.items()}
    if form.mode:
        body[form.mode] = is_custom(request) and not request.keep_source_settings
    if send_empty_prompt and "instrumental" in form.fields:
        body.setdefault("prompt", "")
    return Call("POST", form.path, body=body)


def write_poll(task_id: str, operation: Operation) -> Call:
    """Write the question how far a task is; each kind of task is known at one address only."""
    return Call("GET", FORMS[operation].poll, query={"taskId": task_id})


def is_custom(request: MusicRequest) -> bool:
    """Tell whether a request is one for custom mode: it says what to sing, or how, or its name."""
    return any(text is not None for text in (request.lyrics, request.style, request.title))


def _said(request: MusicRequest) -> Mapping[str, object]:
    """Say each field as the format does; what was not asked for is `None`."""
    sound = request.sound or Sound()
    return {
        "prompt": request.prompt,
        "lyrics": request.lyrics,
        "style": request.style,
        "title": request.title,
        "instrumental": request.instrumental,
        "negative_style": request.negative_style,
        "vocal_gender": request.vocal_gender,
        "style_weight": _number(request.style_weight),
        "weirdness": _number(request.weirdness),
        "audio_weight": _number(request.audio_weight),
        "persona_id": request.persona_id,
        "persona_kind": request.persona_kind and _PERSONAS[request.persona_kind],
        "continue_at_s": _number(request.continue_at_s),
        "stems": _TYPES[request.stems or Stems.TWO],
        "sound.loop": sound.loop,
        "sound.tempo_bpm": sound.tempo_bpm,
        "sound.key": sound.key,
    }


def _number(value: Decimal | None) -> float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
