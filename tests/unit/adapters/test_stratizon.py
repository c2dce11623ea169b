"""What stratizon is asked: shared fields at the top, the rest as options of the one model."""

import json
from dataclasses import replace

import pytest

from cliphook.adapters.providers.provider import Arrival, Call, Callbacks, Material, Upload
from cliphook.domain.request import MusicRequest, Operation, Source
from cliphook.domain.status import Stage
from tests.support.stratizon_requests import (
    CLIP,
    COVERED,
    KNOBS,
    MINIMAX,
    OPTIONS,
    PLAIN,
    STRATIZON,
    SUNO,
    body,
    call,
    wrong,
)

both = pytest.mark.parametrize("model", [SUNO, MINIMAX])
NAMESPACES = {SUNO: "suno", MINIMAX: "minimax"}
SHARED = {"prompt", "lyrics", "title", "instrumental"}
SOURCES = {"source.clip_id", "source.file_id", "source.url"}


def test_the_row_says_what_is_documented_and_names_no_address() -> None:
    facts = STRATIZON.facts

    assert STRATIZON.base_url is None
    assert (facts.arrival, facts.callbacks) == (Arrival.POLL, Callbacks.NONE)
    assert facts.stages == {Stage.COMPLETE}
    assert facts.client_reference == "metadata.cliphook_reference"
    assert facts.upload == Upload("/v1/uploads", "file")
    assert (facts.key_header, facts.key_scheme) == ("Authorization", "Bearer")
    assert (facts.id_field_submit, facts.id_field_callback) == ("task_id", None)
    assert facts.idempotency_header is None


def test_each_model_has_its_family_its_clips_and_its_fields() -> None:
    families = {name: (model.family, model.clips) for name, model in STRATIZON.models.items()}
    abilities = {name: dict(model.abilities) for name, model in STRATIZON.models.items()}

    assert list(families.items()) == [(SUNO, ("suno-v5.5", 2)), (MINIMAX, ("minimax-music-2.6", 1))]
    suno = SHARED | KNOBS.keys() | {"provider_options.suno"}
    minimax = SHARED | {"provider_options.minimax"}
    assert abilities == {
        SUNO: {Operation.GENERATE: suno, Operation.COVER: suno | SOURCES},
        MINIMAX: {Operation.GENERATE: minimax, Operation.COVER: minimax | SOURCES},
    }


def test_a_request_is_written_as_documented() -> None:
    request = MusicRequest(
        prompt="Warm lo-fi",
        lyrics="[Verse]\nSlow rain",
        title="Slow Rain",
        metadata={"episode": "12"},
        **KNOBS,
    )

    assert call(request) == Call(
        "POST",
        "/v1/music/text-to-music",
        body={
            "model": "suno-5.5",
            "prompt": "Warm lo-fi",
            "lyrics": "[Verse]\nSlow rain",
            "instrumental": False,
            "title": "Slow Rain",
            "metadata": {"episode": "12", "cliphook_reference": "job_1-2"},
            "model_options": {"suno": OPTIONS},
        },
    )


@both
def test_what_was_not_asked_for_is_not_written(model: str) -> None:
    assert body(replace(PLAIN, instrumental=True), model) == {
        "model": model,
        "prompt": "Warm lo-fi with brushed drums",
        "instrumental": True,
        "metadata": {"cliphook_reference": "job_1-2"},
    }


@both
def test_our_reference_stays_ours_whatever_a_client_calls_its_own(model: str) -> None:
    request = replace(PLAIN, metadata={"cliphook_reference": "mine", "a": "b"})

    assert body(request, model)["metadata"] == {"cliphook_reference": "job_1-2", "a": "b"}


