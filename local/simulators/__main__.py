"""Serve simulators of some providers, or of all: python -m local.simulators sunoapi=9901."""

import argparse
import signal
import sys
import threading
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from local.simulators import choices
from local.simulators.server import PROVIDERS, Served, serve
from local.simulators.settings import KEY_PREFIX, Limit, SimulatorSettings
from local.simulators.world import NoSuchScenarioError

SCALE_MAX: Final = 1_000.0
RATE_SPAN_S: Final = 10.0
PORTS: Final = {
    "sunoapi": 9901,
    "apikley": 9902,
    "apiin": 9903,
    "stratizon": 9904,
    "infery": 9905,
}


def main() -> None:
    """Read the command line and serve until Ctrl-C."""
    parser = _parser()
    asked = parser.parse_args()
    if asked.all == bool(asked.provider):
        parser.error("name a provider, or say --all")
    places: dict[str, int | None] = dict.fromkeys(PROVIDERS) if asked.all else dict(asked.provider)
    if len(places) > 1 and (asked.list or asked.set):
        parser.error("--list and --set are of one provider")
    if asked.list:
        for name, scenario in PROVIDERS[next(iter(places))].scenarios.items():
            print(f"{name:32} {scenario.says}")
        return
    ended, running = threading.Event(), list[Served]()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with ExitStack() as stack:
        for place, (provider, port) in enumerate(places.items()):
            wanted = _port(provider, asked.port, place) if port is None else port
            served = stack.enter_context(_serve(provider, asked, wanted))
            print(f"{provider:10} is simulated at {served.base_url}/", flush=True)
            running.append(served)
        key = asked.key or f"any that starts with {KEY_PREFIX}"
        print(f"Each address has a page. Key: {key}. Scenario: {asked.scenario}.")
        print("Ctrl-C ends it.", flush=True)
        ended.wait()
        for served in running:
            served.begin_to_stop()


def _place(text: str) -> tuple[str, int | None]:
    """Read `name` or `name=port`."""
    name, named, port = text.partition("=")
    if name not in PROVIDERS or (named and not port.isdecimal()):
        raise argparse.ArgumentTypeError(
            f"{text!r} is none of {', '.join(PROVIDERS)}, nor one=PORT"
        )
    return name, int(port) if named else None


def _port(provider: str, first: int | None, place: int) -> int:
    """Choose a port for a provider that was named without one; several take those that follow."""
    return PORTS[provider] if first is None else first and first + place


def _serve(provider: str, asked: argparse.Namespace, port: int) -> Served:
    try:
        return serve(provider, _settings(provider, asked), port=port)
    except OSError as error:
        sys.exit(f"cannot listen for {provider}: {error.strerror}; --port chooses another port")
    except (NoSuchScenarioError, choices.NoSuchChoiceError) as error:
        sys.exit(f"{provider}: {error}")


def _settings(provider: str, asked: argparse.Namespace) -> SimulatorSettings:
    if asked.scale is None:
        settings = SimulatorSettings.local(seed=asked.seed, scenario=asked.scenario)
    else:
        settings = SimulatorSettings(seed=asked.seed, scenario=asked.scenario, scale=asked.scale)
    return replace(
        settings,
        key=asked.key,
        strict=not asked.lenient,
        edge=asked.edge,
        tunes=asked.tunes,
        lasts_s=asked.lasts,
        create_limit=None if asked.rate is None else Limit(asked.rate, RATE_SPAN_S),
        switches=choices.chosen(PROVIDERS[provider].switches, asked.set),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.simulators", description=__doc__)
    parser.add_argument(
        "provider", nargs="*", type=_place, metavar="PROVIDER[=PORT]", help=", ".join(PROVIDERS)
    )
    parser.add_argument("--all", action="store_true", help="serve every provider")
    parser.add_argument(
        "--port",
        type=int,
        help=f"default: {_ports()}; 0 is any that is free; of several, the first one's",
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed is the same run")
    parser.add_argument(
        "--scale",
        type=_positive,
        help="real seconds for each published one (1: stages after 10, 35 and 120 s);"
        " default: stages after 0.8, 2 and 4 s",
    )
    parser.add_argument("--scenario", default="S1-happy", metavar="NAME", help="see --list")
    parser.add_argument("--list", action="store_true", help="list the scenarios, and end")
    parser.add_argument(
        "--key", help=f"the only API key; default: all that start with {KEY_PREFIX}"
    )
    parser.add_argument(
        "--rate", type=int, help="creates in 10 s; 0 is no limit; default: as published"
    )
    parser.add_argument("--tunes", type=int, default=0, help="how many tunes; 0: one a request")
    parser.add_argument("--lasts", type=_positive, metavar="SECONDS", help="how long tunes play")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the provider"
    )
    parser.add_argument("--lenient", action="store_true", help="let unknown fields pass")
    parser.add_argument("--edge", action="store_true", help="refuse default User-Agents")
    return parser


def _ports() -> str:
    return ", ".join(f"{port} for {provider}" for provider, port in PORTS.items())


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < SCALE_MAX:
        raise argparse.ArgumentTypeError(f"must be above 0 and below {SCALE_MAX:g}")
    return number


if __name__ == "__main__":
    main()
