"""Downloads from file hosts, which are strangers: guarded, bounded, and judged by their bytes."""

import hashlib
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urljoin

import httpx

from cliphook.adapters.address_guard import (
    RESOLVE_MAX_S,
    Resolve,
    Target,
    check_link,
    resolve,
)
from cliphook.adapters.audio_types import HEAD_BYTES
from cliphook.adapters.deadline import Deadline
from cliphook.adapters.file_kinds import AUDIO, Kind
from cliphook.adapters.tls import USER_AGENT, tls_context
from cliphook.application.ports import Fetched
from cliphook.domain.errors import FailedFetchError, ForbiddenAddressError

# What there may be of audio, as `file_kinds.py` says it.
SIZE_MAX_BYTES: Final = AUDIO.size_max_bytes
TOTAL_MAX_S: Final = AUDIO.total_max_s
CONNECT_S: Final = 3
# Nothing is begun after the total; what was begun last may be a look-up, a connection and TLS.
LATEST_S: Final = TOTAL_MAX_S + RESOLVE_MAX_S + 2 * CONNECT_S
# A file that has been coming for so long has to have come at this rate on average.
RATE_GRACE_S: Final = 10
RATE_MIN_BYTES_S: Final = 32 * 1024
REDIRECTS_MAX: Final = 3
# No download lives so long: a folder of this age was left by an invocation that was killed.
LEFTOVER_S: Final = 600

