"""What is asked about a job that has ended, once a callback claims that its music is there."""

from itertools import pairwise
from typing import Final

from cliphook.domain.due import Work, next_call, sweep_at
from cliphook.domain.report import Expired, Said, Silence, Via
from cliphook.domain.status import Stage
from tests.support.makers import at, failed, progressed, running, said_clip, told


def silence(seconds: float) -> Said:
    return Said(1, Silence(), Via.POLL, at(seconds))


EXPIRED: Final = running(silence(50), Expired(at(100)))
HINTED: Final = told(progressed(Stage.COMPLETE, said_clip(), seconds=200), job=EXPIRED)


def test_an_expired_job_is_asked_about_again_if_a_callback_says_there_is_music() -> None:
    assert next_call(EXPIRED) is None
    call = next_call(HINTED)
    assert call
    assert call.work is Work.POLL
    assert at(55) <= call.at <= at(200)


def test_until_there_is_music_it_is_asked_for_at_doubling_gaps_and_not_for_ever() -> None:
    job, asked_at = HINTED, [201.0]
    while call := next_call(job := told(silence(asked_at[-1]), job=job)):
        assert call.work is Work.POLL
        asked_at.append((call.at - at(0)).total_seconds())
        assert len(asked_at) < 20

    gaps = [later - earlier for earlier, later in pairwise(asked_at)]
    assert gaps == [5, 6, 12, 24, 48, 96, 192, 384]
    assert sweep_at(job) is None


def test_it_is_asked_for_no_more_once_all_of_it_is_there() -> None:
    music = progressed(Stage.COMPLETE, said_clip(), via=Via.POLL, seconds=201)

    assert next_call(told(music, job=HINTED)) is None


def test_a_hint_from_before_the_end_is_followed_up_by_no_more_than_the_poll_it_made_due() -> None:
    ended = running(failed(Via.CALLBACK, seconds=40), failed(Via.POLL, seconds=41))

    assert next_call(ended) is None
