"""What the simulated apiin says has the keys, types and words of its pages."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from local.simulators import Served, serve
from local.simulators import apiin_wire as wire
from local.simulators.apiin_facts import ApiinSwitches
from local.simulators.scenario import Mark
from tests.unit.local.apiin_client import COVER, MUSIC, ask, at, feed, finished, results, task_of
from tests.unit.local.conftest import QUICK
from tests.unit.local.receiver import Receiver, get, wait

CUSTOM = {
    "model": "suno-v4-5",
    "prompt": "[Verse]\nWalking down the street",
    "style": "pop, upbeat",
    "title": "Summer Dreams",
    "tags": "metal",
}
NEVER = CUSTOM | {"prompt": "[[sim:S12-never-finishes]]"}
LEAN = {"id", "audio_url", "image_url", "status", "title", "duration", "model_name",
        "extra_message", "fail_message", "error_message"}  # fmt: skip
FULL = LEAN | {"image_large_url", "created_at", "createTime", "timestamp", "prompt", "tags"}
# Time enough between the stages to look at each.
PACED = replace(QUICK, text_s=1.0, first_s=60.0, complete_s=120.0)
SLOWLY = CUSTOM | {"prompt": "[[sim:S2-slow]]"}


@pytest.fixture(scope="module")
def apiin() -> Iterator[Served]:
    with serve("apiin", PACED) as sim:
        yield sim


def other(**switches: Any) -> Served:
    """Serve apiin with some of its own settings chosen."""
    return serve("apiin", replace(PACED, switches=ApiinSwitches(**switches)))


def test_a_create_is_answered_with_a_bare_object(apiin: Served) -> None:
    body = ask(apiin, CUSTOM).json()

    assert body.keys() == {"task_id", "status", "model", "created_at"}
    assert (body["status"], body["model"]) == ("pending", "suno-v4-5")
    assert re.fullmatch(r"gen[0-9a-f]{13}ksv", body["task_id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["created_at"])


def test_a_cover_is_answered_wrapped(apiin: Served) -> None:
    body = ask(apiin, {"audio_id": "aud-30s-1"}, COVER).json()

    assert body == {"code": 200, "message": "success", "data": {"task_id": body["data"]["task_id"]}}
    assert re.fullmatch(r"upl[0-9a-f]{13}ksv", body["data"]["task_id"])


def test_without_a_model_it_is_v3_5(apiin: Served) -> None:
    assert ask(apiin, {"prompt": "x"}).json()["model"] == "suno-v3-5"
    with other(model_enum="chirp") as renamed:
        assert ask(renamed, {"prompt": "x"}).json()["model"] == "chirp-v3-5"
        assert ask(renamed, CUSTOM).status_code == 400


def test_ids_may_be_without_their_suffix() -> None:
    with other(id_suffix="") as plain:
        assert re.fullmatch(r"gen[0-9a-f]{13}", task_of(ask(plain, CUSTOM)))


def test_before_there_is_a_text_a_feed_is_in_progress_and_empty(apiin: Served) -> None:
    body = feed(apiin, task_of(ask(apiin, NEVER)))

    assert (body["code"], body["message"]) == (200, "success")
    assert body["data"].keys() == {"type", "request_body", "response_data", "created_at"}
    assert body["data"]["type"] == "IN_PROGRESS"
    assert body["data"]["response_data"] == []
    # Neither a T nor a zone.
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", body["data"]["created_at"])


def test_a_feed_says_success_when_there_is_but_a_text(apiin: Served) -> None:
    task = task_of(ask(apiin, SLOWLY))
    texts = at(apiin, task, "text")

    assert feed(apiin, task)["data"]["type"] == "SUCCESS"
    assert len(texts) == 2
    for text in texts:
        assert text.keys() == FULL
        empty = ("audio_url", "duration", "title", "prompt", "tags", "fail_message",
                 "error_message")  # fmt: skip
        assert [text[name] for name in empty] == [""] * len(empty)
        assert text["extra_message"] == "Text generated successfully."
        assert text["model_name"] == "chirp-auk"
        assert isinstance(text["timestamp"], int)
        assert datetime.fromisoformat(text["created_at"]).tzinfo


def test_at_first_one_of_two_tracks_has_audio(apiin: Served) -> None:
    ready, waiting = at(apiin, task_of(ask(apiin, SLOWLY)), "first")

    assert ready["extra_message"] == "First audio generated successfully."
    assert isinstance(ready["duration"], float)
    assert (waiting["audio_url"], waiting["duration"]) == ("", "")


def test_complete_tracks_have_all_of_it(apiin: Served) -> None:
    task = finished(apiin, **CUSTOM)

    for track in results(apiin, task):
        assert track["audio_url"] == f"{apiin.base_url}/pipe/?item_id={track['id']}"
        assert track["extra_message"] == "All generated successfully."
        assert isinstance(track["duration"], float)
        assert (track["title"], track["prompt"]) == (CUSTOM["title"], CUSTOM["prompt"])


def test_tags_are_to_be_avoided_in_a_request_and_the_style_in_what_comes_of_it(
    apiin: Served,
) -> None:
    task = finished(apiin, **CUSTOM)

    data = feed(apiin, task)["data"]
    assert {track["tags"] for track in data["response_data"]} == {"pop, upbeat"}
    assert data["request_body"] == {
        "prompt": CUSTOM["prompt"],
        "title": "Summer Dreams",
        "tags": "pop, upbeat",
        "make_instrumental": False,
        "model": "suno-v4-5",
    }


def test_a_description_gets_words_and_an_instrumental_gets_none(apiin: Served) -> None:
    described = {"gpt_description_prompt": "a song about winter rain"}
    sung, played = (
        ask(apiin, described | {"make_instrumental": instrumental})
        for instrumental in (False, True)
    )

    assert all("[Chorus]" in track["prompt"] for track in at(apiin, task_of(sung), "complete"))
    for track in at(apiin, task_of(played), "complete"):
        assert (track["prompt"], track["title"]) == ("", "A Song About Winter")


def test_the_older_feed_has_the_stage_as_its_type_and_no_code() -> None:
    with other(feed_type_vocab="staged") as older:
        task = task_of(ask(older, CUSTOM))
        seen = [feed(older, task_of(ask(older, NEVER)))["type"]]

        def look() -> bool:
            body = feed(older, task)
            assert body.keys() == {"type", "request_body", "response_data", "created_at"}
            if body["type"] not in seen:
                seen.append(body["type"])
            return bool(body["type"] == "complete")

        wait(look)

    # A look may come too late for a stage.
    assert seen == [word for word in ("new", "text", "first", "complete") if word in seen]


def test_in_one_version_complete_tracks_say_first() -> None:
    with other(complete_status_word="first") as older:
        task = task_of(ask(older, CUSTOM))
        done = wait(lambda: [
            track for track in results(older, task)
            if track["extra_message"] == "All generated successfully."
        ])  # fmt: skip

    assert [track["status"] for track in done] == ["first", "first"]
    assert all(track["audio_url"] for track in done)


def test_results_may_have_no_more_keys_than_the_page_shows() -> None:
    with other(item_keys="lean") as lean:
        assert {frozenset(track) for track in results(lean, finished(lean))} == {frozenset(LEAN)}


@pytest.mark.parametrize(
    ("shape", "keys"),
    [("wrapped", {"code", "message", "data"}), ("flat", {"task_id", "status", "response_data"})],
)
def test_a_webhook_has_an_envelope_if_so_chosen(
    receiver: Receiver, shape: str, keys: set[str]
) -> None:
    with other(callback_shape=shape) as sim:
        task = task_of(ask(sim, CUSTOM | {"callback_url": receiver.path(shape)}))
        wait(lambda: len(receiver.at(shape)) == 3)
    bodies = [call.body for call in receiver.at(shape)]

    assert all(body.keys() == keys for body in bodies)
    inner = [body.get("data", body) for body in bodies]
    assert [body["task_id"] for body in inner] == [task] * 3
    assert [body["response_data"][0]["status"] for body in inner] == ["text", "first", "complete"]


def test_a_webhook_is_an_array_of_results_that_names_no_task(
    apiin: Served, receiver: Receiver
) -> None:
    task = task_of(ask(apiin, CUSTOM | {"callback_url": receiver.path("bare")}))
    wait(lambda: len(receiver.at("bare")) == 3)
    calls = receiver.at("bare")

    assert {call.content_type for call in calls} == {"application/json"}
    assert [[track["status"] for track in call.body] for call in calls] == [
        ["text", "text"], ["first", "first"], ["complete", "complete"],
    ]  # fmt: skip
    assert not any(task.encode() in call.raw for call in calls)
    assert calls[-1].body == results(apiin, task)


def test_nobody_is_called_who_did_not_ask_for_it(apiin: Served) -> None:
    task = finished(apiin)

    assert task not in get(apiin, "/_sim/callbacks").text


def test_a_feed_may_say_complete_and_have_no_audio_yet(apiin: Served) -> None:
    task = apiin.world.tasks[finished(apiin)]

    early, late = (
        wire.feed(task, Mark("complete", full=full), ApiinSwitches())["data"]["response_data"]
        for full in (False, True)
    )

    assert [track["audio_url"] for track in early] == ["", ""]
    assert all(track["audio_url"] for track in late)
    assert {track["status"] for track in (*early, *late)} == {"complete"}


def test_a_task_tells_how_far_it_is(apiin: Served) -> None:
    task = task_of(ask(apiin, CUSTOM))

    def status() -> Any:
        return get(apiin, f"/api/v1/tasks/{task}").json()

    assert status().keys() == {"task_id", "status", "model", "created_at"}
    assert wait(lambda: status()["status"] == "completed")
    assert feed(apiin, task)["data"]["response_data"][1]["status"] == "complete"
    assert get(apiin, f"{MUSIC}/upload-cover/status", task_id=task).json()["code"] == 200
