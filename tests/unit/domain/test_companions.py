"""What is wanted beside a clip's audio, who is to see to it, and that it decides nothing else."""

from dataclasses import replace

import pytest

from cliphook.domain.change import Change, apply
from cliphook.domain.companion import Companion, KeptFile, Part
from cliphook.domain.companions import companion_of, wanted_companions
from cliphook.domain.due import Work, sweep_at
from cliphook.domain.job import Job
from cliphook.domain.plan import Option
from cliphook.domain.report import (
    Accompanied,
    Canceled,
    ClipArchived,
    ClipLost,
    Nudged,
    Report,
    ReportedClip,
    Via,
)
from cliphook.domain.request import MusicRequest, Operation, OutputFormat
from cliphook.domain.status import Stage, Status
from tests.support.makers import (
    PACE,
    accepted,
    at,
    claimed,
    new_job,
    passport,
    progressed,
    said_clip,
    told,
)

COVER = "https://files.example.test/one.jpeg"
EVERYTHING = (Option("sunoapi", "V5", PACE, companions=("timed_lyrics", "wav")),)


def covered(url: str | None = COVER) -> ReportedClip:
    return replace(said_clip(), image_url=url)


def whole(clip: ReportedClip, seconds: float = 60) -> Report:
    return progressed(Stage.COMPLETE, clip, via=Via.POLL, seconds=seconds)


def complete(clip: ReportedClip | None = None, job: Job | None = None) -> Job:
    return told(claimed(), accepted(), whole(clip or covered()), job=job or new_job())


def kept(part: Part = Part.IMAGE, seconds: float = 70, sha256: str = "cd" * 32) -> Accompanied:
    file = KeptFile(f"clips/{sha256}.jpg", sha256, 9_000, "image/jpeg", at(seconds))
    return Accompanied("one", part, Companion(file=file), at(seconds))


def lost(part: Part = Part.IMAGE, seconds: float = 70) -> Accompanied:
    return Accompanied("one", part, Companion(loss=(at(seconds), "http_404")), at(seconds))


def wanted(job: Job) -> list[Part]:
    return [part for _, part in wanted_companions(job)]


def orders(job: Job, report: Report) -> list[tuple[Work, Part | None]]:
    change = apply(job, report)
    assert isinstance(change, Change)
    return [(order.work, order.part) for order in change.orders]


def test_a_cover_is_ordered_behind_the_audio_once_the_music_is_there() -> None:
    before = told(claimed(), accepted())

    assert orders(before, whole(covered())) == [(Work.ARCHIVE, None), (Work.ARCHIVE, Part.IMAGE)]


def test_a_cover_that_only_a_callback_names_is_never_wanted() -> None:
    claim = progressed(Stage.COMPLETE, covered())

    assert wanted(told(claimed(), accepted(), claim)) == []
    assert wanted(told(claimed(), accepted(), claim, whole(covered(None)))) == []


def test_nothing_is_wanted_before_a_jobs_end() -> None:
    first = progressed(Stage.FIRST, covered(), via=Via.POLL)

    assert wanted(told(claimed(), accepted(), first)) == []


def test_the_cover_of_a_late_clip_is_wanted_too() -> None:
    late = told(claimed(), accepted(), Canceled(at(10)), whole(covered()))

    assert wanted(late) == [Part.IMAGE]


@pytest.mark.parametrize("report", [kept(), lost()])
def test_what_is_kept_or_given_up_is_not_wanted_any_more(report: Report) -> None:
    assert wanted(told(report, job=complete())) == []


def test_a_companion_moves_no_status_announces_nothing_and_costs_nothing() -> None:
    archived = told(ClipArchived("one", passport(), at(65)), job=complete())
    given_up = told(ClipLost("one", "http_404", at(65)), job=complete())

    for job in (complete(), archived, given_up):
        for report in (kept(), lost()):
            change = apply(job, report)
            assert isinstance(change, Change)
            assert (change.events, change.entries, change.spend) == ((), (), None)
            assert (change.job.status, change.job.is_done) == (job.status, job.is_done)


