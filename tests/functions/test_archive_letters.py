"""Whatever a host does with a file: it is kept, or given up in sight of an operator, with why."""

import socket
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from time_machine import Traveller

from cliphook.domain.change import Change
from cliphook.domain.clip import Clip
from cliphook.domain.report import Progress
from cliphook.domain.status import ClipStatus
from tests.simulation.endings import FILES, OWN
from tests.support.deployed import Deployed
from tests.support.dying import DyingQueue
from tests.support.loopback import Answer, answer, redirect, reset
from tests.support.operating import JOB, SUNOAPI, Operator, inspect, moved, operator_of, redrive

AUDIO = "/audio/one.mp3"
MUSIC = b"ID3\x04" + bytes(range(256)) * 40
# A second try is the last one here.
RETRY_S, TRIES = "1", 2


def drop(connection: socket.socket) -> None:
    """Take the request, and answer nothing."""
    connection.shutdown(socket.SHUT_RDWR)


# Every reason for which a file may not be had, and a host that gives it.
FAULTS: Mapping[str, Answer] = {
    "http_403": answer(b"<Error>expired</Error>", 403),
    "http_404": answer(b"<html>", 404),
    "empty": answer(b""),
    "not_audio": answer(b"<!doctype html><title>Please sign in</title>"),
    "short": answer(MUSIC, headers={"Content-Length": str(2 * len(MUSIC))}),
    "too_large": answer(MUSIC, headers={"Content-Length": str(10 * 2**30)}),
    "too_many_redirects": redirect(AUDIO),
    "forbidden_address": redirect("http://169.254.169.254/latest/meta-data/"),
    "encoded": answer(MUSIC, headers={"Content-Encoding": "gzip"}),
    "malformed": drop,
    "unreachable": reset,
}


@pytest.fixture
def operator(deployed: Deployed, clock: Traveller) -> Operator:
    return operator_of(deployed, clock)


@pytest.fixture
def story(deployed: Deployed) -> tuple[Change, ...]:
    """Store a job whose music is complete, at a host of ours."""
    word = SUNOAPI.whole.word
    assert isinstance(word, Progress)
    url = deployed.host.url(AUDIO)
    clips = tuple(replace(one, audio_url=url, source_url=None) for one in word.clips)
    told = replace(SUNOAPI.whole, word=replace(word, clips=clips))
    changes = SUNOAPI.story(*SUNOAPI.opening, told)
    deployed.store(changes)
    return changes


def clip_of(deployed: Deployed) -> Clip:
    return deployed.job().results[0]


def announced(deployed: Deployed) -> list[str]:
    types = [str(row["detail_type"]) for row in deployed.rows("EVENT")]
    return [name for name in types if name.startswith("clip.")]


def test_the_reasons_are_all_that_the_catalogue_of_the_simulators_has() -> None:
    ends = [*FILES.values(), *(end for own in OWN.values() for end in own.values())]
    failed = [clip for end in ends for clip in end.clips if clip.startswith("archive_failed")]

    assert {clip.partition(": ")[2] for clip in failed} <= FAULTS.keys()


@pytest.mark.parametrize("reason", FAULTS)
def test_a_file_that_is_not_to_be_had_is_given_up_with_its_reason_and_kept_once_it_is(
    reason: str,
    deployed: Deployed,
    operator: Operator,
    clock: Traveller,
    story: tuple[Change, ...],
) -> None:
    deployed.host.answers[AUDIO] = FAULTS[reason]
    queue = DyingQueue(deployed, "archive", clock, receives_max=TRIES)
    archive = deployed.load("archive", ARCHIVE_RETRY_S=RETRY_S)
    order = story[-1].orders[0]
    queue.order(order)

    assert queue.work(archive) == [1, TRIES]

    assert (queue.dead, announced(deployed)) == (1, ["clip.archive_failed"])
    assert clip_of(deployed).status is ClipStatus.ARCHIVE_FAILED
    told: dict[str, Any] = {**JOB, "clip_id": order.clip_id, "reason": reason}
    for where, command in (("archive-dead", "redrive"), ("clips", "retry_clip")):
        (entry,) = inspect(operator, where)
        assert entry.items() >= told.items()
        assert entry["redrive"]["command"] == command

    deployed.host.answers[AUDIO] = answer(MUSIC)
    assert redrive(operator, "archive-dead") == moved(1)
    assert queue.work(archive) == [1]

    passport = clip_of(deployed).passport
    assert passport
    assert passport.size_bytes == len(MUSIC)
    assert announced(deployed) == ["clip.archive_failed", "clip.archived"]
    assert inspect(operator, "archive-dead") == inspect(operator, "clips") == []


def test_a_file_at_a_host_that_is_not_listed_is_kept_once_it_is(
    deployed: Deployed, operator: Operator, clock: Traveller, story: tuple[Change, ...]
) -> None:
    deployed.host.answers[AUDIO] = answer(MUSIC)
    queue = DyingQueue(deployed, "archive", clock, receives_max=TRIES)
    queue.order(story[-1].orders[0])
    listed = '{"sunoapi": {"audio_hosts": ["*.suno.test"]}}'

    queue.work(deployed.load("archive", ARCHIVE_RETRY_S=RETRY_S, PROVIDER_SETTINGS=listed))

    assert deployed.host.requests == []
    (entry,) = inspect(operator, "archive-dead")
    assert entry["reason"] == "unlisted_host"
    redrive(operator, "archive-dead")
    listed = '{"sunoapi": {"audio_hosts": ["*.suno.test", "127.0.0.1"]}}'
    queue.work(deployed.load("archive", PROVIDER_SETTINGS=listed))
    assert clip_of(deployed).status is ClipStatus.ARCHIVED
