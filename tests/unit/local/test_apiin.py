"""The simulated apiin lets in who has a key, refuses in its own words, and makes music of music."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from local.simulators import PROVIDERS, Limit, Served, serve
from local.simulators.apiin_facts import ApiinSwitches
from tests.unit.local.apiin_client import (
    COVER,
    EXTEND,
    MUSIC,
    ask,
    at,
    feed,
    finished,
    results,
    task_of,
)
from tests.unit.local.conftest import QUICK
from tests.unit.local.receiver import CLIENT, KEY, Receiver, get, wait

BODY = {"prompt": "[Verse] Summer"}
PATHS = [
    ("POST", MUSIC), ("POST", EXTEND), ("POST", COVER), ("GET", f"{MUSIC}/feed?task_id=x"),
    ("GET", "/api/v1/tasks/x"), ("GET", f"{MUSIC}/upload-cover/status?task_id=x"),
]  # fmt: skip


@pytest.fixture(scope="module")
def apiin() -> Iterator[Served]:
    with serve("apiin", QUICK) as sim:
        yield sim


def other(settings: Any = QUICK, **switches: Any) -> Served:
    """Serve apiin with some of its own settings chosen."""
    return serve("apiin", replace(settings, switches=ApiinSwitches(**switches)))


def kind(answer: Any) -> tuple[int, str]:
    """Read what kind of error an answer is."""
    return answer.status_code, answer.json()["error"]["type"]


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("key", ["", "Bearer other", "sim-x", "Basic sim-x"])
def test_only_a_bearer_of_the_simulators_comes_in(
    apiin: Served, method: str, path: str, key: str
) -> None:
    url = apiin.base_url + path
    answer = CLIENT.request(method, url, json=BODY, headers={"authorization": key})

    assert kind(answer) == (401, "authentication_error")


def test_errors_have_the_status_and_type_of_the_page(apiin: Served) -> None:
    assert kind(ask(apiin, {})) == (400, "invalid_request")
    with serve("apiin", replace(QUICK, credits=4)) as poor:
        assert kind(ask(poor, BODY)) == (402, "insufficient_credits")


def test_errors_may_have_the_shape_of_the_sibling() -> None:
    with other(error_shape="code_message") as sim:
        for answer in (ask(sim, {}), ask(sim, BODY, authorization="")):
            body = answer.json()
            assert body.keys() == {"code", "message"}
            assert body["code"] == answer.status_code
            assert body["message"]


@pytest.mark.parametrize(
    ("model", "cost"), [("suno-v3-5", 5), ("suno-v4-5", 10), ("suno-v5-0", 12)]
)
def test_a_generation_costs_what_its_model_costs(model: str, cost: int) -> None:
    with serve("apiin", replace(QUICK, credits=20)) as sim:
        task_of(ask(sim, BODY | {"model": model}))
        assert get(sim, "/_sim").json()["credits"] == 20 - cost


def test_it_has_no_limit_of_requests_but_one_can_be_set() -> None:
    assert PROVIDERS["apiin"].create_limit.count == PROVIDERS["apiin"].poll_limit.count == 0
    with serve("apiin", replace(QUICK, create_limit=Limit(1, 60.0))) as sim:
        task_of(ask(sim, BODY))
        assert kind(ask(sim, BODY)) == (429, "rate_limit_exceeded")


@pytest.mark.parametrize(
    ("param", "found"),
    [("task_id", [200, 400]), ("workId", [400, 200]), ("both", [200, 200])],
)
def test_a_feed_goes_by_the_name_of_the_id_that_is_in_force(param: str, found: list[int]) -> None:
    with other(feed_param=param) as sim:
        task = task_of(ask(sim, BODY))
        path = f"{MUSIC}/feed"
        answers = [get(sim, path, **{name: task}) for name in ("task_id", "workId")]

    assert [answer.status_code for answer in answers] == found


def test_a_task_nobody_made_is_not_found(apiin: Served) -> None:
    for path, query in (
        (f"{MUSIC}/feed", {"task_id": "gen0ksv"}),
        (f"{MUSIC}/upload-cover/status", {"task_id": "upl0ksv"}),
        ("/api/v1/tasks/gen0ksv", {}),
    ):
        assert kind(get(apiin, path, **query)) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", MUSIC), ("POST", f"{MUSIC}/feed"), ("GET", "/api/v2/credits"), ("POST", "/"),
     ("POST", "/api/v1/generate")],
)  # fmt: skip
def test_what_is_not_there_is_a_404(apiin: Served, method: str, path: str) -> None:
    assert kind(CLIENT.request(method, apiin.base_url + path, headers=KEY)) == (404, "not_found")


def test_a_strict_edge_refuses_who_has_no_name_of_their_own() -> None:
    with serve("apiin", replace(QUICK, edge=True)) as sim:
        assert ask(sim, BODY).headers["content-type"].startswith("text/html")
        assert task_of(ask(sim, BODY, **{"user-agent": "cliphook/1.0"}))


def test_the_same_seed_is_the_same_run_and_another_is_another() -> None:
    def run(seed: int) -> list[Any]:
        with serve("apiin", replace(QUICK, seed=seed, tunes=0)) as sim:
            tasks = [task_of(ask(sim, BODY | {"title": title})) for title in "ab"]
            return [(task, sim.world.tasks[task].clips) for task in tasks]

    first, same, another = run(7), run(7), run(8)

    assert first == same
    assert not {task for task, _ in first} & {task for task, _ in another}


def test_the_next_creates_go_as_ordered(apiin: Served) -> None:
    order = {"scenario": "S4-no-credits", "times": 2}
    CLIENT.post(f"{apiin.base_url}/_sim/next", json=order)

    assert [ask(apiin, BODY).status_code for _ in range(3)] == [402, 402, 200]


def test_an_unknown_marker_is_refused_loudly(apiin: Served) -> None:
    answer = ask(apiin, {"prompt": "[[sim:callback-exception]]"})

    assert kind(answer) == (400, "invalid_request")
    assert "callback-exception" in answer.json()["error"]["message"]


@pytest.mark.parametrize("index", [0, 1])
def test_an_extension_takes_over_what_it_is_not_told(apiin: Served, index: int) -> None:
    origin = finished(apiin, title="Summer", model="suno-v4-5")
    told = {"origin_task_id": origin, "extend_audio_index": index}

    task = task_of(ask(apiin, told, EXTEND))

    assert ask(apiin, told, EXTEND).json()["model"] == "suno-v4-5"
    longer, source = at(apiin, task, "complete")[0], results(apiin, origin)[0]
    same = ("title", "prompt", "tags", "model_name")
    assert [longer[name] for name in same] == [source[name] for name in same]
    assert longer["id"] != source["id"]


def test_an_extension_costs_what_its_original_did() -> None:
    with serve("apiin", replace(QUICK, credits=25)) as sim:
        told = {"origin_task_id": finished(sim, model="suno-v4-5"), "extend_audio_index": 0}
        codes = [ask(sim, told, EXTEND).status_code for _ in range(2)]

        assert codes == [200, 402]
        assert get(sim, "/_sim").json()["credits"] == 5


def test_an_extension_says_what_it_is_told() -> None:
    with serve("apiin", replace(QUICK, tunes=0)) as sim:
        origin = finished(sim)
        own = {"custom_mode": True, "prompt": "[Verse] More", "style": "jazz", "title": "On"}
        told = own | {"origin_task_id": origin, "extend_audio_index": 0, "extensionStartTime": 12.5}
        task = task_of(ask(sim, told, EXTEND))
        longer = at(sim, task, "complete")[0]

        assert [longer[name] for name in ("prompt", "tags", "title")] == [
            "[Verse] More", "jazz", "On",
        ]  # fmt: skip


def test_an_extension_is_other_music_than_its_original_and_than_another() -> None:
    with serve("apiin", replace(QUICK, tunes=0)) as sim:
        origin = finished(sim)
        told = [{"origin_task_id": origin, "extend_audio_index": index} for index in (0, 1)]
        tasks = [origin, *(task_of(ask(sim, body, EXTEND)) for body in told)]

        assert len({sim.world.tasks[task].brief for task in tasks}) == 3


def test_only_a_finished_track_is_extended_or_covered(apiin: Served) -> None:
    slow = task_of(ask(apiin, {"prompt": "[[sim:S12-never-finishes]]"}))
    failed = task_of(ask(apiin, {"prompt": "[[sim:S11-failure-after-accept]]"}))
    single = finished(apiin, prompt="[[sim:one-track]]")
    clip = apiin.world.tasks[slow].clips[0].clip_id
    wait(lambda: apiin.world.tasks[failed].heard(apiin.world.tasks[failed].clips[1], _now(apiin)))

    for origin, index in ((slow, 0), (failed, 0), (single, 1), ("gen0ksv", 0)):
        told = {"origin_task_id": origin, "extend_audio_index": index}
        assert kind(ask(apiin, told, EXTEND)) == (400, "invalid_request")
    for audio in (clip, "aud-5s-1", "aud-61s-1", "aud1"):
        assert kind(ask(apiin, {"audio_id": audio}, COVER)) == (400, "invalid_request")


def _now(sim: Served) -> float:
    return sim.world.clock.published()


@pytest.mark.parametrize("upload", [True, False])
def test_a_cover_is_made_of_an_upload_or_of_a_finished_track(
    apiin: Served, receiver: Receiver, *, upload: bool
) -> None:
    audio = "aud-30s-1" if upload else results(apiin, finished(apiin))[1]["id"]
    name = f"cover-{upload}"
    own = {"custom_mode": True, "prompt": "[Verse] New", "callback_url": receiver.path(name)}

    task = task_of(ask(apiin, own | {"audio_id": audio}, COVER))

    def status() -> Any:
        return get(apiin, f"{MUSIC}/upload-cover/status", task_id=task).json()["data"]

    wait(lambda: status()["status"] == "completed")
    assert status().keys() == {"task_id", "status", "response_data"}
    assert [track["prompt"] for track in status()["response_data"]] == ["[Verse] New"] * 2
    assert status()["response_data"] == feed(apiin, task)["data"]["response_data"]
    wait(lambda: len(receiver.at(name)) == 3)
