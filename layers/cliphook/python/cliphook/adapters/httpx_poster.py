"""
Posts to receivers, which are strangers: a checked address, no redirect, bounded in time and bytes.

One try on a connection of its own. Nothing that a receiver does raises.
"""

import math
import re
import socket
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx

from cliphook.adapters.address_guard import Resolve, Target, check_link, resolve
from cliphook.adapters.source_guard import is_at
from cliphook.adapters.tls import USER_AGENT, tls_context
from cliphook.domain.delivery import Response, Trouble
from cliphook.domain.errors import FailedFetchError, ForbiddenAddressError

TOTAL_S: Final = 15.0
CONNECT_S: Final = 5.0
# So much of an answer is read, and so much of that is kept for the log.
READ_MAX_BYTES: Final = 16 * 1024
KEPT_BYTES: Final = 1024

_SECONDS: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_REDIRECTS: Final = range(300, 400)

# The first that fits says what went wrong.
_TROUBLES: Final[tuple[tuple[type[Exception], Trouble], ...]] = (
    (httpx.TimeoutException, Trouble.TIMEOUT),
    (httpx.ConnectError, Trouble.UNREACHABLE),
    (httpx.NetworkError, Trouble.CLOSED),
    (httpx.RemoteProtocolError, Trouble.CLOSED),
    (Exception, Trouble.MALFORMED),
)


class HttpxPoster:
    """Posts to public addresses, and to none of our own."""

    def __init__(
        self,
        *,
        own_url: str,
        allow_loopback: bool,
        resolve: Resolve = resolve,
        total_s: float = TOTAL_S,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Refuse our own address; `allow_loopback` is for the local deployment only."""
        self._own_url = own_url
        self._allow_loopback = allow_loopback
        self._resolve = resolve
        self._total_s = total_s
        self._now = now

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Post once, in bounded time; whatever comes is a response."""
        began_s = time.monotonic()
        response = self._post(url, headers, body)
        took_ms = round((time.monotonic() - began_s) * 1000)
        return Response(
            response.status, response.error, response.answer, took_ms, response.retry_after_s
        )

    def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        try:
            target = self._check(url)
        except ForbiddenAddressError:
            return Response(error=Trouble.FORBIDDEN_ADDRESS)
        except FailedFetchError:
            return Response(error=Trouble.UNKNOWN_HOST)
        watch = _Watch(self._total_s)
        try:
            with watch.running(), self._send(target, headers, body, watch) as answer:
                return self._read(answer, watch)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError, OSError) as error:
            found = next(word for kind, word in _TROUBLES if isinstance(error, kind))
            return Response(error=Trouble.TIMEOUT if watch.is_over else found)

    def _check(self, url: str) -> Target:
        if is_at(url, self._own_url):
            raise ForbiddenAddressError
        return check_link(url, allow_loopback=self._allow_loopback, resolve=self._resolve)

    @contextmanager
    def _send(
        self, target: Target, headers: Mapping[str, str], body: bytes, watch: "_Watch"
    ) -> Generator[httpx.Response]:
        literal = f"[{target.address}]" if target.address.version == 6 else str(target.address)  # noqa: PLR2004
        port = f":{target.port}" if target.scheme == "http" else ""
        timeout = httpx.Timeout(self._total_s, connect=min(CONNECT_S, self._total_s))
        with (
            httpx.Client(
                verify=tls_context(),
                trust_env=False,
                timeout=timeout,
                event_hooks={"response": [_stay]},
            ) as client,
            client.stream(
                "POST",
                f"{target.scheme}://{literal}{port}{target.path}",
                content=body,
                headers={
                    "Host": f"{target.host}{port}",
                    "Content-Type": "application/json",
                    "Accept-Encoding": "identity",
                    "User-Agent": USER_AGENT,
                    **headers,
                },
                extensions={"sni_hostname": target.host, "trace": watch.see},
            ) as answer,
        ):
            yield answer

    def _read(self, answer: httpx.Response, watch: "_Watch") -> Response:
        kept = b""
        for chunk in answer.iter_raw():
            kept += chunk
            if len(kept) >= READ_MAX_BYTES:
                break
        if watch.is_over:
            return Response(error=Trouble.TIMEOUT)
        status = answer.status_code
        return Response(
            status=status,
            error=Trouble.REDIRECT if status in _REDIRECTS else None,
            answer=kept[:KEPT_BYTES].decode("utf-8", "replace"),
            retry_after_s=self._retry_after_s(answer.headers.get("retry-after", "")),
        )

    def _retry_after_s(self, text: str) -> int | None:
        """Read when to come again: seconds, or a date."""
        if _SECONDS.fullmatch(text):
            return int(text)
        try:
            wait = parsedate_to_datetime(text) - self._now()
        except (ValueError, TypeError):
            return None
        return max(0, math.ceil(wait.total_seconds()))


def _stay(answer: httpx.Response) -> None:
    """Forget where an answer leads: nobody goes there, and over an odd address httpx raises."""
    answer.headers.pop("Location", None)


@dataclass(slots=True)
class _Watch:
    """
    Ends a call when its time is over.

    httpx limits each read by itself, so a receiver that sends a byte at a time could go on for
    hours. A connection that is shut down ends whatever waits for it.
    """

    total_s: float
    is_over: bool = False
    _sockets: list[socket.socket] = field(default_factory=list[socket.socket])

    def see(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of the connection that httpx has made."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._sockets.append(info["return_value"].get_extra_info("socket"))

    @contextmanager
    def running(self) -> Generator[None]:
        """Let the time run."""
        timer = threading.Timer(self.total_s, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end(self) -> None:
        self.is_over = True
        for connection in self._sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
