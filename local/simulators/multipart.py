"""Reading an upload: multipart/form-data, as RFC 7578 has it, without nesting."""

from dataclasses import dataclass
from email.message import Message

type _Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form."""

    name: str
    filename: str
    content: bytes


def read_form(content_type: str, raw: bytes) -> list[Part] | None:
    """Read the fields of a form in their order; None is what is not such a form."""
    kind, fields = _header(content_type)
    boundary = fields.get("boundary", "")
    if kind != "multipart/form-data" or not boundary:
        return None
    # The first boundary needs no line before it.
    pieces = (b"\r\n" + raw).split(f"\r\n--{boundary}".encode())
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004
        return None
    parts = [_part(piece) for piece in pieces[1:-1]]
    return [part for part in parts if part] if all(parts) else None


def _part(piece: bytes) -> Part | None:
    head, gap, content = piece.partition(b"\r\n\r\n")
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        kind, fields = _header(value.strip())
        if name.strip().lower() == "content-disposition" and kind == "form-data" and gap:
            return Part(fields.get("name", ""), fields.get("filename", ""), content)
    return None


def _header(text: str) -> tuple[str, _Fields]:
    """Split a header into its word and its parameters."""
    message = Message()
    message["content-type"] = text
    found = message.get_params(failobj=[])
    (word, _), *rest = found or [("", "")]
    return word.lower(), {name.lower(): str(value) for name, value in rest}
