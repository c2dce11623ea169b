"""The line to a provider: time passes while a caller waits on it, and what comes is overheard."""

import base64
import json
import re
import socket
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import httpx

from cliphook.adapters.tls import tls_context
from tests.support.fast_time import FastTime

# By our own clock, which counts only where no time is played at all: a busy machine may take a
# minute over a few seconds of it.
REAL_S: Final = 600

_MARKER: Final = re.compile(rb"\[\[sim:([\w-]+)\]\]")
_DATA_URL: Final = re.compile(r"data:[\w/]+;base64,")


@dataclass(frozen=True, slots=True)
class Sent:
    """One result as a provider sent it: a link to its audio, or the audio itself, or both."""

    url: str | None
    sha256: str | None
    size_bytes: int


class Line(httpx.BaseTransport):
    """
    A line to one provider, dialled anew for every call.

    For a scenario in which the provider lets time pass before it answers, it does pass, and the
    limit of the wait counts in it. Results that are overheard are listed by their scenario, and
    where a poll brought them, by their task.
    """

    def __init__(
        self, time: FastTime, is_patient: Callable[[str], bool], *, overhears: bool
    ) -> None:
        """Begin with nothing overheard, and listen only where one `overhears`."""
        self.sent: Mapping[str, list[Sent]] = defaultdict(list)
        self._time = time
        self._is_patient = is_patient
        self._overhears = overhears

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Make one call."""
        marker = _MARKER.search(request.content)
        scenario = marker[1].decode() if marker else ""
        transport = httpx.HTTPTransport(verify=tls_context(), trust_env=False)
        is_patient = scenario and self._is_patient(scenario)
        with _Wait(request, self._time) if is_patient else nullcontext():
            answer = transport.handle_request(request)
        name = scenario or request.url.path.rpartition("/")[2]
        hear = self._hear if self._overhears else None
        return httpx.Response(
            answer.status_code,
            headers=answer.headers,
            stream=_Stream(answer, transport, hear and (lambda body: hear(name, body))),
        )

    def _hear(self, name: str, body: bytes) -> None:
        try:
            told = json.loads(body)
        except ValueError:
            return
        found = (told.get("result") or told).get("data") or []
        if found:
            self.sent[name][:] = map(_sent, found)


class _Wait:
    """A wait that time passes in; it is over when its limit has come, by that time."""

    def __init__(self, request: httpx.Request, time: FastTime) -> None:
        limits = request.extensions["timeout"]
        request.extensions["timeout"] = limits | {"read": REAL_S}
        request.extensions["trace"] = self._trace
        self._socket: socket.socket | None = None
        self._is_over = self._is_cut = False
        self._passing = time.passing()
        time.after(limits["read"], self._cut)

    def __enter__(self) -> None:
        self._passing.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        self._is_over = True
        self._passing.__exit__(None, None, None)
        if kind and self._is_cut:
            raise httpx.ReadTimeout("The time that was waited for has passed.")

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._socket = info["return_value"].get_extra_info("socket")

    def _cut(self) -> None:
        if self._socket and not self._is_over:
            self._is_cut = True
            self._socket.shutdown(socket.SHUT_RDWR)


class _Stream(httpx.SyncByteStream):
    """An answer's body, of which a copy is kept where somebody wants to hear it."""

    def __init__(
        self,
        answer: httpx.Response,
        transport: httpx.HTTPTransport,
        hear: Callable[[bytes], None] | None,
    ) -> None:
        self._answer = answer
        self._transport = transport
        self._hear = hear
        self._body = bytearray()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._answer.iter_raw():
            if self._hear:
                self._body += chunk
            yield chunk

    def close(self) -> None:
        self._answer.close()
        self._transport.close()
        if self._hear:
            self._hear(bytes(self._body))


def _sent(item: Mapping[str, Any]) -> Sent:
    text = _DATA_URL.sub("", item.get("b64_audio") or "", count=1)
    try:
        audio = base64.b64decode(text, validate=True)
    except ValueError:
        audio = b""
    return Sent(item.get("url"), sha256(audio).hexdigest() if audio else None, len(audio))