def test_a_job_is_done_without_the_cover_and_the_sweep_still_looks_for_it() -> None:
    job = told(ClipArchived("one", passport(), at(65)), job=complete())

    assert (job.status, job.is_done) == (Status.ARCHIVED, True)
    assert sweep_at(job) == at(60 + 1800)
    assert sweep_at(told(Nudged(at(1900)), job=job)) == at(1900 + 1800)
    assert sweep_at(told(kept(), job=job)) is None
    # Audio is looked after sooner.
    assert sweep_at(complete()) == at(120)


def test_an_order_that_was_lost_is_made_again_by_the_sweep() -> None:
    job = told(ClipArchived("one", passport(), at(65)), job=complete())

    assert orders(job, Nudged(at(200))) == [(Work.ARCHIVE, Part.IMAGE)]


def test_no_provider_is_asked_for_more_than_an_operator_wants() -> None:
    route = (Option("sunoapi", "V5", PACE), *EVERYTHING)

    assert wanted(complete(said_clip(), new_job(route=route))) == []
    other = replace(claimed(), option=1)
    second = told(other, accepted(), whole(said_clip()), job=new_job(route=route))
    assert wanted(second) == [Part.TIMED_LYRICS, Part.WAV]


def test_what_the_provider_makes_is_asked_for_and_then_fetched() -> None:
    before = told(claimed(), accepted(), job=new_job(route=EVERYTHING))
    ordered = orders(before, whole(said_clip()))
    assert ordered[1:] == [(Work.POLL, Part.TIMED_LYRICS), (Work.POLL, Part.WAV)]

    job = told(whole(said_clip()), job=before)
    begun = Accompanied("one", Part.WAV, Companion(task_id="wav-1"), at(70))
    assert orders(job, begun) == []
    found = Accompanied("one", Part.WAV, Companion(url="https://files.example.test/1.wav"), at(80))
    assert orders(told(begun, job=job), found) == [(Work.ARCHIVE, Part.WAV)]


def song(**changes: object) -> Job:
    request = MusicRequest(prompt="A calm piano", model="sunoapi/V5", **changes)  # type: ignore[arg-type]
    return new_job(route=EVERYTHING, request=request)


def test_only_songs_with_words_are_timed() -> None:
    assert wanted(complete(said_clip(), song(instrumental=True))) == [Part.WAV]
    assert wanted(complete(replace(said_clip(), lyrics=" "), song())) == [Part.WAV]
    assert wanted(complete(replace(said_clip(), lyrics=None), song(lyrics="La"))) == [
        Part.TIMED_LYRICS,
        Part.WAV,
    ]


def test_nothing_is_bought_beside_what_is_no_song_or_was_not_paid_for() -> None:
    for operation in (Operation.SEPARATE, Operation.SOUNDS, Operation.LYRICS):
        assert wanted(complete(said_clip(), song(operation=operation))) == []
    late = told(
        claimed(), accepted(), Canceled(at(10)), whole(said_clip()), job=new_job(route=EVERYTHING)
    )
    assert wanted(late) == []


def test_nothing_is_bought_beside_a_clip_that_came_after_the_end() -> None:
    job = complete(said_clip(), new_job(route=EVERYTHING))
    more = progressed(Stage.COMPLETE, said_clip(), said_clip("two", 1), via=Via.POLL, seconds=90)

    after = told(more, job=job)

    assert [clip.provider_clip_id for clip in after.results] == ["one", "two"]
    assert {clip.provider_clip_id for clip, _ in wanted_companions(after)} == {"one"}


def test_a_wave_file_needs_no_twin() -> None:
    job = song(output_format=OutputFormat.WAV)

    assert Part.WAV not in wanted(complete(said_clip(), job))


def test_of_two_who_are_about_to_ask_only_the_first_is_news() -> None:
    job = complete(said_clip(), new_job(route=EVERYTHING))
    one = Accompanied("one", Part.WAV, Companion(asked=(1, at(70))), at(70))
    other = Accompanied("one", Part.WAV, Companion(asked=(1, at(71))), at(71))

    job = told(one, job=job)

    assert apply(job, other) is None
    assert companion_of(job.results[0], Part.WAV).asked == (1, at(70))


def test_the_oldest_file_counts_whoever_is_heard_first() -> None:
    early, late = kept(seconds=70), kept(seconds=90, sha256="ab" * 32)

    one_way = told(early, late, job=complete())
    other_way = told(late, early, job=complete())

    assert companion_of(one_way.results[0], Part.IMAGE).file == early.companion.file
    assert one_way.clips == other_way.clips
