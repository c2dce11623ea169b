"""
The providers' wire formats, as their documents have them: answers, callbacks and questions.

What is written is the least that each document shows; `events/wire` has the whole of it.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import httpx

from tests.simulator.courses import State
from tests.simulator.scenario import Reply

type Told = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Track:
    """A clip, and where it and its cover can be fetched once they are there."""

    id: str
    url: str
    cover: str | None = None


class Wire(Protocol):
    """A format."""

    host: str
    model: str

    def callback_url(self, body: Mapping[str, Any]) -> str | None:
        """Read where a submission wants to be called back."""
        ...

    def created(self, task_id: str, tracks: Sequence[Track]) -> Told:
        """Say that a job was taken, or done."""
        ...

    def refused(self, reply: Reply) -> Told:
        """Say no, or say nothing that can be understood."""
        ...

    def task_id(self, request: httpx.Request) -> str:
        """Read which task a question is about."""
        ...

    def polled(self, task_id: str, state: State, tracks: Sequence[Track]) -> Told:
        """Say how far a task is."""
        ...

    def callback(self, task_id: str, state: State, tracks: Sequence[Track]) -> str:
        """Write a callback."""
        ...


def _audible(state: State, tracks: Sequence[Track]) -> list[str]:
    """Tell which tracks have audio: with `first` one of them, at the end all."""
    if state is State.COMPLETE:
        return [track.id for track in tracks]
    return [tracks[0].id] if state is State.FIRST else []


class Suno:
    """The suno format, of sunoapi and apikley."""

    def __init__(self, host: str, no_credit: int, busy: int) -> None:
        self.host = host
        self.model = "V5"
        self._codes = {Reply.REFUSE: no_credit, Reply.REFUSE_FOR_NOW: busy}

    def callback_url(self, body: Mapping[str, Any]) -> str | None:
        url: str | None = body.get("callBackUrl")
        return url

    def created(self, task_id: str, tracks: Sequence[Track]) -> Told:  # noqa: ARG002
        return 200, {"code": 200, "msg": "success", "data": {"taskId": task_id}}

    def refused(self, reply: Reply) -> Told:
        """Say no by a code in the body; the HTTP status is not documented."""
        if reply is Reply.TAKE_WITHOUT_ID:
            return 200, {"code": 200, "msg": "success", "data": {}}
        if reply in {Reply.BREAK, Reply.TAKE_AND_BREAK}:
            return 500, {"code": 500, "msg": "Internal Error, Please try again later."}
        quiet = reply is Reply.REFUSE_QUIETLY
        code = self._codes[Reply.REFUSE if quiet else reply]
        return (200 if quiet else code), {"code": code, "msg": "Not this time.", "data": None}

    def task_id(self, request: httpx.Request) -> str:
        return request.url.params["taskId"]

    def polled(self, task_id: str, state: State, tracks: Sequence[Track]) -> Told:
        words = {
            State.PENDING: "PENDING",
            State.TEXT: "TEXT_SUCCESS",
            State.FIRST: "FIRST_SUCCESS",
            State.COMPLETE: "SUCCESS",
            State.ERROR: "GENERATE_AUDIO_FAILED",
        }
        audible = _audible(state, tracks)
        shown = [] if state in {State.PENDING, State.ERROR} else tracks
        items = [
            {
                "id": track.id,
                "audioUrl": track.url if track.id in audible else "",
                "title": "Tide",
                **({"imageUrl": track.cover} if track.cover else {}),
            }
            for track in shown
        ]
        response = {"taskId": task_id, "sunoData": items} if items else None
        data = {"taskId": task_id, "status": words[state], "response": response}
        return 200, {"code": 200, "msg": "success", "data": data}

    def callback(self, task_id: str, state: State, tracks: Sequence[Track]) -> str:
        audible = _audible(state, tracks)
        items = [
            {
                "id": track.id,
                "audio_url": track.url if track.id in audible else "",
                "title": "Tide",
                **({"image_url": track.cover} if track.cover else {}),
            }
            for track in tracks
        ]
        is_error = state is State.ERROR
        inner = {
            "callbackType": state.value,
            "task_id": task_id,
            "data": None if is_error else items,
        }
        return json.dumps({"code": 500 if is_error else 200, "msg": "told", "data": inner})


_STATUSES: Final[Mapping[Reply, tuple[int, str]]] = {
    Reply.REFUSE: (402, "insufficient_balance"),
    Reply.REFUSE_QUIETLY: (422, "validation_error"),
    Reply.REFUSE_FOR_NOW: (429, "rate_limited"),
    Reply.BREAK: (500, "internal_error"),
    Reply.TAKE_AND_BREAK: (502, "bad_gateway"),
}


class Stratizon:
    """The format of a provider that can only be asked."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.model = "suno-5.5"

    def callback_url(self, _: Mapping[str, Any]) -> str | None:
        return None

    def created(self, task_id: str, tracks: Sequence[Track]) -> Told:  # noqa: ARG002
        return 200, {"task_id": task_id, "status": "queued", "model": self.model}

    def refused(self, reply: Reply) -> Told:
        if reply is Reply.TAKE_WITHOUT_ID:
            return 200, {"status": "queued"}
        status, code = _STATUSES[reply]
        return status, {"error": {"code": code, "message": "Not this time."}}

    def task_id(self, request: httpx.Request) -> str:
        return request.url.path.rpartition("/")[2]

    def polled(self, task_id: str, state: State, tracks: Sequence[Track]) -> Told:
        if state is State.ERROR:
            error = {"code": "upstream_failed", "message": "Generation failed"}
            return 200, {"task_id": task_id, "status": "failed", "error": error}
        if state is not State.COMPLETE:
            return 200, {"task_id": task_id, "status": "running"}
        clips = [{"artifact_id": track.id, "audio_url": track.url} for track in tracks]
        return 200, {"task_id": task_id, "status": "succeeded", "output": {"clips": clips}}

    def callback(self, *_: Any) -> str:
        raise NotImplementedError


class Infery:
    """The format of a provider whose answer is the music itself."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.model = "suno-v4"

    def callback_url(self, _: Mapping[str, Any]) -> str | None:
        return None

    def created(self, task_id: str, tracks: Sequence[Track]) -> Told:  # noqa: ARG002
        data = [{"url": track.url, "duration_seconds": 61.4} for track in tracks]
        return 200, {"created": 1763726400, "data": data}

    def inline(self, bodies: Sequence[bytes]) -> Told:
        """Bring the music in the answer itself."""
        texts = [base64.b64encode(body).decode() for body in bodies]
        data = [{"b64_audio": text, "duration_seconds": 30} for text in texts]
        return 200, {"created": 1763726400, "data": data}

    def refused(self, reply: Reply) -> Told:
        if reply is Reply.TAKE_WITHOUT_ID:
            return 200, {"created": 1763726400, "data": None}
        status, code = _STATUSES[reply]
        return status, {"error": {"code": code, "message": "Not this time."}}

    def task_id(self, request: httpx.Request) -> str:
        return request.url.path.rpartition("/")[2]

    def polled(self, task_id: str, state: State, tracks: Sequence[Track]) -> Told:
        raise NotImplementedError

    def callback(self, *_: Any) -> str:
        raise NotImplementedError


def make_wires() -> Mapping[str, Wire]:
    """Make every provider's format, by the provider's name."""
    return {
        "sunoapi": Suno("api.sunoapi.org", no_credit=429, busy=430),
        "apikley": Suno("api.apikley.ru", no_credit=402, busy=429),
        "stratizon": Stratizon("api.stratizon.test"),
        "infery": Infery("api.infery.ai"),
    }
