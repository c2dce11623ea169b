"""Functions on moto, at the samples' time of day, and what they write into their logs."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from time_machine import Traveller

from cliphook.runtime.observability import logger
from tests.support.deployed import SECRETS_PREFIX, Deployed
from tests.support.lean_moto import mock_aws
from tests.support.loopback import Loopback, answer, loopback
from tests.support.makers import at
from tests.support.sample_world import (
    LYRICS,
    MASTER,
    PEPPER,
    PROMPT,
    PROVIDER_KEYS,
    SIGNING,
    make_secrets,
)
from tests.support.samples import TUNES, sample

# What no log may hold, as far as it is known beforehand; the rest is told by its shape.
CANARIES = (MASTER, PEPPER, SIGNING, PROMPT, LYRICS.splitlines()[1], *PROVIDER_KEYS.values())
SUNG = tuple(tune.clips[0].lyrics or "" for tune in TUNES.values())
LINKS = tuple(tune.clips[0].audio_url or "" for tune in TUNES.values())
SHAPES = {
    "a secret of an endpoint": re.compile(r"whsec_"),
    "an API key": re.compile(r"ck_[A-Za-z0-9_-]{40,}"),
    "a ticket": re.compile(r"[A-Za-z0-9_-]{80,}\.[A-Za-z0-9_-]{40,}"),
    "a signed link": re.compile(r"X-Amz-Signature"),
    "a key for a provider": re.compile(r"Bearer "),
}


@pytest.fixture(scope="module", autouse=True)
def moto() -> Iterator[None]:
    with mock_aws():
        make_secrets(SECRETS_PREFIX)
        yield


@pytest.fixture
def clock() -> Iterator[Traveller]:
    """Stand a minute after the samples' jobs were asked for; tests may move on from there."""
    with time_machine.travel(at(60), tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def host() -> Iterator[Loopback]:
    """Take every job, and know nothing else."""
    with loopback() as server:
        for provider in TUNES:
            created = sample(provider, "created")
            server.answers[f"/{provider}/api/v1/generate"] = answer(created)
        yield server


@pytest.fixture
def deployed(clock: Traveller, host: Loopback) -> Deployed:  # noqa: ARG001 - it stands by
    return Deployed(host)


class StandardOutput:
    """Whatever standard output is at the moment: pytest changes it between a test's phases."""

    def write(self, text: str) -> None:
        sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


@dataclass
class Output:
    """What was written to standard output, and so into the logs."""

    capsys: pytest.CaptureFixture[str]
    text: str = ""

    def read(self) -> str:
        self.text += self.capsys.readouterr().out
        return self.text


@pytest.fixture(autouse=True)
def output(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Output]:
    """See to it, in every test, that nothing gets into the logs which opens or tells anything."""
    handler = logger.registered_handler
    monkeypatch.setattr(handler, "stream", StandardOutput())
    output = Output(capsys)
    yield output
    text = output.read()
    leaked = [canary for canary in (*CANARIES, *SUNG, *LINKS) if canary in text]
    leaked += [name for name, shape in SHAPES.items() if shape.search(text)]
    assert leaked == []
