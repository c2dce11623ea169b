"""Any history of reports ends in the same job as any reordering or repetition of it."""

from dataclasses import replace
from functools import reduce

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cliphook.domain import report as reports
from cliphook.domain.change import Change, apply
from cliphook.domain.companion import Companion, Part
from cliphook.domain.event import Event
from cliphook.domain.job import Job, JobError
from cliphook.domain.report import Report, ReportedClip, Via
from cliphook.domain.status import NEXT, Stage
from cliphook.domain.steps import Quarantined
from tests.support.histories import companion_facts
from tests.support.makers import (
    TASK,
    accepted,
    at,
    claimed,
    failed,
    new_job,
    passport,
    progressed,
    said_clip,
)

NAMES = ("one", "two")


def facts(job: Job) -> Job:
    """Take away what belongs to the record of a job and not to what is known of it."""
    clips = {name: replace(clip, is_late=None) for name, clip in job.clips.items()}
    return replace(job, version=0, seq=0, clips=clips)


def started() -> Job:
    change = apply(new_job(), claimed())
    assert isinstance(change, Change)
    return change.job


def step(job: Job, report: Report) -> Job:
    change = apply(job, report)
    return change.job if isinstance(change, Change) else job


seconds = st.integers(min_value=2, max_value=7000)
clips = st.lists(
    st.builds(
        lambda name, audio: said_clip(name, NAMES.index(name), audio=audio),
        st.sampled_from(NAMES),
        st.booleans(),
    ),
    max_size=2,
    unique_by=lambda clip: clip.provider_clip_id,
)
COMPLETE = tuple(said_clip(name, index) for index, name in enumerate(NAMES))
INLINE = tuple(
    replace(clip, audio_url=None, passport=passport(clip.provider_clip_id)) for clip in COMPLETE
)


