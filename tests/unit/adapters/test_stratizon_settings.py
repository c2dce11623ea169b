"""What is assumed of stratizon is a setting, and does what it says."""

import json
from decimal import Decimal

import pytest

from cliphook.adapters.providers.provider import Declined, Taken
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence
from cliphook.domain.request import MusicRequest, Operation
from tests.support.stratizon_requests import (
    CLIP,
    COVERED,
    KNOBS,
    MINIMAX,
    PLAIN,
    SUNO,
    body,
    call,
    row,
    wrong,
)


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def test_paths_and_fields_of_a_submission_are_settings() -> None:
    chosen = row(
        generate_path="/a",
        cover_path="/b",
        tasks_path="/c",
        upload_path="/d",
        upload_field="audio",
        reference_field="reference",
        reference_artifact_key="id",
        reference_url_key="href",
        job_key="job",
        key_header="X-API-Key",
        key_scheme="",
        poll_gap_s=9,
    )

    assert call(PLAIN, provider=chosen).path == "/a"
    assert call(COVERED, provider=chosen).path == "/b"
    assert chosen.write_poll("t", Operation.GENERATE).path == "/c/t"
    assert body(COVERED, SUNO, CLIP, chosen)["reference"] == {"id": "art_7f20c1"}
    assert body(PLAIN, provider=chosen)["metadata"] == {"job": "job_1-2"}
    facts = chosen.facts
    assert facts.upload
    assert (facts.upload.path, facts.upload.form_field) == ("/d", "audio")
    assert (facts.key_header, facts.key_scheme) == ("X-API-Key", "")
    assert (facts.client_reference, facts.poll_gap_s) == ("metadata.job", 9)


def test_options_models_and_limits_are_settings() -> None:
    chosen = row(
        suno_options={"style": "tags"},
        reference_models=[MINIMAX],
        limits={SUNO: {"prompt": 3, "style": 2}},
        is_prompt_needed=False,
    )

    assert wrong(PLAIN, MINIMAX, chosen) == []
    assert wrong(COVERED, SUNO, chosen) == ["prompt"]
    assert wrong(MusicRequest(style="abc"), SUNO, chosen) == ["style"]
    assert Operation.COVER not in chosen.models[SUNO].abilities
    assert Operation.COVER in chosen.models[MINIMAX].abilities
    able = chosen.models[SUNO].abilities[Operation.GENERATE]
    assert able & KNOBS.keys() == {"style"}
    written = body(MusicRequest(**KNOBS), SUNO, None, chosen)
    assert written["model_options"] == {"suno": {"tags": "lo-fi"}}


def test_where_the_parts_of_a_task_stand_are_settings() -> None:
    chosen = row(
        status_keys=["state", "data.state"],
        clips_keys=["data.result"],
        artifact_keys=["key"],
        audio_keys=["links.mp3"],
        duration_keys=["length"],
        title_keys=["name"],
        lyrics_keys=["words"],
        done_words=["ready"],
    )
    links = {"mp3": "https://a.test/1"}
    clip = {"links": links, "length": 9, "name": "N", "words": "W", "key": "k"}
    task = {"data": {"state": "ready", "result": [clip]}}

    word = chosen.read_polled(raw(task), Operation.GENERATE)

    assert isinstance(word, Progress)
    assert word.clips == (
        ReportedClip(
            "k",
            0,
            title="N",
            lyrics="W",
            audio_url="https://a.test/1",
            duration_s=Decimal(9),
        ),
    )


@pytest.mark.parametrize(
    ("state", "reason", "ours"),
    [
        ("dead", "naughty_words", "content_policy"),
        ("dead", "policy", "generation_failed"),
        ("stopped", "by_hand", "generation_failed"),
    ],
)
def test_the_words_of_a_failure_are_settings(state: str, reason: str, ours: str) -> None:
    chosen = row(
        error_keys=["reason"],
        failed_words=["dead"],
        canceled_words=["stopped"],
        policy_words=["naughty"],
    )

    word = chosen.read_polled(raw({"status": state, "reason": reason}), Operation.GENERATE)

    assert isinstance(word, Failure)
    assert (word.error.code, word.error.provider_code) == (ours, reason)
    for usual in ("failed", "canceled"):
        assert chosen.read_polled(raw({"status": usual}), Operation.GENERATE) == Silence()


def test_where_the_parts_of_an_answer_stand_are_settings() -> None:
    chosen = row(
        task_id_keys=["id"],
        error_keys=["reason"],
        uploaded_keys=["data.key"],
        error_words={"empty_purse": 402},
    )

    assert chosen.read_created(200, raw({"id": "t-1"}), Operation.GENERATE) == Taken("t-1")
    creation = chosen.read_created(400, raw({"reason": "empty_purse"}), Operation.GENERATE)
    assert isinstance(creation, Declined)
    assert creation.error.code == "provider_out_of_credit"
    assert chosen.read_uploaded
    assert chosen.read_uploaded(200, raw({"data": {"key": "art_1"}})) == "art_1"


@pytest.mark.parametrize(
    "settings",
    [
        {"status": "done"},
        {"suno_options": {"tempo": "bpm"}},
        {"limits": {"suno-6": {"prompt": 1}}},
        {"limits": {SUNO: {"melody": 1}}},
        {"reference_models": ["suno-6"]},
    ],
)
def test_a_setting_that_there_is_not_stops_the_start(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="for Settings"):
        row(**settings)