@both
@pytest.mark.parametrize(
    ("material", "reference"),
    [
        (CLIP, {"artifact_id": "art_7f20c1"}),
        # A clip that came without an id has its place for one.
        (replace(CLIP, provider_clip_id="1", index=1), {"url": "https://a.test/b.mp3"}),
        (replace(CLIP, provider_clip_id="1", index=0), {"artifact_id": "1"}),
        (Material(artifact_id="art_up"), {"artifact_id": "art_up"}),
        (Material(url="https://a.test/up.wav"), {"url": "https://a.test/up.wav"}),
    ],
)
def test_a_cover_refers_to_its_source_by_id_or_by_address(
    model: str, material: Material, reference: dict[str, str]
) -> None:
    assert call(COVERED, model, material) == Call(
        "POST",
        "/v1/music/reference-audio-to-music",
        body={
            "model": model,
            "prompt": "As a waltz",
            "instrumental": False,
            "metadata": {"cliphook_reference": "job_1-2"},
            "reference_audio": reference,
        },
    )


@both
@pytest.mark.parametrize("request_", [PLAIN, COVERED])
def test_free_options_go_to_the_model_of_their_namespace(
    model: str, request_: MusicRequest
) -> None:
    namespace = NAMESPACES[model]
    free = replace(request_, provider_options={namespace: '{"seed": 7, "more": {"a": [1]}}'})

    assert wrong(free, model) == []
    assert body(free, model, CLIP)["model_options"] == {namespace: {"seed": 7, "more": {"a": [1]}}}


def test_free_options_stand_beside_our_own_and_never_over_them() -> None:
    free = replace(PLAIN, style="lo-fi", provider_options={"suno": '{"seed": 7}'})

    assert wrong(free) == []
    assert body(free)["model_options"] == {"suno": {"style": "lo-fi", "seed": 7}}
    for name in OPTIONS:
        over = replace(PLAIN, provider_options={"suno": json.dumps({name: "x"})})
        assert wrong(over) == [f"provider_options.suno.{name}"]


def test_minimax_has_no_knobs_of_ours_so_its_options_are_all_free() -> None:
    free = replace(PLAIN, provider_options={"minimax": '{"style": "lo-fi"}'})

    assert wrong(free, MINIMAX) == []
    assert body(replace(free, **KNOBS), MINIMAX)["model_options"] == {"minimax": {"style": "lo-fi"}}


@pytest.mark.parametrize("letter", ["x", "é", "🎵"])
def test_minimax_takes_2000_characters_of_prompt_and_3500_of_lyrics(letter: str) -> None:
    longest = MusicRequest(prompt=letter * 2000, lyrics=letter * 3500, title=letter * 500)

    assert STRATIZON.models[MINIMAX].limits == {"prompt": 2000, "lyrics": 3500}
    assert wrong(longest, MINIMAX) == []
    assert wrong(replace(longest, prompt=letter * 2001), MINIMAX) == ["prompt"]
    assert wrong(replace(longest, lyrics=letter * 3501), MINIMAX) == ["lyrics"]


def test_what_suno_takes_is_not_published_and_not_held_against_anybody() -> None:
    assert STRATIZON.models[SUNO].limits == {}
    assert wrong(MusicRequest(prompt="x" * 9000, lyrics="y" * 9000)) == []


@both
@pytest.mark.parametrize(
    ("request_", "names"),
    [
        (PLAIN, []),
        (replace(PLAIN, lyrics="La", title="One"), []),
        (replace(PLAIN, instrumental=True), []),
        (COVERED, []),
        (replace(COVERED, source=Source(url="https://a.test")), []),
        (MusicRequest(), ["prompt"]),
        (MusicRequest(prompt=" \n", lyrics="La"), ["prompt"]),
        (replace(PLAIN, lyrics="La", instrumental=True), ["lyrics"]),
        (replace(COVERED, source=None), ["source"]),
        (replace(COVERED, source=None, prompt=None), ["source", "prompt"]),
    ],
)
def test_what_is_missing_or_out_of_place_is_named(
    model: str, request_: MusicRequest, names: list[str]
) -> None:
    assert wrong(request_, model) == names


@pytest.mark.parametrize("operation", [Operation.GENERATE, Operation.COVER])
def test_a_poll_names_the_task(operation: Operation) -> None:
    assert STRATIZON.write_poll("task_1", operation) == Call("GET", "/v1/tasks/task_1")
