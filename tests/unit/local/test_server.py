"""A simulator lets in who has a key, keeps its limits, repeats by its seed, and takes orders."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import httpx
import pytest

from local.simulators import PROVIDERS, Limit, Served, SimulatorSettings, make_app, serve
from local.simulators.clock import Window
from local.simulators.suno_switches import SunoSwitches
from local.simulators.world import NoSuchScenarioError
from tests.unit.local.conftest import QUICK
from tests.unit.local.playing import FACTS
from tests.unit.local.receiver import CLIENT, Receiver, create, custom, get, poll, task_id, wait

both = pytest.mark.parametrize("provider", FACTS)
CREDIT = {"sunoapi": "/api/v1/generate/credit", "apikley": "/api/v1/chat/credit"}
TOO_FAST = {"sunoapi": 430, "apikley": 429}
BROKE = {"sunoapi": 429, "apikley": 402}


@both
@pytest.mark.parametrize(
    "headers",
    [{"authorization": "Bearer other"}, {"authorization": "sim-x"}, {"authorization": ""},
     {"authorization": "Basic sim-x"}, {"authorization": "", "x-api-key": "sim-x"}],
)  # fmt: skip
def test_only_a_bearer_of_the_simulators_comes_in(
    sims: dict[str, Served], receiver: Receiver, provider: str, headers: dict[str, str]
) -> None:
    sim = sims[provider]
    record = f"{sim.base_url}/api/v1/generate/record-info?taskId=x"

    assert create(sim, custom(receiver, "auth"), **headers).json()["code"] == 401
    assert CLIENT.get(record, headers=headers).json()["code"] == 401
    assert CLIENT.get(sim.base_url + CREDIT[provider], headers=headers).json()["code"] == 401


def test_a_key_that_is_set_is_the_only_one(receiver: Receiver) -> None:
    with serve("apikley", replace(QUICK, key="only-this")) as sim:
        assert create(sim, custom(receiver, "key")).json()["code"] == 401
        right = create(sim, custom(receiver, "key"), authorization="Bearer only-this")
        assert right.json()["code"] == 200
        assert "only-this" not in get(sim, "/_sim").text + get(sim, "/_sim/requests").text


@both
def test_one_create_more_than_the_limit_is_too_fast(provider: str, receiver: Receiver) -> None:
    with serve(provider, replace(QUICK, create_limit=Limit(20, 60.0))) as sim:
        codes = [create(sim, custom(receiver, "rate")).json()["code"] for _ in range(21)]

    assert codes == [200] * 20 + [TOO_FAST[provider]]


@both
def test_one_poll_of_a_task_more_than_the_limit_is_too_fast(
    provider: str, receiver: Receiver
) -> None:
    with serve(provider, replace(QUICK, poll_limit=Limit(3, 60.0))) as sim:
        one, other = (task_id(create(sim, custom(receiver, "polls"))) for _ in range(2))

        assert [poll(sim, one)["code"] for _ in range(4)] == [200] * 3 + [TOO_FAST[provider]]
        assert poll(sim, other)["code"] == 200


@both
def test_the_limits_are_20_creates_in_ten_seconds_and_3_polls_a_second(provider: str) -> None:
    limits = PROVIDERS[provider]

    assert (limits.create_limit, limits.poll_limit) == (Limit(20, 10.0), Limit(3, 1.0))


def test_a_window_moves_on() -> None:
    window = Window(Limit(2, 10.0))

    admitted = [window.admit(now) for now in (0.0, 1.0, 9.9, 10.0, 10.5, 11.0, 11.5)]

    assert admitted == [True, True, False, True, False, True, False]


@both
def test_credits_are_spent_until_there_are_none(provider: str, receiver: Receiver) -> None:
    with serve(provider, replace(QUICK, credits=30.0)) as sim:
        codes = [create(sim, custom(receiver, "money")).json()["code"] for _ in range(3)]

        assert codes == [200, 200, BROKE[provider]]
        assert get(sim, CREDIT[provider]).json() == {"code": 200, "msg": "success", "data": 6.0}


@both
def test_a_refusal_is_http_200_unless_it_is_mirrored(
    sims: dict[str, Served], provider: str, receiver: Receiver
) -> None:
    wrong = custom(receiver, "mirror", model="V1")
    with serve(provider, replace(QUICK, switches=SunoSwitches(error_http="mirror"))) as mirror:
        assert create(mirror, wrong).status_code == create(mirror, wrong).json()["code"]
    assert create(sims[provider], wrong).status_code == 200


@both
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/get-credits"), ("GET", "/api/v1/generate"), ("POST", "/api/v1/generate/record-info"),
     ("POST", "/api/v1/other"), ("DELETE", "/_sim/next"), ("POST", "/")],
)  # fmt: skip
def test_what_is_not_there_is_a_404(
    sims: dict[str, Served], provider: str, method: str, path: str
) -> None:
    answer = CLIENT.request(method, sims[provider].base_url + path)

    assert (answer.status_code, answer.json()["code"]) == (404, 404)


def test_a_strict_edge_refuses_who_has_no_name_of_their_own(receiver: Receiver) -> None:
    with serve("sunoapi", replace(QUICK, edge=True)) as sim:
        nameless = create(sim, custom(receiver, "edge"))
        named = create(sim, custom(receiver, "edge"), **{"user-agent": "cliphook/1.0"})

    assert (nameless.status_code, nameless.headers["content-type"][:9]) == (403, "text/html")
    assert named.json()["code"] == 200


def run(seed: int, receiver: Receiver) -> list[Any]:
    """Make three tasks and collect all that chance decides."""
    with serve("sunoapi", replace(QUICK, seed=seed, tunes=0)) as sim:
        tasks = [task_id(create(sim, custom(receiver, "seed", title=title))) for title in "abc"]
        moments = [dict(sim.world.tasks[task].moments) for task in tasks]
        clips = [sim.world.tasks[task].clips for task in tasks]
        tunes = [sim.world.tasks[task].brief for task in tasks]
        CLIENT.post(f"{sim.base_url}/_sim/reset")
        assert get(sim, "/_sim/requests").json() == {"requests": []}
        again = [task_id(create(sim, custom(receiver, "seed", title=title))) for title in "abc"]
    assert again == tasks
    return [tasks, moments, clips, tunes]


def test_the_same_seed_is_the_same_run_and_another_is_another(receiver: Receiver) -> None:
    first, same, other = run(7, receiver), run(7, receiver), run(8, receiver)

    assert first == same
    assert all(one != another for one, another in zip(first, other, strict=True))


def test_the_next_creates_go_as_ordered(sims: dict[str, Served], receiver: Receiver) -> None:
    sim = sims["apikley"]
    order = {"scenario": "S4-no-credits", "times": 2}

    assert CLIENT.post(f"{sim.base_url}/_sim/next", json=order).status_code == 200
    marked = custom(receiver, "order", prompt="[[sim:S9-html-502]]")
    codes = [create(sim, custom(receiver, "order")).json()["code"] for _ in range(1)]
    assert create(sim, marked).status_code == 502
    codes += [create(sim, custom(receiver, "order")).json()["code"] for _ in range(2)]

    assert codes == [402, 402, 200]


@pytest.mark.parametrize(
    "order",
    [{}, [], {"scenario": "none"}, {"scenario": "refuse-frequency"}, {"scenario": 7},
     {"scenario": "S1-happy", "times": 0}, {"scenario": "S1-happy", "times": True}],
)  # fmt: skip
def test_an_order_nobody_can_follow_is_refused(sims: dict[str, Served], order: object) -> None:
    answer = CLIENT.post(f"{sims['apikley'].base_url}/_sim/next", json=order)

    assert answer.status_code == 422
    assert get(sims["apikley"], "/_sim").json()["next"] == []


def test_an_unknown_marker_is_refused_loudly(sims: dict[str, Served], receiver: Receiver) -> None:
    answer = create(sims["sunoapi"], custom(receiver, "x", prompt="[[sim:S99]]")).json()

    assert answer["code"] == 400
    assert "S99" in answer["msg"]


def test_a_server_with_an_unknown_scenario_does_not_start() -> None:
    with pytest.raises(NoSuchScenarioError):
        make_app("apikley", SimulatorSettings(scenario="refuse-too-fast"))


def test_a_scenario_of_the_server_is_for_everybody(receiver: Receiver) -> None:
    with serve("sunoapi", replace(QUICK, scenario="S9-html-403")) as sim:
        assert create(sim, custom(receiver, "all")).status_code == 403


def test_requests_are_shown_without_the_key(sims: dict[str, Served], receiver: Receiver) -> None:
    sim = sims["sunoapi"]
    body = custom(receiver, "shown", styleWeight=0.65)
    task = task_id(create(sim, body, **{"x-mine": "1"}))

    entry = get(sim, "/_sim/requests").json()["requests"][-1]

    assert entry["body"] == body
    assert entry["headers"]["x-mine"] == "1"
    assert entry["headers"]["authorization"] == "Bearer …"
    assert (entry["accepted"], entry["task_id"], entry["code"]) == (True, task, 200)


def test_scenarios_are_listed_for_the_provider(sims: dict[str, Served]) -> None:
    names = {name: get(sim, "/_sim/scenarios").json()["scenarios"] for name, sim in sims.items()}

    assert "refuse-frequency" in names["sunoapi"].keys() - names["apikley"].keys()
    assert "fail-refunded" in names["apikley"].keys() - names["sunoapi"].keys()


def test_stopping_ends_the_listening() -> None:
    sim = serve("sunoapi", QUICK)
    sim.stop()
    sim.stop()

    with pytest.raises(httpx.ConnectError):
        CLIENT.get(f"{sim.base_url}/_sim")


def test_a_port_that_is_taken_is_an_error(sims: dict[str, Served]) -> None:
    with pytest.raises(OSError, match="in use"):
        serve("sunoapi", QUICK, port=httpx.URL(sims["sunoapi"].base_url).port or 0)


def test_the_command_serves_until_it_is_told_to_end() -> None:
    command = [sys.executable, "-m", "local.simulators", "apikley", "--port", "0", "--scale", "0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = process.stdout.readline()
        try:
            base_url = next(word for word in said.split() if word.startswith("http://"))
            about = wait(lambda: _reach(f"{base_url}_sim"))
        finally:
            process.terminate()

    assert about["provider"] == "apikley"
    assert about["settings"]["scale"] == 0.1
    assert process.returncode != 1


def _reach(url: str) -> Any:
    try:
        return CLIENT.get(url).json()
    except httpx.ConnectError:
        return None
