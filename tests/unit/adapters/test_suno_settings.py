"""All that is assumed of the suno format is a setting with a name, a default and an effect."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from cliphook.adapters.providers import apikley, sunoapi
from cliphook.adapters.providers.provider import Provider, Submission
from cliphook.adapters.providers.table import PROVIDERS, make_table
from cliphook.domain.report import Failure, Progress, Silence
from cliphook.domain.request import MusicRequest, Operation
from cliphook.domain.status import Stage
from tests.support.samples import parsed

# providers.md 12 says which and why.
COMMON: dict[str, Any] = {
    "non_custom_prompt_max": 500,
    "send_empty_prompt": True,
    "callback_exception_fails": False,
    "signed_callbacks": False,
    "retry_schedule_s": (60, 300, 900),
    "rate_count": 20,
    "rate_span_s": 10,
    "retention_days": 14,
    "audio_hosts": (),
    "timed_lyrics": False,
    "wav_twins": False,
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "sunoapi": COMMON | {"base_url": "https://api.sunoapi.org", "persona_kind_models": ("V5",)},
    "apikley": COMMON
    | {
        "persona_kind_models": (),
        "assumed_operations": (
            *("cover", "extend_upload", "add_instrumental"),
            *("add_vocals", "sounds", "separate"),
        ),
    },
}
PAGES = {"sunoapi": sunoapi, "apikley": apikley}

both = pytest.mark.parametrize("provider", DEFAULTS)


def row(provider: str, **settings: object) -> Provider:
    return make_table({provider: settings})[provider]


@both
def test_every_assumption_has_its_name_and_default(provider: str) -> None:
    assert PAGES[provider].Settings().model_dump() == DEFAULTS[provider]


@both
def test_a_setting_that_there_is_not_stops_the_start(provider: str) -> None:
    for settings in ({"hmac_key": "k"}, {"rate_count": 0}, {"retention_days": -1}):
        with pytest.raises(ValidationError):
            row(provider, **settings)


@both
def test_a_description_is_as_long_as_an_operator_says(provider: str) -> None:
    longer = row(provider, non_custom_prompt_max=3000)

    assert longer.check(MusicRequest(prompt="x" * 3000), "V5") == ()
    assert longer.check(MusicRequest(prompt="x" * 3001), "V5")
    assert longer.models["V5"].limits["prompt"] == 3000


@both
def test_an_empty_prompt_may_be_left_out(provider: str) -> None:
    request = MusicRequest(style="Rock", title="One", instrumental=True)
    submission = Submission(request, "V5", "https://gateway.test/callback", "job_1-1")

    for send, expected in ((True, {"prompt": ""}), (False, {})):
        body = row(provider, send_empty_prompt=send).write_create(submission).body or {}
        assert {name: body[name] for name in ("prompt",) if name in body} == expected


@both
def test_kinds_of_personas_are_for_the_models_that_an_operator_names(provider: str) -> None:
    models = row(provider, persona_kind_models=["V4_5", "V5"]).models

    able = {name for name in models if "persona_kind" in models[name].abilities[Operation.GENERATE]}
    assert able == {"V4_5", "V5"}


@both
def test_an_undelivered_callback_may_end_a_task_that_is_not_whole(provider: str) -> None:
    body = parsed(provider, "record_info_callback_exception")
    whole = json.dumps(body).encode()
    body["data"]["response"]["sunoData"][1]["audioUrl"] = ""
    half = json.dumps(body).encode()
    patient, hasty = row(provider), row(provider, callback_exception_fails=True)

    for one in (patient, hasty):
        word = one.read_polled(whole, Operation.GENERATE)
        assert isinstance(word, Progress)
        assert word.stage is Stage.COMPLETE
    assert patient.read_polled(half, Operation.GENERATE) == Silence()
    assert isinstance(hasty.read_polled(half, Operation.GENERATE), Failure)


@both
def test_a_row_tells_what_was_set(provider: str) -> None:
    facts = row(
        provider,
        signed_callbacks=True,
        retry_schedule_s=[1, 2],
        rate_count=5,
        rate_span_s=60,
        retention_days=15,
    ).facts

    assert facts.callback_signature == "kie-hmac-sha256"
    assert facts.callback_retries_s == (1, 2)
    assert facts.rate
    assert (facts.rate.count, facts.rate.span_s) == (5, 60)
    assert facts.file_retention_days == 15
    assert PROVIDERS[provider].facts.callback_signature is None


def test_sunoapi_may_be_another_host_of_the_same_text() -> None:
    assert row("sunoapi", base_url="https://api.test").base_url == "https://api.test"
