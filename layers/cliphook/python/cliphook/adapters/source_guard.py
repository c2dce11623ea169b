"""Whether a client's own link may be handed to a provider, and downloaded: asked once, in time."""

from typing import Final

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
