"""The parts of a track are real: sound files that together are the tune they are taken from."""

from dataclasses import replace
from typing import Any

import pytest

from local.simulators import Served, serve
from local.simulators.tune import compose
from tests.unit.local.conftest import QUICK
from tests.unit.local.mpeg import duration_s, frames
from tests.unit.local.playing import FACTS
from tests.unit.local.receiver import CLIENT, Receiver, task_id, wait
from tests.unit.local.suno_client import Made, ask, body_for, done, source
from tests.unit.local.test_samples import sample, shape

STEMS = {"separate_vocal": "two", "split_stem": "all"}

both = pytest.mark.parametrize("provider", FACTS)


def kinds(value: Any) -> Any:
    """Tell a body's shape, where an address may be missing: null, or empty."""
    if isinstance(value, dict):
        return {
            key: None if key.lower().endswith("url") else kinds(inner)
            for key, inner in value.items()
        }
    return [*map(kinds, value)] if isinstance(value, list) else shape(value)


@both
@pytest.mark.parametrize("kind", STEMS)
def test_parts_have_the_shape_of_their_samples(
    provider: str, kind: str, sims: dict[str, Served], receiver: Receiver, made: dict[str, Made]
) -> None:
    sim, path = sims[provider], f"parts-{provider}-{kind}"
    body = body_for("vocal_removal", receiver, made[provider], type=kind)
    task = task_id(ask(sim, "vocal_removal", body | {"callBackUrl": receiver.path(path)}))

    (call,) = wait(lambda: receiver.at(path))
    data = done(sim, "vocal_removal", task)

    assert kinds(call.body) == kinds(sample(provider, f"complete_stems_{STEMS[kind]}"))
    assert kinds(data) == kinds(sample(provider, f"record_info_stems_{STEMS[kind]}")["data"])
    assert call.body["data"]["vocal_removal_info"]["origin_url"] == ""
    assert (data["musicId"], data["musicIndex"]) == (made[provider][1]["id"], 0)
    assert data["completeTime"] > data["createTime"]


def test_the_parts_of_a_track_are_sound_files_that_are_as_long_as_it(
    sunoapi: Served, receiver: Receiver, made: dict[str, Made]
) -> None:
    body = body_for("vocal_removal", receiver, made["sunoapi"], type="separate_vocal")
    parts = done(sunoapi, "vocal_removal", task_id(ask(sunoapi, "vocal_removal", body)))
    files = [
        CLIENT.get(parts["response"][name]).content for name in ("vocalUrl", "instrumentalUrl")
    ]

    assert files[0] != files[1]
    for file in files:
        assert len(frames(file)) > 100
        assert duration_s(file) == pytest.approx(made["sunoapi"][1]["duration"], abs=0.1)


def parts_of(sim: Served, task: str, kind: str, receiver: Receiver, track: int) -> dict[str, Any]:
    """Divide a track, and give the addresses of its parts by their names."""
    clip = sim.world.tasks[task].clips[track].clip_id
    body = body_for("vocal_removal", receiver, (task, {"id": clip, "audioUrl": ""}), type=kind)
    data = done(sim, "vocal_removal", task_id(ask(sim, "vocal_removal", body)))
    assert data["musicIndex"] == track
    return {key: url for key, url in data["response"].items() if url}


@pytest.mark.parametrize("track", [0, 1])
@pytest.mark.parametrize("kind", STEMS)
def test_together_the_parts_are_the_tune_they_are_of(
    receiver: Receiver, kind: str, track: int
) -> None:
    with serve("apikley", replace(QUICK, tunes=0)) as sim:
        task, _ = source(sim, receiver, style="jazz")
        parts = parts_of(sim, task, kind, receiver, track)
        whole = compose(sim.world.tasks[task].brief, track)
        divided = list(sim.world.tasks.values())[-1]
        notes = [
            note for clip in divided.clips for note in compose(divided.brief, clip.index).notes
        ]

    assert len(parts) == len(divided.clips)
    assert sorted(notes, key=repr) == sorted(whole.notes, key=repr)
    assert "vocalUrl" in parts


def test_what_nobody_plays_is_null(receiver: Receiver, sunoapi: Served) -> None:
    task, _ = source(sunoapi, receiver, instrumental=True, prompt="")

    assert "vocalUrl" not in parts_of(sunoapi, task, "separate_vocal", receiver, 0)
    assert (
        not {"brassUrl", "stringsUrl"} & parts_of(sunoapi, task, "split_stem", receiver, 0).keys()
    )
