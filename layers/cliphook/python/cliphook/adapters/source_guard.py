"""Whether a client's own link may be followed, by a provider or by us: asked once, in time."""

from typing import Final
from urllib.parse import urlsplit

from cliphook.adapters.address_guard import RESOLVE_MAX_S, Resolve, check_link, resolve
from cliphook.domain.errors import FailedFetchError, FieldError, ForbiddenAddressError

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
    try:
        check_link(url, allow_loopback=allow_loopback, resolve=resolve, wait_s=wait_s)
    except ForbiddenAddressError:
        return FieldError(field, _FORBIDDEN)
    except FailedFetchError:
        return FieldError(field, _UNKNOWN)
    return None


def check_callback(
    url: str, *, own_url: str, allow_loopback: bool, resolve: Resolve = resolve
) -> FieldError | None:
    """Take a link on which a client wants to be told through the same guard, and refuse our own."""
    if is_at(url, own_url):
        return FieldError("callback_url", _FORBIDDEN)
    return check_url(url, allow_loopback=allow_loopback, field="callback_url", resolve=resolve)


def is_at(url: str, own_url: str) -> bool:
    """Tell whether a link leads to the same host and port as another."""
    try:
        return urlsplit(url).netloc.lower() == urlsplit(own_url).netloc.lower()
    except ValueError:
        return False
