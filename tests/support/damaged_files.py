"""Files that are not what they should be, and what is wrong with each by the way it was made."""

from collections.abc import Callable
from dataclasses import dataclass

from cliphook.domain.audio_format import Defect
from tests.support import audio_tags as tags
from tests.support.audio_files import audio_file

TRUNCATED = frozenset({Defect.TRUNCATED})
DAMAGED = frozenset({Defect.DAMAGED})
UNDECODABLE = frozenset({Defect.UNDECODABLE})


@dataclass(frozen=True)
class Damage:
    """A file, what is wrong with it, and whether something of it can still be heard."""

    make: Callable[[], bytes]
    defects: frozenset[Defect]
    plays: bool = True


def cut(name: str, share: float) -> Damage:
    """Keep a share of a file, and one byte of an odd number more."""
    return Damage(lambda: audio_file(name)[: int(len(audio_file(name)) * share) | 1], TRUNCATED)


def without(name: str, *, at: float, size_bytes: int) -> bytes:
    """Take some bytes out of the middle."""
    whole = audio_file(name)
    start = int(len(whole) * at)
    return whole[:start] + whole[start + size_bytes :]


def overwritten(name: str, *, at: float, size_bytes: int) -> bytes:
    """Blank some bytes in the middle."""
    whole = audio_file(name)
    start = int(len(whole) * at)
    return whole[:start] + bytes(size_bytes) + whole[start + size_bytes :]


def half_blank(name: str) -> bytes:
    """Keep a file's first half and its length, as a download does that made room first."""
    whole = audio_file(name)
    return whole[: len(whole) // 2].ljust(len(whole), b"\x00")


def free_format() -> bytes:
    """Make frames that do not say how long they are, behind a tag."""
    return tags.id3v2(b"") + (b"\xff\xfb\x00\x64" + bytes(413)) * 50


PAGE = b"<!doctype html><html><body><h1>403 Forbidden</h1></body></html>" * 40

DAMAGED_FILES: dict[str, Damage] = {
    "mp3 cbr cut early": cut("mp3 cbr", 0.02),
    "mp3 cbr cut in the middle": cut("mp3 cbr", 0.5),
    "mp3 cbr cut late": cut("mp3 cbr", 0.97),
    "mp3 vbr cut": cut("mp3 vbr", 0.6),
    "mp3 vbr bare cut": cut("mp3 vbr bare", 0.6),
    "mp3 cut in its picture": Damage(
        lambda: audio_file("mp3 two tags")[:50_000], TRUNCATED | UNDECODABLE, plays=False
    ),
    "mp3 half blank": Damage(lambda: half_blank("mp3 cbr"), TRUNCATED | DAMAGED),
    "mp3 with a hole": Damage(
        lambda: overwritten("mp3 cbr bare", at=0.4, size_bytes=9000), DAMAGED
    ),
    "mp3 of a free format": Damage(free_format, UNDECODABLE | DAMAGED, plays=False),
    "wav cut": cut("wav", 0.5),
    "wav 64 bit cut": cut("wav 64 bit", 0.7),
    "wav cut in its head": Damage(
        lambda: audio_file("wav")[:20], TRUNCATED | UNDECODABLE, plays=False
    ),
    "wav without music": Damage(
        lambda: audio_file("wav")[:44], TRUNCATED | {Defect.EMPTY}, plays=False
    ),
    "m4a index first cut": cut("m4a index first", 0.5),
    "m4a index last cut": Damage(
        lambda: audio_file("m4a")[:100_001], TRUNCATED | UNDECODABLE, plays=False
    ),
    "m4a cut in its index": Damage(
        lambda: audio_file("m4a index first")[:300], TRUNCATED | UNDECODABLE, plays=False
    ),
    "m4a fragments cut": cut("m4a fragments", 0.55),
    "ogg opus cut": cut("ogg opus", 0.5),
    "ogg vorbis cut": cut("ogg vorbis", 0.5),
    "ogg flac cut": cut("ogg flac", 0.8),
    "ogg without its last page": Damage(
        lambda: audio_file("ogg opus")[: audio_file("ogg opus").rfind(b"OggS")], TRUNCATED
    ),
    "ogg with a wrong byte": Damage(lambda: overwritten("ogg opus", at=0.5, size_bytes=1), DAMAGED),
    "ogg with a hole": Damage(lambda: without("ogg vorbis", at=0.5, size_bytes=30_000), DAMAGED),
    "flac cut": cut("flac", 0.5),
    "flac piped cut": cut("flac piped", 0.5),
    "flac cut late": Damage(lambda: audio_file("flac")[:-3], TRUNCATED),
    "flac with a hole": Damage(lambda: without("flac piped", at=0.5, size_bytes=40_000), DAMAGED),
    "nothing": Damage(lambda: b"", frozenset({Defect.EMPTY}), plays=False),
    "a page": Damage(lambda: PAGE, UNDECODABLE, plays=False),
    "an error": Damage(lambda: b'{"code":403,"msg":"expired"}', UNDECODABLE, plays=False),
    "zeros": Damage(lambda: bytes(100_000), UNDECODABLE, plays=False),
    "a tag and zeros": Damage(
        lambda: tags.id3v2(b"") + bytes(400_000), UNDECODABLE | DAMAGED, plays=False
    ),
    "a tag and a page": Damage(lambda: tags.id3v2(b"") + PAGE, UNDECODABLE, plays=False),
}
