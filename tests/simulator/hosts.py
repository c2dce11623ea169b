"""Audio hosts: strangers that serve files, whole or not."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import httpx

from tests.simulator.logs import Served
from tests.simulator.net import Reply
from tests.simulator.run import Run
from tests.simulator.scenario import Audio

# How long a signed link is good for, where links expire.
EXPIRES_S: Final = 60.0
HOUR_S: Final = 3600.0


@dataclass
class _File:
    body: bytes
    audio: Audio
    made_at: float
    served: int = 0


@dataclass
class Host:
    """One host, and the files that a provider has put there."""

    name: str
    run: Run
    files: dict[str, _File] = field(default_factory=dict[str, _File])

    def put(self, name: str, audio: Audio) -> str:
        """Keep a file, and tell its address."""
        self.files[f"/{name}.mp3"] = _File(tune(name), audio, self.run.now)
        return self.url(name)

    def put_cover(self, name: str, audio: Audio) -> str:
        """Keep a picture, and tell its address; its fate may be any that a file has."""
        path = f"/{name}.jpg"
        self.files[path] = _File(cover(name), audio, self.run.now)
        return f"https://{self.name}{path}"

    def url(self, name: str) -> str:
        """Tell a file's address, be it there or not."""
        return f"https://{self.name}/{name}.mp3"

    def operation(self, _: httpx.Request) -> str:
        return "download"

    def reply(self, request: httpx.Request) -> Reply:
        """Serve a file as it is its fate."""
        file = self.files.get(request.url.path)
        reply = Reply(404) if file is None else _served(file, self.run.now)
        if file:
            file.served += 1
        is_whole = reply.status == 200 and reply.sends is None and reply.body != b""
        sent = reply.body if reply.sends is None else reply.body[: reply.sends]
        url = f"https://{self.name}{request.url.path}"
        self.run.logs.add(Served(self.run.now, url, reply.status, sent, is_whole))
        return reply


def tune(name: str) -> bytes:
    """Make the bytes of a file, the same for the same name."""
    return b"ID3" + sha256(name.encode()).digest() * 4


def cover(name: str) -> bytes:
    """Make the bytes of a picture, the same for the same name."""
    return b"\xff\xd8\xff\xe0" + sha256(name.encode()).digest() * 4


def _served(file: _File, now: float) -> Reply:
    """Serve what is left of a file by its fate."""
    audio = file.audio
    if audio in _ONCE and file.served:
        audio = Audio.GOOD
    age_s = now - file.made_at
    is_fresh = audio is Audio.EXPIRED and age_s <= EXPIRES_S
    if is_fresh or (audio is Audio.BROKEN_FOR_AN_HOUR and age_s > HOUR_S):
        audio = Audio.GOOD
    if audio is Audio.CHANGING:
        return Reply(200, tune(f"{file.body!r} {file.served}"))
    if audio in _CUT:
        return Reply(200, file.body, sends=len(file.body) // 2)
    status = _STATUSES.get(audio, 200)
    return Reply(status, file.body if audio is Audio.GOOD else b"")


_ONCE: Final = frozenset({Audio.TRUNCATED_ONCE, Audio.BROKEN_ONCE})
_CUT: Final = frozenset({Audio.TRUNCATED, Audio.TRUNCATED_ONCE})
_STATUSES: Final = {
    Audio.MISSING: 404,
    Audio.BROKEN: 503,
    Audio.BROKEN_ONCE: 503,
    Audio.BROKEN_FOR_AN_HOUR: 503,
    Audio.EXPIRED: 403,
}
