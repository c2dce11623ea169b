"""Each simulator has a page that says what it can do, and whatever it says can be done."""

import html
import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final, Literal

import httpx
import pytest

from local.aws_server import free_port
from local.simulators import PROVIDERS, Served, choices, serve
from local.simulators.__main__ import PORTS
from local.simulators.stratizon_facts import StratizonSwitches
from tests.unit.local.conftest import QUICK
from tests.unit.local.receiver import CLIENT, get

type Colour = Literal["red", "blue"]

each = pytest.mark.parametrize("provider", PROVIDERS)


@dataclass(frozen=True, slots=True)
class Paint:
    """Some settings."""

    colour: Colour = "red"
    """What it looks
    like."""
    coats: Literal[1, 2] = 1
    is_dry: bool | None = None


@pytest.fixture(scope="module")
def all_of_them() -> Iterator[dict[str, Served]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(serve(name, QUICK)) for name in PROVIDERS}


def page(sim: Served) -> str:
    answer = CLIENT.get(sim.base_url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return answer.text


def texts(sim: Served) -> list[str]:
    """Read what stands in code, as a reader would copy it."""
    found = re.findall(r"<(code|pre)>(.*?)</\1>", page(sim), re.DOTALL)
    return [html.unescape(text) for _, text in found]


def run(command: str) -> httpx.Response:
    """Do what curl does with a command of the page."""
    curl, url, *flags = shlex.split(command)
    pairs = [*zip(flags[::2], flags[1::2], strict=True)]
    headers = dict(value.split(": ") for flag, value in pairs if flag == "-H")
    (body,) = (value for flag, value in pairs if flag == "-d")
    assert curl == "curl"
    return CLIENT.post(url, content=body, headers=headers)


@each
def test_the_page_has_every_scenario_endpoint_and_setting(
    all_of_them: dict[str, Served], provider: str
) -> None:
    simulator, said = PROVIDERS[provider], texts(all_of_them[provider])

    markers = [text for text in said if text.startswith("[[sim:")]
    asked = {text.split(" ")[1] for text in said if re.match(r"(GET|POST) /", text)}

    assert sorted(markers) == sorted(f"[[sim:{name}]]" for name in simulator.scenarios)
    assert {route.path for route in simulator.routes} <= asked
    assert {*choices.options(simulator.switches), "seed", "scale"} <= {*said}


@each
def test_every_scenario_can_be_ordered_as_the_page_says(
    all_of_them: dict[str, Served], provider: str
) -> None:
    sim = all_of_them[provider]
    orders = [text for text in texts(sim) if text.startswith("curl") and "/_sim/next" in text]

    for order in orders:
        assert run(order).status_code == 200

    next_ones = get(sim, "/_sim").json()["next"]
    CLIENT.post(f"{sim.base_url}/_sim/reset")
    assert sorted(next_ones) == sorted(PROVIDERS[provider].scenarios)


@each
def test_the_music_that_the_page_offers_is_made(
    all_of_them: dict[str, Served], provider: str
) -> None:
    sim = all_of_them[provider]
    (command,) = [text for text in texts(sim) if "authorization" in text]

    run(command)

    (entry,) = get(sim, "/_sim/requests").json()["requests"]
    CLIENT.post(f"{sim.base_url}/_sim/reset")
    assert (entry["accepted"], entry["scenario"]) == (True, "S1-happy")


@each
def test_the_page_needs_nothing_from_elsewhere(
    all_of_them: dict[str, Served], provider: str
) -> None:
    policy = CLIENT.get(all_of_them[provider].base_url).headers["content-security-policy"]

    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert not re.search(
        r"<(script|link|img|iframe)|\bsrc=|url\(|@import", page(all_of_them[provider])
    )


def test_the_page_does_not_show_a_key() -> None:
    with serve("stratizon", QUICK.__class__(key="only-this")) as sim:
        assert "only-this" not in page(sim)


def test_every_provider_has_a_port_of_its_own() -> None:
    assert {*PROVIDERS} <= PORTS.keys()
    assert len({*PORTS.values()}) == len(PORTS)


def test_settings_are_chosen_by_name() -> None:
    chosen = choices.chosen(Paint(), ["colour=blue", "coats=2", "is_dry=true"])

    assert chosen == Paint("blue", coats=2, is_dry=True)
    assert choices.chosen(Paint(is_dry=False), ["is_dry=default"]) == Paint()
    assert choices.chosen(None, []) is None


@pytest.mark.parametrize(
    "text", ["color=red", "colour=green", "coats=3", "coats", "is_dry=True", ""]
)
def test_a_setting_that_is_not_there_is_refused(text: str) -> None:
    with pytest.raises(choices.NoSuchChoiceError):
        choices.chosen(Paint(), [text])


def test_a_setting_is_explained_by_the_text_below_it() -> None:
    assert choices.explanations(Paint()) == {"colour": "What it looks like."}
    assert choices.explanations(None) == {}


def test_every_setting_of_stratizon_is_explained() -> None:
    assert choices.explanations(StratizonSwitches()).keys() == {
        *choices.options(StratizonSwitches())
    }


COMMAND: Final = [sys.executable, "-m", "local.simulators"]


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_all_are_served_until_they_are_told_to_end(sent: signal.Signals) -> None:
    with subprocess.Popen([*COMMAND, "--all", "--port", "0"], stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            lines = [process.stdout.readline().decode() for _ in PROVIDERS]
            urls = [line.split()[-1] for line in lines]
            names = [CLIENT.get(f"{url}_sim").json()["provider"] for url in urls]
            process.send_signal(sent)
            code = process.wait(20)
        finally:
            process.kill()

    assert code == 0
    assert names == [*PROVIDERS]
    for url in urls:
        with pytest.raises(httpx.ConnectError):
            CLIENT.get(url)


def test_some_are_served_by_one_process_each_where_it_was_told() -> None:
    places = [f"{name}={free_port()}" for name in ("stratizon", "apiin")]
    with subprocess.Popen([*COMMAND, *places], stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            urls = [process.stdout.readline().decode().split()[-1] for _ in places]
            names = [CLIENT.get(f"{url}_sim").json()["provider"] for url in urls]
        finally:
            process.terminate()

    ports = [httpx.URL(url).port for url in urls]
    assert [f"{name}={port}" for name, port in zip(names, ports, strict=True)] == places


def test_a_provider_is_set_by_name_on_the_command_line() -> None:
    asked = [*COMMAND, "stratizon", "--port", "0", "--set", "credits_as=number"]
    with subprocess.Popen(asked, stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            url = process.stdout.readline().decode().split()[-1]
            about: Any = json.loads(CLIENT.get(f"{url}_sim").text)
        finally:
            process.terminate()

    assert about["settings"]["switches"]["credits_as"] == "number"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "name a provider, or say --all"),
        (("sunoapi", "--all"), "name a provider, or say --all"),
        (("--all", "--set", "credits_as=number"), "of one provider"),
        (("apiin", "stratizon", "--list"), "of one provider"),
        (("apiin=next",), "nor one=PORT"),
        (("--all", "--port", "0", "--scenario", "refuse-frequency"), "apikley"),
        (("stratizon", "--port", "0", "--set", "colour=red"), "colour"),
    ],
)
def test_a_command_that_makes_no_sense_says_why(arguments: tuple[str, ...], says: str) -> None:
    ended = command(*arguments)

    assert ended.returncode != 0
    assert says in ended.stderr
