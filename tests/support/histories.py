"""Jobs as they may be found on the table: any request, and whatever may be reported of it."""

from decimal import Decimal

from hypothesis import strategies as st

from cliphook.domain.change import Change, apply, begin
from cliphook.domain.companion import Companion, Part
from cliphook.domain.ids import ClipId, FileId, JobId
from cliphook.domain.job import JobError
from cliphook.domain.plan import Lineage, Option, Pace
from cliphook.domain.report import (
    Abandoned,
    Accepted,
    Accompanied,
    Canceled,
    Claimed,
    ClipArchived,
    ClipLost,
    Expired,
    Failure,
    Nudged,
    Postponed,
    Progress,
    Recalled,
    Refused,
    ReportedClip,
    Said,
    Silence,
    Unanswered,
    Unsent,
    Via,
)
from cliphook.domain.request import (
    Image,
    MusicRequest,
    Operation,
    OutputFormat,
    PersonaKind,
    Routing,
    Sound,
    Source,
    Stems,
    VocalGender,
)
from cliphook.domain.status import Stage
from tests.support.makers import at, kept_file, new_job, passport

# Whatever UTF-8 can say, the empty text as well.
texts = st.text(st.characters(codec="utf-8"), max_size=20)
names = st.sampled_from(["one", "two", "drei 🎵"])
times = st.floats(min_value=0, max_value=9000, allow_nan=False).map(at)
weights = st.integers(min_value=0, max_value=100).map(lambda part: Decimal(part) / 100)
# Mostly the attempt and the task that there are, so that most reports change something.
numbers = st.sampled_from([1, 1, 1, 2])
task_ids = st.sampled_from(["task-1", "task-1", "task-1", "task-2"])

pictures = st.builds(Image, texts, st.none() | texts, st.none() | texts.map(FileId))
sources = st.builds(Source, texts.map(ClipId)) | st.builds(Source, url=texts)
sounds = st.builds(Sound, st.none() | st.booleans(), st.none() | st.integers(1, 300), texts)

requests = st.builds(
    MusicRequest,
    operation=st.sampled_from(Operation),
    model=texts,
    routing=st.builds(
        Routing, st.lists(texts, max_size=2).map(tuple), st.booleans(), st.none() | weights
    ),
    **{name: st.none() | texts for name in ("prompt", "lyrics", "style", "title")},
    instrumental=st.booleans(),
    negative_style=st.none() | texts,
    vocal_gender=st.none() | st.sampled_from(VocalGender),
    style_weight=st.none() | weights,
    weirdness=st.none() | weights,
    audio_weight=st.none() | weights,
    persona_id=st.none() | texts,
    persona_kind=st.none() | st.sampled_from(PersonaKind),
    images=st.lists(pictures, max_size=2).map(tuple),
    source=st.none() | sources,
    continue_at_s=st.none() | weights,
    keep_source_settings=st.booleans(),
    stems=st.none() | st.sampled_from(Stems),
    sound=st.none() | sounds,
    provider_options=st.dictionaries(texts.filter(bool), st.just('{"a": 0.1}'), max_size=2),
    duration_s=st.none() | st.integers(min_value=1, max_value=600),
    output_format=st.sampled_from(OutputFormat),
    # A request's reader refuses empty names, and so does DynamoDB.
    metadata=st.dictionaries(texts.filter(bool), texts, max_size=2),
)

paces = st.builds(
    Pace,
    *[st.integers(min_value=10, max_value=7200)] * 5,
    is_polled=st.booleans(),
)
# From the least that there is to more than anything costs, as an operator may write it.
amounts = st.decimals(min_value="0.0001", max_value=1_000_000, places=4)
options = st.builds(
    Option,
    texts,
    texts,
    paces,
    st.none() | amounts,
    texts,
    clips=st.none() | st.integers(min_value=1, max_value=4),
    companions=st.lists(st.sampled_from(["timed_lyrics", "wav", "video"]), max_size=2).map(tuple),
)
routes = st.lists(options, max_size=3).map(tuple)
lineages = st.builds(
    Lineage,
    **{
        name: st.none() | texts
        for name in ("provider", "model", "task_id", "provider_clip_id", "key", "url")
    },
    index=st.integers(min_value=0, max_value=15),
    picture_keys=st.lists(st.none() | texts, max_size=2).map(tuple),
)

