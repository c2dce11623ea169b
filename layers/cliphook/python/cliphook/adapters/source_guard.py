"""Whether a client's own link may be handed to a provider, and downloaded: asked once, in time."""

import threading
from collections.abc import Sequence
from typing import Final

from cliphook.adapters.address_guard import Resolve, check_link, resolve
from cliphook.domain.errors import FailedFetchError, FieldError, ForbiddenAddressError

RESOLVE_MAX_S: Final = 3.0

_FORBIDDEN: Final = "is an https link to a public host, on the usual port and without a fragment"
_UNKNOWN: Final = "names a host whose address cannot be found"


def check_url(
    url: str,
    *,
    allow_loopback: bool,
    field: str = "source.url",
    resolve: Resolve = resolve,
    wait_s: float = RESOLVE_MAX_S,
) -> FieldError | None:
    """
    Take a link through the guard that every download goes through; say what is wrong with it.

    It may lead elsewhere by the time that somebody follows it, so a download asks again. With
    `allow_loopback` (the local deployment only) plain http to this machine passes as well.
    """

    def resolve_in_time(host: str, port: int) -> Sequence[str]:
        return _in_time(resolve, host, port, wait_s)

    try:
        check_link(url, allow_loopback=allow_loopback, resolve=resolve_in_time)
    except ForbiddenAddressError:
        return FieldError(field, _FORBIDDEN)
    except FailedFetchError:
        return FieldError(field, _UNKNOWN)
    return None


def _in_time(resolve: Resolve, host: str, port: int, wait_s: float) -> Sequence[str]:
    """
    Resolve a name, but wait only so long for it.

    The system's resolver takes no time limit. A look-up that is given up goes on by itself until
    the resolver's own limit ends it, and holds nobody up.
    """
    found: list[Sequence[str]] = []

    def look_up() -> None:
        try:
            found.append(resolve(host, port))
        except FailedFetchError:
            return

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(wait_s)
    if not found:
        reason = "unknown_host"
        raise FailedFetchError(reason)
    return found[0]
