"""
What a provider of the suno format makes of a track besides: its words in time, and a WAV file.

The words come in the answer itself. A WAV file is a task of its own with an address of its own;
to ask for one again is a 409, and costs nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final

from pydantic import AliasChoices, Field

from cliphook.adapters.providers.provider import Call, Recipe, Refusal
from cliphook.adapters.providers.suno_wire import CodeBody, TaskId, spelled
from cliphook.adapters.wire import Duration, Link, Text, Wire, parse_wire
from cliphook.domain.companion import Begun, Denied, Found, Made, Part, Timed, TimedWord
from cliphook.domain.errors import UnansweredPollError, UnreadableReportError

OK: Final = 200
EXISTS: Final = 409
WORDS_MAX: Final = 5_000

_WAV_LOOK: Final = "/api/v1/wav/record-info"
_FAILED: Final = frozenset({"CREATE_TASK_FAILED", "GENERATE_WAV_FAILED", "FAILED"})

type Refusals = Mapping[int, Refusal]


class _Word(Wire):
    text: Text = Field(None, alias="word")
    start_s: Duration = Field(None, alias="startS")
    end_s: Duration = Field(None, alias="endS")


class _Aligned(Wire):
    words: Annotated[tuple[_Word, ...], Field(max_length=WORDS_MAX)] = Field(
        (), alias="alignedWords"
    )


class _AlignedBody(CodeBody):
    data: _Aligned | None = None


class _Begun(Wire):
    task_id: TaskId = spelled("task_id")


class _BegunBody(CodeBody):
    data: _Begun | None = None


class _Wave(Wire):
    url: Link = spelled("audio_wav_url")


class _Record(Wire):
    status: str = Field(validation_alias=AliasChoices("successFlag", "status"))
    response: _Wave | None = None


class _RecordBody(CodeBody):
    data: _Record | None = None


def write_words(task_id: str, clip_id: str, _: str) -> Call:
    """Write the question when each word is sung."""
    body = {"taskId": task_id, "audioId": clip_id}
    return Call("POST", "/api/v1/generate/get-timestamped-lyrics", body=body)


def read_words(body: bytes, refusals: Refusals) -> Made:
    """Read its answer; raises `UnansweredPollError` for one that tells nothing."""
    answer = _parse(_AlignedBody, body)
    if answer.code != OK:
        return _denied(answer.code, refusals)
    words = tuple(_words(answer.data)) if answer.data else ()
    return Timed(words) if words else Denied("no_words")


def write_wav(task_id: str, clip_id: str, callback_url: str) -> Call:
    """Write the wish for a WAV file. The form wants a callback's address; we look by ourselves."""
    body = {"taskId": task_id, "audioId": clip_id, "callBackUrl": callback_url}
    return Call("POST", "/api/v1/wav/generate", body=body)


def read_wav(body: bytes, refusals: Refusals) -> Made:
    """Read its answer, likewise; where there is one already, nobody says which task it was."""
    answer = _parse(_BegunBody, body)
    if answer.code == OK and answer.data and answer.data.task_id:
        return Begun(answer.data.task_id)
    if answer.code == EXISTS:
        return Denied("made_before")
    return _denied(answer.code, refusals)


def write_look(task_id: str) -> Call:
    """Write the question how far a WAV file is."""
    return Call("GET", _WAV_LOOK, query={"taskId": task_id})


def read_look(task_id: str, body: bytes) -> Made:
    """Read its answer; a file that is there counts for more than a word that is not known."""
    record = _parse(_RecordBody, body).data
    if not record:
        raise UnansweredPollError
    if record.response and record.response.url:
        return Found(record.response.url)
    return Denied("generation_failed") if record.status in _FAILED else Begun(task_id)


def recipes(parts: frozenset[Part], refusals: Refusals) -> Mapping[Part, Recipe]:
    """Tell how those parts are come by that an operator wants."""
    known = {
        Part.TIMED_LYRICS: Recipe(write_words, lambda body: read_words(body, refusals)),
        Part.WAV: Recipe(write_wav, lambda body: read_wav(body, refusals), write_look, read_look),
    }
    return {part: recipe for part, recipe in known.items() if part in parts}


def _words(aligned: _Aligned) -> Iterator[TimedWord]:
    for word in aligned.words:
        if word.text and word.start_s is not None and word.end_s is not None:
            yield TimedWord(word.text, word.start_s, max(word.start_s, word.end_s))


def _denied(code: int | None, refusals: Refusals) -> Denied:
    """Tell why there will be none; what the provider says for now is no answer."""
    refusal = refusals.get(code or 0)
    if not refusal or refusal.may_retry:
        raise UnansweredPollError
    return Denied(refusal.code.value)


def _parse[T: Wire](model: type[T], body: bytes) -> T:
    try:
        return parse_wire(model, body)
    except UnreadableReportError as error:
        raise UnansweredPollError from error
