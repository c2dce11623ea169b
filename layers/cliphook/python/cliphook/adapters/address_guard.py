"""Where a download may go: https to a public address, checked once and then dialled as checked."""

import re
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from cliphook.domain.errors import FailedFetchError, ForbiddenAddressError

URL_MAX: Final = 2_048
RESOLVE_MAX_S: Final = 3.0

_HTTPS_PORT: Final = 443
_PRINTABLE: Final = re.compile(r"[\x21-\x7e]+", re.ASCII)
# A name with a dot whose last label begins with a letter; no spelling of a number is one.
_HOST_NAME: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII
)

# What is not the public internet, by the registries of special-purpose addresses. Python's own
# `is_global` lets multicast and the translated forms of private addresses through.
_DENIED: Final = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
_LOOPBACK: Final = ip_network("127.0.0.0/8")

type Address = IPv4Address | IPv6Address
type Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """A checked link: which address to dial, and under which name to speak to it."""

    scheme: str
    host: str
    address: Address
    port: int
    path: str


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver for every address of a name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        reason = "unknown_host"
        raise FailedFetchError(reason) from error
    return [str(entry[4][0]) for entry in found]


def is_public(address: Address) -> bool:
    """Tell whether an address is on the public internet, by our own list."""
    return not any(address in block for block in _DENIED if block.version == address.version)


def check_link(
    url: str,
    *,
    allow_loopback: bool,
    resolve: Resolve = resolve,
    wait_s: float = RESOLVE_MAX_S,
    hosts: Sequence[str] = (),
) -> Target:
    """
    Check a link and the addresses of its host; resolves once, and every answer must be public.

    With `allow_loopback` (the local deployment only) plain http to a literal 127.0.0.0/8 address
    passes as well. Where `hosts` names any, only they pass, and with `*.` whatever is below them.
    Raises `ForbiddenAddressError`, or `FailedFetchError` for a name that is not
    known, or not in time.
    """
    parts = _split(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    host = parts.hostname or ""
    if hosts and not any(_is_named(host, pattern) for pattern in hosts):
        reason = "unlisted_host"
        raise FailedFetchError(reason)
    if allow_loopback and parts.scheme == "http" and (address := _literal_loopback(host)):
        return Target("http", host, address, parts.port or 80, path or "/")
    is_plain = parts.scheme == "https" and parts.port in {None, _HTTPS_PORT}
    if not is_plain or not _HOST_NAME.fullmatch(host):
        raise ForbiddenAddressError
    addresses = [ip_address(text) for text in _in_time(resolve, host, wait_s)]
    if not addresses or not all(is_public(address) for address in addresses):
        raise ForbiddenAddressError
    return Target("https", host, addresses[0], _HTTPS_PORT, path or "/")


def _split(url: str) -> SplitResult:
    # `urlsplit` drops line breaks without a word, so they are looked for before it.
    if len(url) > URL_MAX or not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise ForbiddenAddressError
    try:
        parts = urlsplit(url)
        is_odd = "@" in parts.netloc or "[" in parts.netloc or parts.fragment != ""
        _ = parts.port
    except ValueError as error:
        raise ForbiddenAddressError from error
    if is_odd:
        raise ForbiddenAddressError
    return parts


def _in_time(resolve: Resolve, host: str, wait_s: float) -> Sequence[str]:
    """
    Resolve a name, but wait only so long for it.

    The system's resolver takes no time limit. A look-up that is given up goes on by itself until
    the resolver's own limit ends it, and holds nobody up.
    """
    found: list[Sequence[str]] = []

    def look_up() -> None:
        with suppress(FailedFetchError):
            found.append(resolve(host, _HTTPS_PORT))

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(wait_s)
    if not found:
        reason = "unknown_host"
        raise FailedFetchError(reason)
    return found[0]


def _is_named(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _literal_loopback(host: str) -> Address | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return address if address in _LOOPBACK else None