passports = st.builds(passport, names, st.integers(min_value=0, max_value=9000))
companions = st.builds(
    Companion,
    file=st.none() | st.builds(kept_file, names, st.integers(min_value=0, max_value=9000)),
    loss=st.none() | st.tuples(times, texts),
    asked=st.none() | st.tuples(st.integers(min_value=1, max_value=3), times),
    task_id=st.none() | texts,
    url=st.none() | texts,
)
# Who asks for the so many-th time is settled by a commit, so there is one time for each number.
companion_facts = st.builds(
    Companion,
    file=st.none() | st.builds(kept_file, names, st.integers(2, 7000)),
    loss=st.none() | st.tuples(times, st.sampled_from(["http_404", "not_image"])),
    asked=st.none() | st.integers(1, 3).map(lambda number: (number, at(300 + number))),
    task_id=st.none() | st.sampled_from(["task-1", "task-2"]),
    url=st.none()
    | st.sampled_from(["https://files.example.test/1", "https://files.example.test/2"]),
)
errors = st.builds(JobError, texts, texts, st.none() | texts)
clips = st.builds(
    ReportedClip,
    names,
    index=st.integers(min_value=0, max_value=15),
    **{
        name: st.none() | texts
        for name in (
            "title",
            "lyrics",
            "style",
            "audio_url",
            "source_url",
            "stream_url",
            "image_url",
        )
    },
    duration_s=st.none() | st.decimals(min_value=0, max_value=86400, places=3),
    passport=st.none() | passports,
)
progresses = st.builds(
    Progress,
    st.none() | task_ids,
    st.sampled_from(Stage),
    st.lists(clips, max_size=3).map(tuple),
)
words = st.one_of(
    st.builds(Silence),
    st.builds(Failure, st.none() | task_ids, errors),
    progresses,
)
heard = st.builds(Said, numbers, words, st.sampled_from(Via), times)
progress = st.builds(Said, numbers, progresses, st.sampled_from(Via), times)
others = (
    st.builds(Claimed, numbers, texts, times),
    st.builds(Accepted, numbers, task_ids, times),
    st.builds(Accepted, numbers, st.none(), times, progresses),
    st.builds(
        Postponed, numbers, times, st.just(0), texts, times, st.booleans(), st.none() | times
    ),
    st.builds(Abandoned, errors, times),
    st.builds(Refused, numbers, errors, st.booleans(), times),
    st.builds(Unsent, numbers, errors, times),
    st.builds(Unanswered, numbers, errors, times),
    st.builds(ClipArchived, names, passports, times),
    st.builds(ClipLost, names, texts, times),
    st.builds(Accompanied, names, st.sampled_from(Part), companions, times),
    st.builds(Expired, times),
    st.builds(Canceled, times),
    st.builds(Nudged, times),
    st.builds(Recalled, times),
)
# Half of what is reported is progress.
reports = st.booleans().flatmap(lambda more: progress if more else st.one_of(heard, *others))

# So that most stories get past their beginning.
busy = JobError("provider_rate_limited", "Not now.", "430")
again = (
    Claimed(1, "request-1", at(1)),
    Refused(1, busy, may_retry=True, at=at(2)),
    Claimed(2, "two", at(9)),
)
openings = ((Claimed(1, "request-1", at(1)), Accepted(1, "task-1", at(2))), again, ())


_free: st.SearchStrategy[Decimal | None] = st.none()


@st.composite
def histories(
    draw: st.DrawFn, charges: st.SearchStrategy[Decimal | None] = _free
) -> tuple[Change, ...]:
    """Draw the commits of one job, from its first to whichever is its last."""
    number = draw(st.integers(min_value=0, max_value=10**12))
    job = new_job(
        id=JobId(f"job_{number:026d}"),
        request=draw(requests),
        route=draw(routes),
        lineage=draw(st.none() | lineages),
        charge=draw(charges),
    )
    told = [
        *draw(st.sampled_from(openings)),
        *draw(st.lists(reports, min_size=2, max_size=12)),
    ]
    changes = [begin(job)]
    for report in told:
        change = apply(changes[-1].job, report)
        if isinstance(change, Change):
            changes.append(change)
    return tuple(changes)
