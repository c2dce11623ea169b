"""What is assumed of infery is a setting, and does what it says."""

from dataclasses import replace
from typing import Any

import pytest

from cliphook.adapters.providers.provider import (
    Arrival,
    Call,
    Callbacks,
    Declined,
    Doubtful,
    Facts,
    Finished,
    Taken,
)
from cliphook.adapters.providers.table import find_provider
from cliphook.domain.gate import Rate
from cliphook.domain.report import Failure, Progress, Silence
from cliphook.domain.request import MusicRequest, Operation
from cliphook.domain.status import Stage
from tests.support.infery_requests import (
    DESCRIBED,
    EXTENDED,
    EXTENDED_UPLOAD,
    KEPT,
    PLAYED,
    REFERENCE,
    SUNG,
    SUNO,
    TASK_ID,
    VOICED,
    body,
    call,
    row,
    wrong,
)

GENERATE = Operation.GENERATE


def test_the_facts_are_the_documented_ones_and_what_is_assumed() -> None:
    assert find_provider("infery").facts == Facts(
        arrival=Arrival.BLOCK,
        callbacks=Callbacks.NONE,
        stages=frozenset({Stage.COMPLETE}),
        id_field_submit="job_id",
        id_field_callback=None,
        inline_audio=True,
        url_expiry_days=7,
        poll_gap_s=5,
        answer_max_s=600,
        runtime_max_s=3600,
    )
    assert find_provider("infery").base_url == "https://api.infery.ai"


def test_times_and_the_rate_are_settings() -> None:
    facts = row(poll_gap_s=9, answer_max_s=90, runtime_max_s=1800, requests_per_minute=30).facts

    assert (facts.poll_gap_s, facts.answer_max_s, facts.runtime_max_s) == (9, 90, 1800)
    assert facts.rate == Rate(30, 60)


def test_a_header_for_the_key_of_a_submission_is_a_setting() -> None:
    assert call(DESCRIBED).headers == {}
    assert row().facts.idempotency_header is None

    named = call(DESCRIBED, idempotency_header="Idempotency-Key")

    assert named.headers == {"Idempotency-Key": REFERENCE}
    assert row(idempotency_header="X-Key").facts.idempotency_header == "X-Key"


def test_the_path_and_the_name_of_lyria_pro_are_settings() -> None:
    chosen = row(path="/v2/music", lyria_pro="lyria-3-pro")

    assert call(DESCRIBED, path="/v2/music").path == "/v2/music"
    assert chosen.write_poll("x", GENERATE) == Call("GET", "/v2/music/x")
    assert row().write_poll(TASK_ID, GENERATE).path == f"/v1/music/generations/{TASK_ID}"
    assert list(chosen.models) == [SUNO, "lyria-3-clip-preview", "lyria-3-pro"]


def test_a_duration_need_not_be_sent() -> None:
    silent = row(send_duration=False).models[SUNO].abilities[GENERATE]

    assert "duration_s" in row().models[SUNO].abilities[GENERATE]
    assert "duration_s" not in silent
    assert silent | {"duration_s"} == row().models[SUNO].abilities[GENERATE]
    assert "duration_seconds" in body(SUNG)
    assert "duration_seconds" not in body(replace(SUNG, duration_s=None), send_duration=False)


