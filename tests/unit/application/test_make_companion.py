"""A provider is asked for what costs credit as seldom as can be, and never twice at a time."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import pytest

from cliphook.application.make_companion import Workshop, make_companion
from cliphook.application.poll_job import Early
from cliphook.application.record import record
from cliphook.domain.change import begin
from cliphook.domain.clip import Clip
from cliphook.domain.companion import (
    Begun,
    Companion,
    Denied,
    Found,
    Made,
    Part,
    Timed,
    TimedWord,
)
from cliphook.domain.companions import companion_of
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.job import Job
from cliphook.domain.plan import Option
from cliphook.domain.report import Via
from cliphook.domain.status import Stage
from tests.support.fakes import FakeJobs, FakeShelf, FakeTable
from tests.support.makers import PACE, accepted, at, claimed, new_job, progressed, said_clip

ROUTE = (Option("sunoapi", "V5", PACE, companions=("timed_lyrics", "wav")),)
WORDS = Timed(
    (
        TimedWord("[Verse]\nNight ", Decimal("0.5"), Decimal("1.25")),
        TimedWord("çity", Decimal("1.25"), Decimal(2)),
    )
)


@dataclass
class FakeMaker:
    """A provider that answers what a test has written down, and else nothing usable."""

    answers: list[Made] = field(default_factory=list[Made])
    asked: int = 0
    looked: list[str] = field(default_factory=list[str])
    # What happens elsewhere while it is asked.
    meanwhile: list[object] = field(default_factory=list[object])

    def make(self, job: Job, clip: Clip, part: Part) -> Made:
        """Count the question, and answer it."""
        assert (job.task_id, clip.provider_clip_id, part) in {
            ("5c79aa10d2f44e3bb1a6c0de7f21be8e", "one", one) for one in Part
        }
        self.asked += 1
        for act in self.meanwhile:
            assert callable(act)
            act()
        return self._answer()

    def look(self, job: Job, part: Part, task_id: str) -> Made:
        """Answer how far it is."""
        assert (job.provider, part) == ("sunoapi", Part.WAV)
        self.looked.append(task_id)
        return self._answer()

    def _answer(self) -> Made:
        if not self.answers:
            raise UnansweredPollError
        return self.answers.pop(0)


@dataclass
class Bench:
    """A job whose music is there, and who makes what belongs to it."""

    maker: FakeMaker = field(default_factory=FakeMaker)
    jobs: FakeJobs = field(default_factory=lambda: FakeJobs(FakeTable()))
    shelf: FakeShelf = field(default_factory=FakeShelf)
    seconds: float = 100

    def __post_init__(self) -> None:
        self.ref = self.jobs.add(begin(new_job(route=ROUTE)), None)
        whole = progressed(Stage.COMPLETE, said_clip(), via=Via.POLL)
        for report in (claimed(), accepted(), whole):
            record(self.ref, report, jobs=self.jobs)

    @property
    def clip(self) -> Clip:
        job = self.jobs.load(self.ref)
        assert job
        return job.results[0]

    def now(self) -> datetime:
        return at(self.seconds)

    def known(self, part: Part) -> Companion:
        return companion_of(self.clip, part)

    def run(self, part: Part = Part.TIMED_LYRICS) -> float | None:
        """Carry an order out, and tell when it is to come again, if it is."""
        workshop = Workshop(self.jobs, self.maker, self.shelf, self.now)
        early = make_companion(self.ref, self.clip.id, part, workshop)
        return early.wait_s if isinstance(early, Early) else None


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_words_are_kept_as_a_document_of_ours(bench: Bench) -> None:
    bench.maker.answers = [WORDS]

    assert bench.run() is None

    file = bench.known(Part.TIMED_LYRICS).file
    assert file
    assert json.loads(bench.shelf.files[file.key]) == {
        "version": 1,
        "words": [
            {"text": "[Verse]\nNight ", "start_s": 0.5, "end_s": 1.25},
            {"text": "çity", "start_s": 1.25, "end_s": 2.0},
        ],
    }
    assert file.key.endswith(f"/{bench.clip.id}/{file.sha256}.lyrics.json")
    assert file.size_bytes == len(bench.shelf.files[file.key])


def test_an_order_for_what_is_there_asks_nobody(bench: Bench) -> None:
    bench.maker.answers = [WORDS]
    bench.run()

    assert bench.run() is None

    assert bench.maker.asked == 1


def test_a_question_that_was_not_answered_is_put_three_times_and_no_more(bench: Bench) -> None:
    waits = []
    for _ in range(20):
        waits.append(bench.run())
        bench.seconds += 100

    assert bench.maker.asked == 3
    assert waits == [90.0] * 3 + [None] * 17
    assert bench.known(Part.TIMED_LYRICS).loss == (at(400), "unanswered")


def test_while_one_asks_no_other_does(bench: Bench) -> None:
    again: list[float | None] = []
    bench.maker.answers = [WORDS]
    bench.maker.meanwhile = [lambda: again.append(bench.run())]

    assert bench.run() is None

    assert again == [90.0]
    assert bench.maker.asked == 1


def test_what_is_counted_is_counted_before_it_is_asked(bench: Bench) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    bench.maker.meanwhile = [die]
    for _ in range(5):
        with suppress(KeyboardInterrupt):
            bench.run()
        bench.seconds += 100

    assert bench.maker.asked == 3


def test_a_provider_that_says_no_is_not_asked_again(bench: Bench) -> None:
    bench.maker.answers = [Denied("provider_out_of_credit"), WORDS]

    assert [bench.run(), bench.run()] == [None, None]

    assert bench.maker.asked == 1
    assert bench.known(Part.TIMED_LYRICS).loss == (at(100), "provider_out_of_credit")


def test_a_file_that_takes_its_time_is_looked_for_at_doubling_gaps(bench: Bench) -> None:
    bench.maker.answers = [Begun("wav-1"), *[Begun("wav-1")] * 3, Found("https://x.test/1.wav")]
    waits: list[float | None] = [bench.run(Part.WAV)]
    while waits[-1]:
        bench.seconds += waits[-1]
        waits.append(bench.run(Part.WAV))

    assert waits == [10.0, 10.0, 20.0, 40.0, None]
    assert (bench.maker.asked, bench.maker.looked) == (1, ["wav-1"] * 4)
    assert bench.known(Part.WAV).url == "https://x.test/1.wav"


def test_a_file_that_never_comes_is_given_up_after_ten_minutes(bench: Bench) -> None:
    bench.maker.answers = [Begun("wav-1")]
    waits: list[float | None] = [bench.run(Part.WAV)]
    while waits[-1]:
        bench.seconds += waits[-1]
        waits.append(bench.run(Part.WAV))

    assert bench.maker.asked == 1
    assert len(waits) <= 8
    loss = bench.known(Part.WAV).loss
    assert loss
    assert loss[1] == "not_made_in_time"
    assert bench.run(Part.WAV) is None
