"""How a download goes wrong: what is sent instead of a file, and how a file is spoilt."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from local.simulators.answers import HalfResponse, drip, endless, page
from local.simulators.encode import id3_tag
from local.simulators.scenario import CoverFault, FileFault

MPEG: Final = "audio/mpeg"
PNG: Final = "image/png"
PRIVATE_URL: Final = "http://169.254.169.254/latest/meta-data/"

_PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
# More than anybody should keep of a cover.
_COVER_BYTES: Final = 11 * 1024 * 1024

_EXPIRED: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
)


def instead(request: Request, fault: FileFault) -> Response | None:
    """Answer without the file; None is where the file itself is spoilt."""
    make = _INSTEAD.get(fault)
    return make(request) if make else None


def uncovered(fault: CoverFault) -> Response:
    """Answer with what is no cover."""
    match fault:
        case CoverFault.NOT_FOUND:
            return page(404, "404 Not Found")
        case CoverFault.HTML:
            return Response("<html>Please sign in</html>", media_type=PNG)
        case CoverFault.OVERSIZED:
            return Response(_PNG_HEAD.ljust(_COVER_BYTES, b"\0"), media_type=PNG)


def spoilt(content: bytes, fault: FileFault, *, slow_s: float) -> Response:
    """Answer with the file, spoilt."""
    match fault:
        case FileFault.HALF:
            return HalfResponse(content, media_type=MPEG)
        case FileFault.SHORT:
            return Response(content[: len(content) // 2], media_type=MPEG)
        case FileFault.WRONG_TYPE:
            return Response(content, media_type="text/plain")
        case FileFault.SLOW:
            headers = {"content-length": str(len(content))}
            return StreamingResponse(drip(content, slow_s), media_type=MPEG, headers=headers)
        case FileFault.GARBAGE:
            return Response(_garbage(len(content)), media_type=MPEG)
        case _:
            return Response(content, media_type=MPEG)


def _garbage(size: int) -> bytes:
    """Make something that begins as a good file does, and has no frame of audio in it."""
    noise = hashlib.shake_256(b"garbage").digest(size).replace(b"\xff", b"\x00")
    return id3_tag({"TIT2": "Noise"}) + noise


def _moved(request: Request) -> Response:
    clip_id = request.path_params.get("clip_id") or request.query_params["item_id"]
    return RedirectResponse(f"/moved/{clip_id}.mp3", status_code=302)


def _again(request: Request) -> Response:
    return RedirectResponse(str(request.url.replace(scheme="", netloc="")), status_code=302)


_INSTEAD: Final[Mapping[FileFault, Callable[[Request], Response]]] = {
    FileFault.FORBIDDEN: lambda _: page(403, "403 Forbidden"),
    FileFault.NOT_FOUND: lambda _: page(404, "404 Not Found"),
    FileFault.EMPTY: lambda _: Response(b"", media_type=MPEG),
    FileFault.HTML: lambda _: page(200, "Please sign in"),
    FileFault.EXPIRED: lambda _: Response(_EXPIRED, 403, media_type="application/xml"),
    FileFault.PRIVATE: lambda _: RedirectResponse(PRIVATE_URL, status_code=302),
    FileFault.LOOP: _again,
    FileFault.REDIRECT: _moved,
    FileFault.ENDLESS: lambda _: StreamingResponse(endless(), media_type=MPEG),
}