_TIMEOUT: Final = httpx.Timeout(connect=CONNECT_S, read=10, write=10, pool=1)
_OK: Final = 200
_TOO_SLOW: Final = "too_slow"
_FOLDER: Final = "cliphook-clip-"
_LENGTH: Final = re.compile(r"[0-9]{1,19}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Trip:
    """What belongs to one download, and where it may lead."""

    client: httpx.Client
    path: Path
    deadline: Deadline
    hosts: Sequence[str]


class HttpxFetcher:
    """Downloads one file at a time into a folder that is gone afterwards."""

    def __init__(
        self,
        *,
        allow_loopback: bool,
        resolve: Resolve = resolve,
        clock_s: Callable[[], float] = time.monotonic,
        transport: httpx.BaseTransport | None = None,
        kind: Kind = AUDIO,
        size_max_bytes: int | None = None,
        total_max_s: float | None = None,
        audio_hosts: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        """
        Use the system's resolver and the real network, unless others are given.

        `audio_hosts` names for a provider the only hosts that its files may come from.
        """
        self._allow_loopback = allow_loopback
        self._resolve = resolve
        self._clock_s = clock_s
        self._transport = transport
        self._kind = replace(
            kind,
            size_max_bytes=size_max_bytes or kind.size_max_bytes,
            total_max_s=total_max_s or kind.total_max_s,
        )
        self._audio_hosts = audio_hosts

    @contextmanager
    def fetch(self, best: str, *others: str, provider: str = "") -> Generator[Fetched]:
        """
        Download a file in bounded memory and time; the file is gone when the context ends.

        All addresses have the one time between them. Raises `ForbiddenAddressError` and
        `FailedFetchError`, whatever the hosts do.
        """
        _remove_leftovers()
        with tempfile.TemporaryDirectory(prefix=_FOLDER) as folder:
            path, hosts = Path(folder) / "file", self._audio_hosts.get(provider, ())
            with (
                Deadline(self._kind.total_max_s, self._clock_s) as deadline,
                self._client() as client,
            ):
                fetched = self._first((best, *others), _Trip(client, path, deadline, hosts))
            yield fetched

    def _client(self) -> httpx.Client:
        return httpx.Client(
            verify=tls_context(),
            trust_env=False,
            timeout=_TIMEOUT,
            transport=self._transport,
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
        )

    def _first(self, urls: tuple[str, ...], trip: _Trip) -> Fetched:
        """Take the first address that serves the file; if none does, tell of the best one."""
        best, *others = urls
        try:
            return self._download(best, trip)
        except (FailedFetchError, ForbiddenAddressError):
            for url in others:
                if trip.deadline.is_over:
                    break
                with suppress(FailedFetchError, ForbiddenAddressError):
                    return self._download(url, trip)
            raise

    def _download(self, url: str, trip: _Trip) -> Fetched:
        try:
            return self._follow(url, trip)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            # The last of them is what httpx makes of a redirect to a host's name that is none.
            reason = _TOO_SLOW if trip.deadline.is_cut else _reason(error)
            raise FailedFetchError(reason) from error

    def _follow(self, url: str, trip: _Trip) -> Fetched:
        for _ in range(REDIRECTS_MAX + 1):
            target = check_link(
                url,
                allow_loopback=self._allow_loopback,
                resolve=self._resolve,
                hosts=trip.hosts,
            )
            request = _request(trip.client, target, trip.deadline)
            with closing(trip.client.send(request, stream=True)) as answer:
                if not answer.has_redirect_location:
                    return self._keep(answer, trip.path, trip.deadline)
                url = _next(url, answer)
            if trip.deadline.is_over:
                raise FailedFetchError(_TOO_SLOW)
        reason = "too_many_redirects"
        raise FailedFetchError(reason)

    def _keep(self, answer: httpx.Response, path: Path, deadline: Deadline) -> Fetched:
        self._check_headers(answer)
        digest = hashlib.sha256()
        began_s = self._clock_s()
        size_bytes = 0
        head = b""
        with path.open("wb") as file:
            # As it comes off the wire: whoever waits for full chunks waits for ever on a slow drip.
            for chunk in _bytes(answer, deadline):
                size_bytes += len(chunk)
                self._check_limits(size_bytes, began_s, deadline)
                head += chunk[: HEAD_BYTES - len(head)]
                digest.update(chunk)
                file.write(chunk)
        if not size_bytes:
            reason = "empty"
            raise FailedFetchError(reason)
        found = self._kind.sniff(head)
        if not found:
            raise FailedFetchError(self._kind.otherwise)
        return Fetched(path, digest.hexdigest(), size_bytes, *found)

    def _check_headers(self, answer: httpx.Response) -> None:
        reason = None
        length = answer.headers.get("content-length", "0")
        if answer.status_code != _OK:
            reason = f"http_{answer.status_code}"
        elif answer.headers.get("content-encoding", "identity").lower() != "identity":
            reason = "encoded"
        elif not _LENGTH.fullmatch(length):
            reason = "malformed"
        elif int(length) > self._kind.size_max_bytes:
            reason = "too_large"
        if reason:
            raise FailedFetchError(reason)

    def _check_limits(self, size_bytes: int, began_s: float, deadline: Deadline) -> None:
        if size_bytes > self._kind.size_max_bytes:
            reason = "too_large"
            raise FailedFetchError(reason)
        took_s = self._clock_s() - began_s
        is_slow = took_s > RATE_GRACE_S and size_bytes < RATE_MIN_BYTES_S * took_s
        if is_slow or deadline.is_over:
            raise FailedFetchError(_TOO_SLOW)


def _request(client: httpx.Client, target: Target, deadline: Deadline) -> httpx.Request:
    """Dial the address that was checked, and speak to it under the name that was asked for."""
    literal = f"[{target.address}]" if target.address.version == 6 else str(target.address)  # noqa: PLR2004
    port = f":{target.port}" if target.scheme == "http" else ""
    # A redirect may lead to another name on the same address, which is to learn nothing.
    client.cookies.clear()
    return client.build_request(
        "GET",
        f"{target.scheme}://{literal}{port}{target.path}",
        headers={"Host": f"{target.host}{port}"},
        extensions={"sni_hostname": target.host, "trace": deadline.watch},
    )


def _next(url: str, answer: httpx.Response) -> str:
    try:
        return urljoin(url, answer.headers["location"])
    except ValueError as error:
        raise ForbiddenAddressError from error


def _bytes(answer: httpx.Response, deadline: Deadline) -> Iterator[bytes]:
    try:
        yield from answer.iter_raw()
    except httpx.RemoteProtocolError as error:
        # The peer closed before it had sent what it announced, unless it was cut off.
        reason = _TOO_SLOW if deadline.is_cut else "short"
        raise FailedFetchError(reason) from error
    if deadline.is_cut:
        # What ends with its connection looks whole to whoever has cut that.
        raise FailedFetchError(_TOO_SLOW)


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return _TOO_SLOW
    return "malformed" if isinstance(error, httpx.RemoteProtocolError) else "unreachable"


def _remove_leftovers() -> None:
    """Make room: an environment that stays warm keeps its disk, and a killed download its file."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > LEFTOVER_S:
                shutil.rmtree(folder)
