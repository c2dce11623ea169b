"""
How requests to infery are written: what becomes of each field, operation by operation.

Unlike its siblings it keeps `lyrics` and `prompt` apart, as we do, and never does without a
prompt. A request whose style or title say what to make is given those as its prompt, if it has
none; one that says nothing at all, what is to be made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from cliphook.adapters.providers.infery_names import ids_of
from cliphook.adapters.providers.provider import Material, Submission
from cliphook.adapters.providers.rules import read_options
from cliphook.domain.request import MusicRequest, Operation, OutputFormat, PersonaKind, Sound, Stems

NAMESPACE: Final = "infery"

type Flag = Literal["keeps_source", "takes_own"]


@dataclass(frozen=True, slots=True)
class Form:
    """
    One operation's request: what it is called, and infery's name for each field of ours.

    `told` is what is said of a source, and `unsaid` the prompt where nobody said anything. Only
    Suno's operations have a name.
    """

    operation: str | None
    fields: Mapping[str, str]
    sources: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    unsaid: str = "A song"

    @property
    def has_modes(self) -> bool:
        """Tell whether there is a custom mode, which is asked for by texts beside the prompt."""
        return "title" in self.fields

    @property
    def own(self) -> frozenset[str]:
        """Name everything that is written from a request's own fields."""
        modes = {"custom_mode"} if self.has_modes else set[str]()
        named = {"operation"} if self.operation else set[str]()
        written = {"model", "prompt", *self.fields.values(), *self.told}
        return frozenset(written | modes | named)


type Forms = Mapping[Operation, Form]

_CLIP: Final = ("source.clip_id",)
_AUDIO: Final = ("source.clip_id", "source.file_id", "source.url")
_UPLOAD: Final = ("upload_url",)
_REST: Final = "The rest of the song"

_FORMAT: Final = {"output_format": "response_format"}
_PROMPT: Final = {"prompt": "prompt"}
_DURATION: Final = {"duration_s": "duration_seconds"}
_TEXTS: Final = _PROMPT | {"lyrics": "lyrics", "style": "style", "title": "title"}
MIX: Final = {
    "negative_style": "negative_tags",
    "style_weight": "style_weight",
    "weirdness": "weirdness_constraint",
    "audio_weight": "audio_weight",
}
VOICE: Final = {"vocal_gender": "vocal_gender"}
PERSONA: Final = {"persona_id": "persona_id", "persona_kind": "persona_model"}
_SONG: Final = _TEXTS | {"instrumental": "instrumental"} | MIX | VOICE | PERSONA | _FORMAT
_LONGER: Final = _SONG | {
    "continue_at_s": "continue_at",
    "keep_source_settings": "default_param_flag",
}
_PLAYED: Final = _PROMPT | {"style": "tags", "title": "title"} | MIX | _FORMAT
_SOUND: Final = {
    "sound.loop": "sound_loop",
    "sound.tempo_bpm": "sound_tempo",
    "sound.key": "sound_key",
}

_SUNO: Final[Forms] = {
    Operation.GENERATE: Form("generate", _SONG),
    Operation.EXTEND: Form("extend", _LONGER, _CLIP, ("audio_id",), _REST),
    Operation.COVER: Form("upload_cover", _SONG, _AUDIO, _UPLOAD),
    Operation.EXTEND_UPLOAD: Form("upload_extend", _LONGER, _AUDIO, _UPLOAD, _REST),
    Operation.ADD_INSTRUMENTAL: Form("add_instrumental", _PLAYED, _AUDIO, _UPLOAD),
    Operation.ADD_VOCALS: Form("add_vocals", _TEXTS | MIX | VOICE | _FORMAT, _AUDIO, _UPLOAD),
    Operation.SOUNDS: Form("sounds", _PROMPT | _SOUND | _FORMAT),
    Operation.SEPARATE: Form(
        "vocal_removal",
        {"stems": "separation_type"} | _FORMAT,
        _CLIP,
        ("audio_id", "task_id"),
        "The parts of the song",
    ),
    Operation.LYRICS: Form("lyrics", _PROMPT),
}

_PERSONAS: Final = {PersonaKind.STYLE: "style_persona", PersonaKind.VOICE: "voice_persona"}
_TYPES: Final = {Stems.TWO: "separate_vocal", Stems.ALL: "split_stem"}


def suno(*, send_duration: bool) -> Forms:
    """List what Suno's models can be asked; a duration stands in prose only."""
    generate = Form("generate", _SONG | _DURATION) if send_duration else _SUNO[Operation.GENERATE]
    return {**_SUNO, Operation.GENERATE: generate}


def lyria(*, writes_wav: bool) -> Forms:
    """List what Lyria's models can be asked."""
    described = _PROMPT | {"images": "images"}
    return {Operation.GENERATE: Form(None, described | _FORMAT if writes_wav else described)}


def write_body(submission: Submission, form: Form, flag: Flag) -> dict[str, object]:
    """Write the body of a submission; stems are two where nobody said how many."""
    request = submission.request
    said = _said(request, submission)
    body = read_options(request, NAMESPACE) | {"model": submission.model}
    if form.operation:
        body["operation"] = form.operation
    if form.has_modes:
        body["custom_mode"] = is_custom(request)
    body |= {name: said[ours] for ours, name in form.fields.items() if said.get(ours) is not None}
    if "keep_source_settings" in form.fields:
        body["default_param_flag"] = request.keep_source_settings == (flag == "keeps_source")
    body["prompt"] = said["prompt"] or _prompt(request, form)
    material = submission.material or Material()
    told = {**ids_of(material), "upload_url": material.url}
    return body | {name: told[name] for name in form.told}


def is_custom(request: MusicRequest) -> bool:
    """Tell whether a request says what to sing, or how, or its name; white space says nothing."""
    return any(map(_text, (request.lyrics, request.style, request.title)))


def _prompt(request: MusicRequest, form: Form) -> str:
    return ", ".join(filter(None, (_text(request.style), _text(request.title)))) or form.unsaid


def _said(request: MusicRequest, submission: Submission) -> dict[str, object]:
    """Say each field as infery does; what was not asked for is `None`."""
    sound = request.sound or Sound()
    pictures = [{"data": one.data, "mime_type": one.mime_type} for one in submission.pictures]
    return {
        "prompt": _text(request.prompt),
        "lyrics": _text(request.lyrics),
        "style": _text(request.style),
        "title": _text(request.title),
        "instrumental": request.instrumental,
        "negative_style": request.negative_style,
        "vocal_gender": request.vocal_gender and request.vocal_gender.value,
        "style_weight": _number(request.style_weight),
        "weirdness": _number(request.weirdness),
        "audio_weight": _number(request.audio_weight),
        "persona_id": request.persona_id,
        "persona_kind": request.persona_kind and _PERSONAS[request.persona_kind],
        "duration_s": request.duration_s,
        "output_format": "wav" if request.output_format is OutputFormat.WAV else None,
        "images": pictures or None,
        "continue_at_s": _number(request.continue_at_s),
        "stems": _TYPES[request.stems or Stems.TWO],
        "sound.loop": sound.loop,
        "sound.tempo_bpm": sound.tempo_bpm,
        "sound.key": sound.key,
    }


def _text(value: str | None) -> str | None:
    return value if value and value.strip() else None


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
