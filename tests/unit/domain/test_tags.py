"""Whatever a client or a provider wrote becomes text that every container can hold."""

from hypothesis import given
from hypothesis import strategies as st

from cliphook.domain.tags import (
    AI_COMMENT,
    AI_SOURCE_TYPE,
    LINE_CHARACTERS_MAX,
    LYRICS_CHARACTERS_MAX,
    Field,
    Tags,
)

ANYTHING = st.text(st.characters(), max_size=700)


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
