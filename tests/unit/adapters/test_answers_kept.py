"""Music that came inside an answer is paid for: no shelf that fails makes anybody pay again."""

import json

import httpx
import pytest

from cliphook.adapters.httpx_sender import HttpxSender
from cliphook.domain.errors import UnansweredPollError, UnavailableStoreError
from cliphook.domain.job import AttemptStatus, Job
from cliphook.domain.plan import Option
from cliphook.domain.report import Accepted, Answer, Unanswered
from cliphook.domain.request import MusicRequest, Operation
from cliphook.domain.status import Status
from tests.support.fakes import FakeShelf, Moment
from tests.support.hooks import Hook, no_hook
from tests.support.makers import PACE, accepted, at, claimed, new_job, told
from tests.support.samples import sample
from tests.support.speaking import make_sender

MUSIC = {"b64_audio": "SUQzBAAAAAAA"}
LINKED = {"url": "https://storage.infery.test/music/3f9a0b.mp3"}
ROUTE = (Option("infery", "suno-v4", PACE), Option("sunoapi", "V5", PACE))
JOB = told(claimed(), job=new_job(provider="infery", model="suno-v4", route=ROUTE))


class OneKey:
    """The operator's keys."""

    def api_key(self, provider: str, *, fresh: bool = False) -> str:
        """Give one."""
        return f"{provider}-{fresh}"


def no_shelf(name: str, moment: Moment) -> None:
    raise UnavailableStoreError(name, moment)


def sender(body: bytes, hook: Hook = no_shelf) -> HttpxSender:
    def serve(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=httpx.ByteStream(body))

    return make_sender(
        {},
        OneKey(),
        transport=httpx.MockTransport(serve),
        shelf=FakeShelf(hook=hook),
        sleep=lambda _: None,
    )


def submit(job: Job, *tracks: object) -> tuple[Answer, bytes]:
    return sender(json.dumps({"data": tracks}).encode()).submit(job, "https://music.test", at(2))


def test_music_that_could_not_be_kept_is_never_asked_for_again() -> None:
    answer, body = submit(JOB, MUSIC)

    assert isinstance(answer, Unanswered)
    assert answer.error.code == "submission_unknown"
    # What is left of it is kept, for a person to look at.
    assert json.loads(body) == {"data": [{"b64_audio": "inline:0"}]}
    job = told(answer, job=JOB)
    assert (job.attempts[0].status, job.attempts[0].retry_at) == (AttemptStatus.UNKNOWN, None)


def test_music_that_could_not_be_kept_is_downloaded_where_there_is_a_link_as_well() -> None:
    answer, _ = submit(JOB, MUSIC | LINKED)

    assert isinstance(answer, Accepted)
    (clip,) = told(answer, job=JOB).results
    assert clip.addresses == (LINKED["url"],)


def test_what_can_be_downloaded_is_not_lost_with_what_could_not_be_kept() -> None:
    answer, _ = submit(JOB, MUSIC, LINKED)

    job = told(answer, job=JOB)
    assert job.status is Status.COMPLETE
    assert [clip.addresses for clip in job.results] == [(LINKED["url"],)]


def test_what_is_no_audio_costs_nothing_but_itself() -> None:
    body = json.dumps({"data": [{"b64_audio": "PGh0bWw+"}, MUSIC, {"b64_audio": "?"}, LINKED]})

    answer, _ = sender(body.encode(), no_hook).submit(JOB, "https://music.test", at(2))

    job = told(answer, job=JOB)
    assert job.status is Status.COMPLETE
    assert [(clip.is_kept, clip.addresses) for clip in job.results] == [
        (True, ()),
        (False, (LINKED["url"],)),
    ]


def test_texts_need_no_shelf() -> None:
    request = MusicRequest(operation=Operation.LYRICS, prompt="Rain", model="infery/suno-v4")
    asked = told(claimed(), job=new_job(provider="infery", model="suno-v4", request=request))

    answer, _ = sender(sample("infery", "created_lyrics")).submit(asked, "https://m.test", at(2))

    assert told(answer, job=asked).status is Status.ARCHIVED


def test_a_poll_that_brings_music_is_made_again_when_the_shelf_is_back() -> None:
    with pytest.raises(UnansweredPollError):
        sender(sample("infery", "job_succeeded_inline")).ask(told(accepted(), job=JOB))
