"""The providers behind a local deployment: a simulator for each, or what was named instead."""

import os
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Final

import httpx

from local.aws_server import LOOPBACK, free_port
from local.children import Children
from local.options import Options

# As local.simulators has them; a test compares. To ask it here would load all that makes music.
PROVIDERS: Final = ("sunoapi", "apikley", "apiin", "stratizon", "infery")
STARTS_WITHIN_S: Final = 20.0
LOOK_EVERY_S: Final = 0.05


class SimulatorNotReadyError(Exception):
    """A simulator did not answer in time."""


def start(children: Children, chosen: Options) -> dict[str, str]:
    """
    Start a simulator for each provider that nobody named; they answer a little later.

    They share a process: what they are made of takes long to load, and their tunes are the same.
    """
    ports = {name: free_port() for name in PROVIDERS if name not in chosen.providers}
    if ports:
        places = [f"{provider}={port}" for provider, port in ports.items()]
        command = [sys.executable, "-m", "local.simulators", *places, *choices(chosen)]
        children.start("simulators", command, env=environment(os.environ))
    return {name: f"http://{LOOPBACK}:{port}" for name, port in ports.items()} | chosen.providers


def choices(chosen: Options) -> list[str]:
    """Write what was chosen for the simulators as they want to be told."""
    length = [] if chosen.lasts_s is None else ["--lasts", str(chosen.lasts_s)]
    pace = [] if chosen.scale is None else ["--scale", str(chosen.scale)]
    return ["--seed", str(chosen.seed), "--tunes", str(chosen.tunes), *length, *pace]


def environment(mine: Mapping[str, str]) -> dict[str, str]:
    """Leave out what could make a simulator look for the outside."""
    return {name: value for name, value in mine.items() if not name.lower().endswith("_proxy")}


def wait_until_ready(addresses: Iterable[str], children: Children) -> None:
    """Wait until each answers anything at all, but not for a process that died."""
    for address in addresses:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not answers(address):
            children.check()
            if time.monotonic() > deadline:
                raise SimulatorNotReadyError(f"Nobody answers at {address}.")
            time.sleep(LOOK_EVERY_S)


def answers(address: str) -> bool:
    """Say whether somebody answers there."""
    try:
        httpx.get(address, trust_env=False)
    except httpx.TransportError:
        return False
    return True