@pytest.mark.parametrize("request_", [EXTENDED, EXTENDED_UPLOAD, KEPT])
def test_what_the_flag_of_extensions_means_is_a_setting(request_: MusicRequest) -> None:
    here = body(request_)["default_param_flag"]
    behind = body(request_, default_param_flag="takes_own")["default_param_flag"]

    assert here is request_.keep_source_settings
    assert behind is not request_.keep_source_settings


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        (DESCRIBED, []),
        (SUNG, []),
        (MusicRequest(style="Rock"), ["title", "lyrics"]),
        (MusicRequest(lyrics="La"), ["style", "title"]),
        (MusicRequest(lyrics="La", style=" ", title=""), ["style", "title"]),
        (MusicRequest(style="Rock", title="One", instrumental=True), []),
        (replace(EXTENDED, continue_at_s=None), ["continue_at_s"]),
        (replace(EXTENDED, lyrics=None), ["lyrics"]),
        (replace(EXTENDED_UPLOAD, continue_at_s=None), ["continue_at_s"]),
        (replace(KEPT, continue_at_s=None), []),
        (replace(PLAYED, negative_style=None), ["negative_style"]),
        (replace(PLAYED, style=None), ["style"]),
        (replace(VOICED, negative_style=None, title=None), ["title", "negative_style"]),
    ],
)
def test_what_the_provider_behind_needs_is_needed_if_so_set(
    request_: MusicRequest, names: list[str]
) -> None:
    assert wrong(request_) == []
    assert wrong(request_, needs_upstream=True) == names


def test_limits_are_settings() -> None:
    limits: dict[str, Any] = {
        "prompt_max": 3,
        "custom_prompt_max": 4,
        "lyrics_max": 5,
        "style_max": 6,
    }
    longest = MusicRequest(prompt="x" * 4, lyrics="x" * 5, style="x" * 6, title="x" * 7)
    longer = MusicRequest(prompt="x" * 5, lyrics="x" * 6, style="x" * 7, title="x" * 8)

    assert wrong(longest, **limits, title_max=7) == []
    assert wrong(longer, **limits, title_max=7) == ["prompt", "lyrics", "style", "title"]
    assert wrong(MusicRequest(prompt="x" * 4), **limits) == ["prompt"]
    assert wrong(MusicRequest(prompt="x" * 9), "lyria-3-clip-preview", lyria_prompt_max=8) == [
        "prompt"
    ]


def test_the_mode_can_be_said_where_it_is_known() -> None:
    bare, job = b'{"id": "mgen_1"}', b'{"id": "mgen_1", "status": "queued"}'

    assert isinstance(row().read_created(200, bare, GENERATE), Doubtful)
    assert row(mode="job").read_created(200, bare, GENERATE) == Taken("mgen_1")
    assert row().read_created(200, job, GENERATE) == Taken("mgen_1")
    assert isinstance(row(mode="sync").read_created(200, job, GENERATE), Doubtful)
    assert row().facts.lookup
    assert not row(mode="sync").facts.lookup
    assert row(mode="sync").facts.id_field_submit is None


def test_the_words_for_how_a_job_is_are_settings() -> None:
    made = b'{"status": "Ready", "url": "https://a.test/1.mp3"}'
    busy = b'{"status": "arranging", "data": [{"url": "https://a.test/1.mp3"}]}'
    failed = b'{"id": "mgen_1", "status": "error", "error": {"code": "taste"}}'
    chosen = row(
        done_words=["ready"],
        running_words=["arranging"],
        failed_words=["error"],
        policy_words=["taste"],
    )

    assert row().read_polled(made, GENERATE) == Silence()
    assert isinstance(chosen.read_polled(made, GENERATE), Progress)
    assert isinstance(row().read_polled(busy, GENERATE), Progress)
    assert chosen.read_polled(busy, GENERATE) == Silence()
    assert row().read_polled(failed, GENERATE) == Silence()
    word = chosen.read_polled(failed, GENERATE)
    assert isinstance(word, Failure)
    assert word.error.code == "content_policy"
    assert isinstance(chosen.read_created(200, failed, GENERATE), Finished)


def test_a_word_for_a_refusal_is_a_setting() -> None:
    body = b'{"error": {"type": "invalid_request_error", "code": "broke"}}'

    creation = row(error_words={"broke": 402}).read_created(400, body, GENERATE)

    assert isinstance(creation, Declined)
    assert creation.error.code == "provider_out_of_credit"


@pytest.mark.parametrize(
    "settings",
    [{"model": "suno-v5"}, {"mode": "async"}, {"default_param_flag": True}, {"answer_max_s": "x"}],
)
def test_a_setting_that_there_is_not_stops_the_start(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="for Settings"):
        row(**settings)
