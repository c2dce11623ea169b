"""Whatever a client or a provider wrote becomes text that every container can hold."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cliphook.domain.report import Via
from cliphook.domain.request import MusicRequest
from cliphook.domain.status import Stage
from cliphook.domain.tags import (
    AI_COMMENT,
    AI_SOURCE_TYPE,
    LINE_CHARACTERS_MAX,
    LYRICS_CHARACTERS_MAX,
    Field,
    Tags,
    copy_key,
    tags_of,
)
from tests.support.makers import (
    accepted,
    claimed,
    completed,
    new_job,
    passport,
    progressed,
    said_clip,
    told,
)

ANYTHING = st.text(st.characters(), max_size=700)


def test_what_is_said_of_a_clip_is_what_the_api_shows_of_it() -> None:
    job = completed()

    assert tags_of(job, job.clips["one"]) == Tags(
        provider="sunoapi",
        job_id=job.id,
        model="V5",
        title="Iron Man",
        lyrics="[Verse]\nNight city lights",
    )


def test_what_a_provider_does_not_say_is_as_it_was_asked_for() -> None:
    asked = MusicRequest(lyrics="La la", title="A song", model="sunoapi/V5")
    said = replace(said_clip(), title=None, lyrics=None)
    job = told(
        claimed(),
        accepted(),
        progressed(Stage.COMPLETE, said, via=Via.POLL),
        job=new_job(request=asked),
    )

    tags = tags_of(job, job.clips["one"])

    assert (tags.title, tags.lyrics) == ("A song", "La la")


def test_a_copy_lies_under_its_account_and_job_by_its_file_and_what_it_says() -> None:
    job = completed()
    clip, known = job.clips["one"], passport()
    tags = tags_of(job, clip)

    key = copy_key(job, clip, known, tags)

    folder, _, name = key.rpartition("/")
    assert folder == f"tagged/{job.account_id}/{job.id}/{clip.id}"
    assert re.fullmatch(rf"{known.sha256}\.[0-9a-f]{{64}}\.mp3", name)
    assert key == copy_key(job, clip, known, tags)
    assert key != copy_key(job, clip, known, replace(tags, title="Another"))
    assert key != copy_key(job, clip, replace(known, sha256="cd" * 32), tags)


def test_a_copy_says_all_that_is_known() -> None:
    tags = Tags("sunoapi", "job_1", model="suno-v5", title="A song", lyrics="La\nla")

    assert tags.texts() == {
        Field.TITLE: "A song",
        Field.LYRICS: "La\nla",
        Field.COMMENT: "AI-generated",
        Field.MODEL: "suno-v5",
        Field.PROVIDER: "sunoapi",
        Field.JOB: "job_1",
        Field.SOURCE_TYPE: AI_SOURCE_TYPE,
    }


def test_what_is_not_known_is_not_said() -> None:
    texts = Tags("sunoapi", "job_1", title=" \n", lyrics="\x00").texts()

    assert texts.keys() == {Field.COMMENT, Field.PROVIDER, Field.JOB, Field.SOURCE_TYPE}


def test_a_title_is_one_line() -> None:
    texts = Tags("p", "j", title="One\r\n two\x00three\u2028\x1b[31m four\ud800").texts()

    assert texts[Field.TITLE] == "One two three [31m four"


def test_lyrics_keep_their_lines_and_nothing_that_ends_a_text() -> None:
    texts = Tags("p", "j", lyrics="[Verse]\r\nOne\x00\x1f\rtwo\n\n[Chorus]\n").texts()

    assert texts[Field.LYRICS] == "[Verse]\nOne\ntwo\n\n[Chorus]"


def test_long_texts_are_cut() -> None:
    texts = Tags("p", "j", title="ä" * 1_000, lyrics="la\n" * 100_000).texts()

    assert texts[Field.TITLE] == "ä" * LINE_CHARACTERS_MAX
    assert len(texts[Field.LYRICS]) <= LYRICS_CHARACTERS_MAX


@given(title=ANYTHING, lyrics=ANYTHING, model=ANYTHING, name=ANYTHING)
def test_any_text_can_be_written_and_the_mark_always_stands(
    title: str, lyrics: str, model: str, name: str
) -> None:
    texts = Tags(name, name, model=model, title=title, lyrics=lyrics).texts()

    assert texts[Field.COMMENT] == AI_COMMENT
    for field, text in texts.items():
        assert text.encode()
        assert b"\0" not in text.encode()
        assert "\n" not in text or field is Field.LYRICS
