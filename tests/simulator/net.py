"""The internet: providers and audio hosts by their names, over requests that may go wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import httpx

from tests.simulator.effects import LostCallError, Port
from tests.simulator.run import Run

# A public address, the same for every name.
ADDRESS: Final = "93.184.215.14"
# For a party that never answers: longer than anybody waits.
NEVER_S: Final = 1e9


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What a party answers, and after how long.

    `sends` is how much of the body really comes, where the connection breaks down; status 0 is no
    connection at all.
    """

    status: int
    body: bytes = b""
    after_s: float = 0.1
    headers: dict[str, str] = field(default_factory=dict[str, str])
    sends: int | None = None


class Party(Protocol):
    """Somebody who can be reached."""

    def operation(self, request: httpx.Request) -> str:
        """Name what is asked of it: `submit`, `ask` or `download`."""
        ...

    def reply(self, request: httpx.Request) -> Reply:
        """Do what is asked, and answer."""
        ...


class _Nobody:
    """What is at an address that nobody has."""

    def operation(self, request: httpx.Request) -> str:
        return "submit" if request.method == "POST" else "ask"

    def reply(self, _: httpx.Request) -> Reply:
        return Reply(0, after_s=1.0)


_NOBODY: Final = _Nobody()


class Net:
    """All parties, by the names of their hosts."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._parties: dict[str, Party] = {}

    def add(self, host: str, party: Party) -> None:
        """Put somebody under a name."""
        self._parties[host] = party

    def addresses(self, host: str) -> list[str]:
        """Resolve a name; raises `OSError` for one that there is not."""
        if host not in self._parties:
            raise OSError(host)
        return [ADDRESS]

    def request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request, or fail as a network does."""
        host = request.headers["host"].partition(":")[0]
        party = self._parties.get(host, _NOBODY)
        told: list[Reply] = []
        try:
            with self._run.faults.step(Port.HTTP, party.operation(request)) as effect:
                reply = party.reply(request)
                told.append(reply)
                self._wait(request, reply)
        except LostCallError as lost:
            # What has not happened never left; of what has, nobody hears.
            kind = httpx.ReadTimeout if told else httpx.ConnectError
            raise kind(str(lost.loss), request=request) from None
        sends = len(reply.body) // 2 if effect.is_partial else reply.sends
        return _response(request, reply, sends)

    def _wait(self, request: httpx.Request, reply: Reply) -> None:
        limits = request.extensions["timeout"]
        if not reply.status:
            self._run.scheduler.wait(min(reply.after_s, limits["connect"]))
            raise httpx.ConnectError("nobody is there", request=request)
        if reply.after_s > limits["read"]:
            self._run.scheduler.wait(limits["read"])
            raise httpx.ReadTimeout("no answer", request=request)
        self._run.scheduler.wait(reply.after_s)


def _response(request: httpx.Request, reply: Reply, sends: int | None) -> httpx.Response:
    headers = {"content-type": "application/json", **reply.headers}
    headers.setdefault("content-length", str(len(reply.body)))
    return httpx.Response(
        reply.status, headers=headers, stream=_Body(reply.body, sends), request=request
    )


class _Body(httpx.SyncByteStream):
    """The bytes of an answer, as many of them as come."""

    def __init__(self, body: bytes, sends: int | None) -> None:
        self._body = body
        self._sends = sends

    def __iter__(self) -> Iterator[bytes]:
        if self._sends is None:
            yield self._body
            return
        yield self._body[: self._sends]
        raise httpx.RemoteProtocolError("peer closed connection without sending complete body")


def host_of(url: Any) -> str:
    """Tell the host of an address."""
    return httpx.URL(url).host
