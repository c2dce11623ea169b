"""The storage of infery sends what its scenario says: the file, something else, or too little."""

from collections.abc import Iterator

import httpx
import pytest

from local.simulators import Served
from local.simulators.file_faults import PRIVATE_URL
from tests.unit.local.infery_client import (
    SOUND,
    ask,
    items,
    other,
)
from tests.unit.local.infery_playing import FETCHES
from tests.unit.local.mpeg import frames
from tests.unit.local.receiver import CLIENT


@pytest.fixture(scope="module")
def infery() -> Iterator[Served]:
    with other(requests_per_minute=0) as sim:
        yield sim


@pytest.mark.parametrize("name", FETCHES)
def test_fetches_go_as_the_scenario_says(infery: Served, name: str) -> None:
    url = items(ask(infery, SOUND, name))[0]["url"]

    for status, kind, sound in FETCHES[name]:
        answer = CLIENT.get(url)
        assert answer.status_code == status
        assert answer.headers.get("content-type", "").partition(";")[0] == kind
        assert (len(frames(answer.content)) > 100) is sound


def test_a_redirect_may_lead_to_the_file_or_where_nobody_should_go(
    infery: Served,
) -> None:
    moved, private, loop = (
        items(ask(infery, SOUND, f"audio-redirect{kind}"))[0]["url"]
        for kind in ("", "-private", "-loop")
    )

    there = CLIENT.get(moved).headers["location"]
    assert len(frames(CLIENT.get(f"{infery.base_url}{there}").content)) > 100
    assert CLIENT.get(private).headers["location"] == PRIVATE_URL
    assert loop.endswith(CLIENT.get(loop).headers["location"])


def test_half_a_file_promises_twice_what_it_sends(infery: Served) -> None:
    always, once = (
        items(ask(infery, SOUND, name))[0]["url"] for name in ("audio-half", "audio-half-then-ok")
    )

    for url in (always, always, once):
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            CLIENT.get(url)
    assert len(frames(CLIENT.get(once).content)) > 100


def test_an_endless_file_does_not_end(infery: Served) -> None:
    url = items(ask(infery, SOUND, "audio-endless"))[0]["url"]
    received = 0
    with CLIENT.stream("GET", url) as answer:
        for piece in answer.iter_raw():
            received += len(piece)
            if received > 8 << 20:
                break

    assert received > 8 << 20
