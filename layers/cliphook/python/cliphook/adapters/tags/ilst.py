"""The tags of an M4A, a list of items in its index: the QuickTime metadata that iTunes writes."""

from typing import Final

from cliphook.adapters.tags.atoms import Atom, atoms, joined
from cliphook.domain.tags import Field, Tags

_NAMES: Final = {Field.TITLE: b"\xa9nam", Field.LYRICS: b"\xa9lyr", Field.COMMENT: b"\xa9cmt"}
_FREE: Final = b"----"
_OWNER: Final = b"com.apple.iTunes"
_UTF_8: Final = (1).to_bytes(4) + bytes(4)
_NO_FLAGS: Final = bytes(4)
_HANDLER: Final = Atom(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))


def with_tags(index: list[Atom], tags: Tags) -> list[Atom]:
    """Put tags into the atoms of an index; pictures, and what others wrote besides, stay."""
    user = _content(index, b"udta")
    parts = [*atoms(user)] if user is not None else []
    meta = _content(parts, b"meta")
    flags, items = _opened(meta) if meta is not None else (_NO_FLAGS, [_HANDLER])
    listed = _content(items, b"ilst") or b""
    items = _replaced(items, Atom(b"ilst", joined(_retagged([*atoms(listed)], tags))))
    parts = _replaced(parts, Atom(b"meta", flags + joined(items)))
    return _replaced(index, Atom(b"udta", joined(parts)))


def _retagged(items: list[Atom], tags: Tags) -> list[Atom]:
    texts = tags.texts()
    ours = {_NAMES[field] for field in texts if field in _NAMES}
    free = {field.value for field in texts if field not in _NAMES}
    kept = [
        item
        for item in items
        if item.name not in ours and not (item.name == _FREE and _free_name(item) in free)
    ]
    return kept + [_item(field, text.encode()) for field, text in texts.items()]


def _item(field: Field, text: bytes) -> Atom:
    data = Atom(b"data", _UTF_8 + text)
    if field in _NAMES:
        return Atom(_NAMES[field], data.written())
    owner = Atom(b"mean", _NO_FLAGS + _OWNER)
    name = Atom(b"name", _NO_FLAGS + field.value.encode())
    return Atom(_FREE, joined([owner, name, data]))


def _free_name(item: Atom) -> str:
    name = _content([*atoms(item.content)], b"name") or b""
    return name[len(_NO_FLAGS) :].decode("ascii", "replace").upper()


def _opened(meta: bytes) -> tuple[bytes, list[Atom]]:
    """Take `meta` apart; QuickTime's has no flags before its atoms."""
    flags = b"" if meta[4:8] == b"hdlr" else meta[:4]
    return flags, [*atoms(meta[len(flags) :])]


def _content(parts: list[Atom], name: bytes) -> bytes | None:
    return next((atom.content for atom in parts if atom.name == name), None)


def _replaced(parts: list[Atom], new: Atom) -> list[Atom]:
    """Put an atom where the first of its name is, or at the end."""
    at = next((at for at, atom in enumerate(parts) if atom.name == new.name), len(parts))
    return [*parts[:at], new, *parts[at + 1 :]]