class AnyHistory(RuleBasedStateMachine):
    """
    One provider that keeps to its word tells a job's story, in whatever order and however often.

    Callbacks may say anything, since nobody signs them. What its own API answers is consistent:
    it ends in success, in failure, or not at all, and never in two ways. Only a job that does not
    end otherwise is canceled here, since of two ends the first one stays.
    """

    def __init__(self) -> None:
        """Start with a claimed job and nothing told."""
        super().__init__()
        self.told: list[Report] = []
        self.job = started()
        self.events: list[Event] = []
        self.outcome = "none"

    @initialize(outcome=st.sampled_from(["success", "failure", "none", "canceled"]))
    def choose(self, outcome: str) -> None:
        """Choose how the provider's story ends."""
        self.outcome = outcome

    def tell(self, report: Report) -> None:
        """Fold one report as `record` does, and keep what it announced."""
        before = self.job
        change = apply(before, report)
        assert not isinstance(change, Quarantined)
        self.told.append(report)
        if change:
            self.job = change.job
            self.events += change.events
            is_risen = change.job.status in NEXT[before.status]
            assert is_risen or change.job.status is before.status

    @rule(seconds=seconds)
    def the_submission_is_answered(self, seconds: int) -> None:
        """Tell the provider's id, after whatever time."""
        self.tell(accepted(seconds=seconds))

    @rule(stage=st.sampled_from(Stage), clips=clips, seconds=seconds, named=st.booleans())
    def a_callback_comes(
        self,
        stage: Stage,
        clips: list[ReportedClip],
        seconds: int,
        named: bool,  # noqa: FBT001
    ) -> None:
        """Tell any stage, whole or not, naming the task or not."""
        said = progressed(stage, *clips, seconds=seconds, task_id=TASK if named else None)
        self.tell(said)

    @rule(seconds=seconds)
    def a_callback_claims_failure(self, seconds: int) -> None:
        """Tell an error that nobody signed."""
        self.tell(failed(Via.CALLBACK, seconds))

    @rule(seconds=seconds, stage=st.sampled_from([Stage.TEXT, Stage.FIRST]))
    def a_poll_finds_a_stage(self, seconds: int, stage: Stage) -> None:
        """Tell a stage before the end, as the provider's own API has it."""
        found = (said_clip(audio=stage is Stage.FIRST), said_clip("two", 1, audio=False))
        self.tell(progressed(stage, *found, via=Via.POLL, seconds=seconds))

    @rule(seconds=seconds)
    def a_poll_finds_nothing_new(self, seconds: int) -> None:
        """Tell that the provider is still at it."""
        self.tell(reports.Said(1, reports.Silence(), Via.POLL, at(seconds)))

    @rule(seconds=seconds, whole=st.booleans())
    def a_poll_finds_the_end(self, seconds: int, whole: bool) -> None:  # noqa: FBT001
        """Tell the end that was chosen; `complete` may come without its audio first."""
        if self.outcome == "success":
            found = COMPLETE if whole else (said_clip(audio=False),)
            self.tell(progressed(Stage.COMPLETE, *found, via=Via.POLL, seconds=seconds))
        elif self.outcome == "failure":
            self.tell(failed(Via.POLL, seconds))

    @rule()
    def its_owner_cancels(self) -> None:
        """Tell that nobody wants it any more."""
        if self.outcome == "canceled":
            self.tell(reports.Canceled(at(50)))

    @rule(name=st.sampled_from(NAMES), seconds=seconds)
    def the_archive_has_a_clip(self, name: str, seconds: int) -> None:
        """Tell that a clip is kept."""
        self.tell(reports.ClipArchived(name, passport(name, seconds), at(seconds)))

    @rule(name=st.sampled_from(NAMES), seconds=seconds)
    def the_archive_gives_up(self, name: str, seconds: int) -> None:
        """Tell that a clip could not be fetched."""
        self.tell(reports.ClipLost(name, "http_404", at(seconds)))

    @rule(name=st.sampled_from(NAMES), part=st.sampled_from(Part), said=companion_facts)
    def something_is_learnt_of_what_is_beside_a_clip(
        self, name: str, part: Part, said: Companion
    ) -> None:
        """Tell that a part is kept, given up, asked for, being made, or to be fetched."""
        self.tell(reports.Accompanied(name, part, said, at(300)))

    @rule(seconds=seconds, whole=st.booleans())
    def the_answer_tells_the_end(self, seconds: int, whole: bool) -> None:  # noqa: FBT001
        """Tell the end that was chosen in the answer itself, with or without its audio."""
        if self.outcome == "success":
            found = INLINE if whole else (said_clip(audio=False),)
            self.tell(
                reports.Accepted(
                    1, TASK, at(seconds), reports.Progress(TASK, Stage.COMPLETE, found)
                )
            )
        elif self.outcome == "failure":
            error = JobError("generation_failed", "No music.")
            self.tell(reports.Accepted(1, TASK, at(seconds), reports.Failure(TASK, error)))

    @rule()
    def the_answer_is_not_usable(self) -> None:
        """Tell that nobody knows what became of the submission: its one owner does so once."""
        self.tell(reports.Unanswered(1, JobError("submission_unknown", "No answer."), at(20)))

    @rule(attempt=st.sampled_from([1, 2]), seconds=seconds, has_slot=st.booleans())
    def the_next_submission_has_to_wait(
        self,
        attempt: int,
        seconds: int,
        has_slot: bool,  # noqa: FBT001
    ) -> None:
        """Tell a turn, as two who are after the same submission may."""
        since = None if has_slot else at(seconds - 1)
        turn = reports.Postponed(attempt, at(seconds), 0, "waits", at(1), has_slot, since)
        self.tell(turn)

    @rule(seconds=seconds)
    def somebody_gives_up_too_late(self, seconds: int) -> None:
        """Tell that nobody has the job, when somebody may."""
        self.tell(reports.Abandoned(JobError("provider_unavailable", "Nobody."), at(seconds)))

    @rule(wish=st.sampled_from([reports.Nudged, reports.Recalled]), seconds=seconds)
    def somebody_wants_it_again(
        self, wish: type[reports.Nudged | reports.Recalled], seconds: int
    ) -> None:
        """Tell that something is overdue, or that what is not kept is to be asked for again."""
        self.tell(wish(at(seconds)))

    @rule(days=st.integers(min_value=1, max_value=15), link=st.sampled_from("ab"))
    def a_poll_days_later_finds_new_links(self, days: int, link: str) -> None:
        """Tell the end again, as a provider does whose links expire."""
        if self.outcome == "success":
            found = [replace(clip, audio_url=f"{clip.audio_url}?{link}") for clip in COMPLETE]
            seconds = 86_400 * days
            self.tell(progressed(Stage.COMPLETE, *found, via=Via.POLL, seconds=seconds))

    @invariant()
    def events_have_no_gaps(self) -> None:
        """See each number once and each `job.*` type at most once."""
        assert [event.seq for event in self.events] == [
            number + 1 for number in range(len(self.events))
        ]
        types = [event.type for event in self.events if event.type.startswith("job.")]
        assert len(types) == len(set(types))

    @rule(data=st.data())
    def told_in_any_order_and_again(self, data: st.DataObject) -> None:
        """See the same job after the same reports in another order, some of them twice."""
        again = data.draw(st.lists(st.sampled_from(self.told))) if self.told else []
        shuffled = data.draw(st.permutations([*self.told, *again]))

        other = reduce(step, shuffled, started())

        assert facts(other) == facts(self.job)


AnyHistory.TestCase.settings = settings(max_examples=300, stateful_step_count=15)
test_any_history_ends_in_the_same_job_in_any_order_and_repetition = AnyHistory.TestCase


def test_an_answer_that_was_lost_and_then_found_counts_in_either_order() -> None:
    lost = reports.Unanswered(1, JobError("submission_unknown", "No answer."), at(20))
    found = reports.Accepted(1, "task", at(21))

    one_way = step(step(started(), lost), found)
    other_way = step(step(started(), found), lost)

    assert facts(one_way) == facts(other_way)
