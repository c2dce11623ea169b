"""Each sample of the suno format becomes what it says."""

from dataclasses import replace

import pytest

from cliphook.adapters.providers.provider import Declined, Doubtful, Taken
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.report import Failure, Silence, Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage
from tests.support import samples
from tests.support.samples import TUNES, stems

ROWS = sorted(TUNES)
TWO = ("Vocals", "Instrumental")
# Two of the twelve are silent.
ALL = (
    *("Vocals", "Backing vocals", "Drums", "Bass", "Guitar"),
    *("Keyboard", "Percussion", "Strings", "Synth", "Effects"),
)


def progress(provider: str) -> dict[str, Word]:
    """Say what the samples in which all goes well must become."""
    return called_back(provider) | polled(provider)


def called_back(provider: str) -> dict[str, Word]:
    tune = TUNES[provider]
    one, two = tune.clips
    untitled = [replace(clip, title=clip.provider_clip_id, lyrics=None) for clip in tune.clips]
    sourced = [
        replace(clip, source_url=f"https://cdn.{provider}.test/{clip.provider_clip_id}.mp3")
        for clip in tune.clips
    ]
    complete = tune.at(Stage.COMPLETE, one, two)
    return {
        "text_a": tune.at(Stage.TEXT, *tune.silent),
        "text_b": tune.at(Stage.TEXT),
        "text_c": tune.at(Stage.TEXT),
        "first": tune.at(Stage.FIRST, one, tune.silent[1]),
        "complete": complete,
        "complete_captured": tune.at(Stage.COMPLETE, *sourced),
        "complete_documented_time": complete,
        "complete_camel_id": complete,
        "complete_unwrapped": complete,
        "complete_unknown_fields": complete,
        "complete_without_audio": tune.at(Stage.COMPLETE, *tune.silent),
        "complete_instrumental": tune.at(Stage.COMPLETE, *untitled),
        "complete_lyrics": tune.at(Stage.COMPLETE, *tune.lyrics),
        "complete_lyrics_half": tune.at(Stage.COMPLETE, tune.lyrics[0]),
        "complete_stems_two": tune.at(Stage.COMPLETE, *stems(provider, *TWO)),
        "complete_stems_all": tune.at(Stage.COMPLETE, *stems(provider, *ALL)),
    }


def polled(provider: str) -> dict[str, Word]:
    tune = TUNES[provider]
    one, two = tune.clips
    complete = tune.at(Stage.COMPLETE, one, two, via_poll=True)
    lyrics = tune.at(Stage.COMPLETE, *tune.lyrics, via_poll=True)
    return {
        "record_info_pending": Silence(),
        "record_info_generating": Silence(),
        "record_info_callback_exception_empty": Silence(),
        "record_info_text_success": tune.at(Stage.TEXT, *tune.silent, via_poll=True),
        "record_info_first_success": tune.at(Stage.FIRST, one, tune.silent[1], via_poll=True),
        "record_info_success": complete,
        "record_info_callback_exception": complete,
        "record_info_lyrics_pending": Silence(),
        "record_info_lyrics_success": lyrics,
        "record_info_lyrics_callback_exception": lyrics,
        "record_info_stems_pending": Silence(),
        "record_info_stems_two": tune.at(Stage.COMPLETE, *stems(provider, *TWO), via_poll=True),
        "record_info_stems_all": tune.at(Stage.COMPLETE, *stems(provider, *ALL), via_poll=True),
    }


# Bodies of record-info's host that say nothing of the task.
UNANSWERED = {"credit", "record_info_too_fast", "record_info_unknown_task"}


def all_of(*prefixes: str) -> list[tuple[str, str]]:
    """Name every sample of every row whose name begins in one of some ways."""
    return [(row, name) for row in ROWS for name in samples.names(row) if name.startswith(prefixes)]


CREATED = all_of("created", "refused_")
POLLED = all_of("record_info_", "credit")
CALLED_BACK = all_of("text_", "first", "complete", "error_")
READ = {row: {name for at, name in CREATED + POLLED + CALLED_BACK if at == row} for row in ROWS}


def operation(name: str) -> Operation:
    """Tell from a sample's name which operation it is about; only polls have to be told."""
    others = {"stems": Operation.SEPARATE, "lyrics": Operation.LYRICS}
    return next((others[word] for word in others if word in name), Operation.GENERATE)


def read(provider: str, name: str) -> Word:
    """Read a callback or the answer to a poll, as its name says."""
    row, body = PROVIDERS[provider], samples.sample(provider, name)
    is_polled = (provider, name) in POLLED
    return row.read_polled(body, operation(name)) if is_polled else row.read_callback(body)


def is_read_as(word: Word, provider: str, name: str) -> bool:
    """Compare a word with what stands in the tables; of a failure, the two codes."""
    if name not in samples.FAILURES[provider]:
        return word == progress(provider)[name]
    ours, theirs = samples.FAILURES[provider][name]
    task_id = None if name.startswith("record_info") else TUNES[provider].task_id
    return (
        isinstance(word, Failure)
        and (word.error.code, word.error.provider_code) == (ours, theirs)
        and word.task_id == task_id
        and bool(word.error.message)
    )


@pytest.mark.parametrize(
    ("provider", "name"), [one for one in CALLED_BACK + POLLED if one[1] not in UNANSWERED]
)
def test_a_sample_becomes_what_it_says(provider: str, name: str) -> None:
    assert is_read_as(read(provider, name), provider, name)


@pytest.mark.parametrize(("provider", "name"), [one for one in POLLED if one[1] in UNANSWERED])
def test_an_answer_that_tells_nothing_of_the_task_is_none(provider: str, name: str) -> None:
    with pytest.raises(UnansweredPollError):
        read(provider, name)


@pytest.mark.parametrize("provider", ROWS)
def test_a_task_that_was_taken_is_taken(provider: str) -> None:
    creation = PROVIDERS[provider].read_created(
        200, samples.sample(provider, "created"), Operation.GENERATE
    )

    assert creation == Taken(TUNES[provider].task_id)


@pytest.mark.parametrize(("provider", "name"), [one for one in CREATED if one[1] != "created"])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_refusal_means_what_the_provider_documents(
    provider: str, name: str, *, mirrored: bool
) -> None:
    code = int(name.removeprefix("refused_"))
    body = samples.sample(provider, name)

    creation = PROVIDERS[provider].read_created(code if mirrored else 200, body, Operation.GENERATE)

    if code == 500:
        assert isinstance(creation, Doubtful)
    else:
        assert isinstance(creation, Declined)
        expected = samples.REFUSALS[provider][code]
        assert (creation.error.code, creation.may_retry) == expected
    assert creation.error.provider_code == str(code)
