"""What is assumed of apiin is a setting, and does what it says."""

import json
from typing import Any

import pytest

from cliphook.adapters.providers.provider import Call, Declined, Doubtful
from cliphook.domain.errors import UnreadableReportError
from cliphook.domain.report import Failure, Progress, Silence, Word
from cliphook.domain.request import MusicRequest, Operation
from cliphook.domain.status import Stage
from tests.support.apiin_requests import DESCRIBED, KEPT, body, call, row, wrong
from tests.support.samples import parsed, sample


def test_paths_and_the_name_of_the_id_are_settings() -> None:
    chosen = row(
        create_path="/a", extend_path="/b", feed_path="/c", id_param="workId", poll_gap_s=9
    )

    assert call(DESCRIBED, provider=chosen).path == "/a"
    assert call(KEPT, provider=chosen).path == "/b"
    assert chosen.write_poll("x", Operation.GENERATE) == Call("GET", "/c", query={"workId": "x"})
    assert chosen.facts.poll_gap_s == 9


def test_the_newer_spelling_of_the_models_is_a_setting() -> None:
    newer = {
        "suno-v5-0": "chirp-v5",
        "suno-v4-5": "chirp-v4-5",
        "suno-v4-0": "chirp-v4-0",
        "suno-v3-5": "chirp-v3-5",
    }

    assert list(row(model_map="chirp").models) == list(newer)
    for ours, theirs in newer.items():
        assert body(DESCRIBED, ours, model_map="chirp")["model"] == theirs
        assert body(DESCRIBED, ours, model_map="suno")["model"] == ours


def test_a_spelling_of_ones_own_offers_the_models_it_names() -> None:
    chosen = {"suno-v4-5": "chirp-v4-5-plus"}

    assert list(row(model_map=chosen).models) == ["suno-v4-5"]
    assert body(DESCRIBED, "suno-v4-5", model_map=chosen)["model"] == "chirp-v4-5-plus"


def test_what_v5_takes_is_a_setting() -> None:
    longer = row(v5_prompt_max=5000)

    assert wrong(MusicRequest(lyrics="x" * 5000), "suno-v5-0", longer) == []
    assert wrong(MusicRequest(lyrics="x" * 5001), "suno-v5-0", longer) == ["lyrics"]
    assert wrong(MusicRequest(lyrics="x" * 3001), "suno-v4-0", longer) == ["lyrics"]


def test_the_shapes_of_webhooks_are_a_setting() -> None:
    bodies = {
        "bare_array": sample("apiin", "complete"),
        "wrapped": sample("apiin", "complete_wrapped"),
        "flat": sample("apiin", "complete_flat"),
    }

    for shape, body_ in bodies.items():
        assert isinstance(row(callback_shapes=[shape]).read_callback(body_), Progress)
        others = row(callback_shapes=[*bodies.keys() - {shape}])
        with pytest.raises(UnreadableReportError):
            others.read_callback(body_)


def test_the_words_of_feeds_are_settings() -> None:
    words = row(
        stage_words={"verse": "text", "done": "complete", "half": "first"},
        failed_words=["dead"],
        all_generated="That is all.",
        policy_words=["naughty"],
    )

    def read(*changes: dict[str, Any], **outer: Any) -> Word:
        tracks = [{**parsed("apiin", "complete")[0], **change} for change in changes]
        feed = {"response_data": tracks, **outer}
        return words.read_polled(json.dumps(feed).encode(), Operation.GENERATE)

    def stage(word: Word) -> Stage | None:
        return word.stage if isinstance(word, Progress) else None

    assert stage(read({"status": "verse"})) is Stage.TEXT
    assert stage(read({"status": "done"})) is Stage.COMPLETE
    assert read({"status": "complete"}) == Silence()
    said = {"status": "half", "extra_message": "That is all."}
    assert stage(read(said)) is Stage.COMPLETE
    assert isinstance(read(type="dead"), Failure)
    assert read(type="failed") == Silence()
    refused = read({"status": "verse", "fail_message": "A Naughty word."})
    assert isinstance(refused, Failure)
    assert refused.error.code == "content_policy"


def test_which_counts_more_of_status_and_body_is_a_setting() -> None:
    body_ = b'{"code": 402, "message": "Insufficient balance."}'
    usual, other = row(), row(error_shape="body_first")

    assert isinstance(usual.read_created(500, body_, Operation.GENERATE), Doubtful)
    assert isinstance(other.read_created(500, body_, Operation.GENERATE), Declined)


def test_words_of_errors_may_be_added() -> None:
    body_ = b'{"error": {"type": "empty_purse"}}'
    added = row(error_words={"empty_purse": 402})

    for provider, code in ((row(), "provider_rejected"), (added, "provider_out_of_credit")):
        creation = provider.read_created(400, body_, Operation.GENERATE)
        assert isinstance(creation, Declined)
        assert creation.error.code == code


@pytest.mark.parametrize(
    "settings",
    [
        {"feed": "/x"},
        {"model_map": "udio"},
        {"model_map": {"suno-v6-0": "chirp-v6"}},
        {"error_shape": "guess"},
        {"callback_shapes": ["square"]},
        {"stage_words": {"text": "verse"}},
    ],
)
def test_a_setting_that_there_is_not_stops_the_start(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="for Settings"):
        row(**settings)
