"""How each operation is written in the suno format: the address, and every field of the body."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from cliphook.adapters.providers.provider import Call, Material, Submission
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.ids import ClipId, FileId
from cliphook.domain.request import (
    MusicRequest,
    Operation,
    PersonaKind,
    Sound,
    Source,
    Stems,
    VocalGender,
)
from tests.support.makers import TASK
from tests.support.samples import TUNES

URL = "https://gateway.test/callbacks/sunoapi/ticket"
AUDIO = "https://files.gateway.test/source.mp3"
CLIP = "e2310c55-6b7a-4d0f-9a6e-1f028cadc7dc"
MATERIAL = Material(task_id=TASK, provider_clip_id=CLIP, index=1, url=AUDIO)

EARLIER = Source(clip_id=ClipId("clip_1"))
UPLOADED = Source(file_id=FileId("file_1"))
LINKED = Source(url=AUDIO)

LYRICS = "[Verse]\nNight city lights 🎵"
TEXTS: dict[str, Any] = {"lyrics": LYRICS, "style": "Rock", "title": "Iron Man"}
WRITTEN_TEXTS = {"prompt": LYRICS, "style": "Rock", "title": "Iron Man"}
MIX: dict[str, Any] = {
    "negative_style": "Heavy metal",
    "vocal_gender": VocalGender.MALE,
    "style_weight": Decimal("0.65"),
    "weirdness": Decimal(1),
    "audio_weight": Decimal("0.1"),
}
WRITTEN_MIX = {
    "negativeTags": "Heavy metal",
    "vocalGender": "m",
    "styleWeight": 0.65,
    "weirdnessConstraint": 1,
    "audioWeight": 0.1,
}
PERSONA: dict[str, Any] = {"persona_id": "persona-1", "persona_kind": PersonaKind.VOICE}
WRITTEN_PERSONA = {"personaId": "persona-1", "personaModel": "voice_persona"}

SONG = WRITTEN_TEXTS | WRITTEN_MIX | WRITTEN_PERSONA | {"instrumental": False}

# An operation, what is asked, where it goes, and the body but for model and callBackUrl.
ROWS: list[tuple[Operation, dict[str, Any], str, dict[str, Any]]] = [
    (
        Operation.GENERATE,
        TEXTS | MIX | PERSONA,
        "/api/v1/generate",
        SONG | {"customMode": True, "model": "V5"},
    ),
    (
        Operation.GENERATE,
        {"prompt": "A calm piano"},
        "/api/v1/generate",
        {"customMode": False, "instrumental": False, "prompt": "A calm piano", "model": "V5"},
    ),
    (
        Operation.EXTEND,
        TEXTS | MIX | PERSONA | {"source": EARLIER, "continue_at_s": Decimal("60.5")},
        "/api/v1/generate/extend",
        WRITTEN_TEXTS
        | WRITTEN_MIX
        | WRITTEN_PERSONA
        | {"defaultParamFlag": True, "audioId": CLIP, "continueAt": 60.5, "model": "V5"},
    ),
    (
        Operation.EXTEND,
        {"source": EARLIER, "keep_source_settings": True},
        "/api/v1/generate/extend",
        {"defaultParamFlag": False, "audioId": CLIP, "model": "V5"},
    ),
    (
        Operation.COVER,
        TEXTS | MIX | PERSONA | {"source": LINKED},
        "/api/v1/generate/upload-cover",
        SONG | {"customMode": True, "uploadUrl": AUDIO, "model": "V5"},
    ),
    (
        Operation.COVER,
        {"source": UPLOADED, "prompt": "As a waltz", "instrumental": True},
        "/api/v1/generate/upload-cover",
        {"customMode": False, "instrumental": True, "prompt": "As a waltz", "uploadUrl": AUDIO}
        | {"model": "V5"},
    ),
    (
        Operation.EXTEND_UPLOAD,
        TEXTS | MIX | PERSONA | {"source": EARLIER, "continue_at_s": Decimal(60)},
        "/api/v1/generate/upload-extend",
        SONG | {"defaultParamFlag": True, "uploadUrl": AUDIO, "continueAt": 60, "model": "V5"},
    ),
    (
        Operation.EXTEND_UPLOAD,
        {"source": LINKED, "prompt": "Slower", "continue_at_s": Decimal(60)}
        | {"keep_source_settings": True},
        "/api/v1/generate/upload-extend",
        {"defaultParamFlag": False, "instrumental": False, "prompt": "Slower"}
        | {"uploadUrl": AUDIO, "continueAt": 60, "model": "V5"},
    ),
    (
        Operation.ADD_INSTRUMENTAL,
        MIX | {"source": LINKED, "style": "Rock", "title": "Iron Man"},
        "/api/v1/generate/add-instrumental",
        WRITTEN_MIX | {"tags": "Rock", "title": "Iron Man", "uploadUrl": AUDIO, "model": "V5"},
    ),
    (
        Operation.ADD_VOCALS,
        MIX | TEXTS | {"source": UPLOADED},
        "/api/v1/generate/add-vocals",
        WRITTEN_MIX | WRITTEN_TEXTS | {"uploadUrl": AUDIO, "model": "V5"},
    ),
    (
        Operation.SOUNDS,
        {"prompt": "Rain on tin", "sound": Sound(loop=False, tempo_bpm=120, key="Am")},
        "/api/v1/generate/sounds",
        {"prompt": "Rain on tin", "soundLoop": False, "soundTempo": 120, "soundKey": "Am"}
        | {"model": "V5"},
    ),
    (
        Operation.SOUNDS,
        {"prompt": "Rain on tin"},
        "/api/v1/generate/sounds",
        {"prompt": "Rain on tin", "model": "V5"},
    ),
    (
        Operation.SEPARATE,
        {"source": EARLIER, "stems": Stems.ALL},
        "/api/v1/vocal-removal/generate",
        {"taskId": TASK, "audioId": CLIP, "type": "split_stem"},
    ),
    (
        Operation.LYRICS,
        {"prompt": "A song about a quiet night"},
        "/api/v1/lyrics",
        {"prompt": "A song about a quiet night"},
    ),
]

# A request that differs in one field, for each field that is honoured.
VALUES: dict[str, dict[str, Any]] = {
    "prompt": {"prompt": "A tune"},
    "lyrics": {"lyrics": LYRICS},
    "style": {"style": "Rock"},
    "instrumental": {"instrumental": True},
    "source.clip_id": {"source": EARLIER},
    "source.file_id": {"source": UPLOADED},
    "source.url": {"source": LINKED},
    "keep_source_settings": {"keep_source_settings": True},
    "continue_at_s": {"continue_at_s": Decimal(1)},
    "stems": {"stems": Stems.ALL},
    "sound.loop": {"sound": Sound(loop=False)},
    "sound.tempo_bpm": {"sound": Sound(tempo_bpm=1)},
    "sound.key": {"sound": Sound(key="Am")},
    "provider_options": {"provider_options": dict.fromkeys(TUNES, '{"new": 1}')},
    **{name: {name: value} for name, value in (MIX | PERSONA).items()},
}

both = pytest.mark.parametrize("provider", ["sunoapi", "apikley"])


def written(provider: str, request: MusicRequest, model: str = "V5") -> Call:
    submission = Submission(request, model, URL, "job_1-1", MATERIAL if request.source else None)
    return PROVIDERS[provider].write_create(submission)


@both
@pytest.mark.parametrize(("operation", "asked", "path", "body"), ROWS)
def test_an_operation_is_written_as_documented(
    provider: str, operation: Operation, asked: dict[str, Any], path: str, body: dict[str, Any]
) -> None:
    call = written(provider, MusicRequest(operation, **asked))

    assert call == Call("POST", path, body=body | {"callBackUrl": URL})


@both
@pytest.mark.parametrize("operation", Operation)
def test_every_field_that_is_honoured_changes_what_is_written(
    provider: str, operation: Operation
) -> None:
    model = PROVIDERS[provider].models["V5"]
    plain = MusicRequest(operation, title="Iron Man")

    for name in model.abilities[operation] - {"title"}:
        request = replace(plain, **VALUES[name.removesuffix(f".{provider}")])
        assert written(provider, request) != written(provider, plain), name


@both
def test_what_is_not_sung_in_custom_mode_is_an_empty_prompt(provider: str) -> None:
    for operation in (Operation.GENERATE, Operation.COVER, Operation.EXTEND_UPLOAD):
        request = MusicRequest(
            operation, style="Rock", title="One", instrumental=True, source=LINKED
        )

        body = written(provider, request, "V4").body or {}

        assert (body["prompt"], body["instrumental"], body["model"]) == ("", True, "V4")


@both
def test_a_clip_is_taken_apart_into_two_unless_all_is_asked_for(provider: str) -> None:
    for stems in (None, Stems.TWO):
        request = MusicRequest(Operation.SEPARATE, source=EARLIER, stems=stems)
        assert (written(provider, request).body or {})["type"] == "separate_vocal"


@both
def test_a_persona_may_be_a_way_to_make_music(provider: str) -> None:
    request = MusicRequest(**TEXTS, persona_id="persona-1", persona_kind=PersonaKind.STYLE)

    assert (written(provider, request).body or {})["personaModel"] == "style_persona"


@both
@pytest.mark.parametrize("operation", Operation)
def test_free_options_stand_beside_our_own_fields(provider: str, operation: Operation) -> None:
    asked = next(asked for row, asked, _, _ in ROWS if row is operation)
    plain = written(provider, MusicRequest(operation, **asked)).body or {}
    options = {provider: '{"duration": 30, "model": "V9"}', "other": '{"no": 1}'}

    body = written(provider, MusicRequest(operation, **asked, provider_options=options)).body

    assert body == {"model": "V9", **plain, "duration": 30}


@both
@pytest.mark.parametrize("operation", Operation)
def test_a_poll_asks_for_one_task_where_its_kind_is_known(
    provider: str, operation: Operation
) -> None:
    elsewhere = {Operation.LYRICS: "/api/v1/lyrics", Operation.SEPARATE: "/api/v1/vocal-removal"}
    path = elsewhere.get(operation, "/api/v1/generate")

    call = PROVIDERS[provider].write_poll(TASK, operation)

    assert call == Call("GET", f"{path}/record-info", query={"taskId": TASK})
