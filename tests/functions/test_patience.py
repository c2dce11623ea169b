"""Poll and archive, where somebody hangs: a process turns to others first, and comes back."""

import socket
from dataclasses import replace

import pytest
from time_machine import Traveller

from cliphook.adapters.holds import FACTOR, STRIKES
from cliphook.domain.due import Work, next_call
from cliphook.domain.event import Order
from cliphook.domain.ids import EventId
from cliphook.domain.report import Progress
from cliphook.domain.status import ClipStatus
from tests.support.deployed import Deployed
from tests.support.lambda_events import queued
from tests.support.loopback import answer
from tests.support.sample_world import SAMPLES

SUNOAPI = SAMPLES["sunoapi"]
PATH = "/sunoapi/api/v1/generate/record-info"
AUDIO = "/audio/one.mp3"
HANGS_S = 60.0


@pytest.fixture(autouse=True)
def hanging(deployed: Deployed, clock: Traveller) -> None:
    """Have a provider and an audio host that let time pass, and then answer nothing of use."""

    def hang(connection: socket.socket) -> None:
        clock.shift(HANGS_S)
        connection.sendall(answer(b"busy", 503))

    deployed.host.answers |= {PATH: hang, AUDIO: hang}


def asked(deployed: Deployed, path: str) -> int:
    return sum(seen.path.startswith(path) for seen in deployed.host.requests)


def test_a_provider_that_hangs_is_not_polled_for_a_while_and_its_jobs_go_on(
    deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(SUNOAPI.accepted)
    poll = deployed.load("poll")
    polls = []
    for _ in range(STRIKES + 1):
        job = deployed.job()
        call = next_call(job)
        assert call
        clock.move_to(call.at)
        poll(deployed.deliver(queued("poll", Order(EventId("evt_1"), Work.POLL, call.at, job))))
        polls.append(deployed.job().polled_at)

    assert asked(deployed, PATH) == STRIKES
    # The question that was not put counts as one without an answer: the next one is planned.
    assert len({*polls}) == STRIKES + 1


def test_a_host_that_hangs_gets_its_orders_later_and_the_last_try_is_a_real_one(
    deployed: Deployed, clock: Traveller
) -> None:
    word = SUNOAPI.whole.word
    assert isinstance(word, Progress)
    url = deployed.host.url(AUDIO)
    clips = tuple(replace(one, audio_url=url, source_url=None) for one in word.clips)
    whole = replace(SUNOAPI.whole, word=replace(word, clips=clips))
    changes = SUNOAPI.story(*SUNOAPI.opening, whole)
    deployed.store(changes)
    order, archive = changes[-1].orders[0], deployed.load("archive")
    for _ in range(STRIKES):
        archive(deployed.deliver(queued("archive", order, tries=7)))
    assert asked(deployed, AUDIO) == STRIKES

    archive(deployed.deliver(queued("archive", order, tries=1)))

    # After the two seconds of a first try it would only find the host on hold again.
    assert asked(deployed, AUDIO) == STRIKES
    clock.shift(FACTOR * HANGS_S - 1)
    assert deployed.waiting("archive") == 0
    deployed.host.answers[AUDIO] = answer(b"ID3" + bytes(999))
    archive(deployed.deliver(queued("archive", order, tries=8)))
    assert deployed.job().results[0].status is ClipStatus.ARCHIVED
    clock.shift(2)
    assert deployed.waiting("archive") == 1
