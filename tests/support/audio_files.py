"""
Audio files of every kind that we know, made while the tests run, as whole as they should be.

How long each of them plays is known from how it was made.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local.simulators.encode import mp3_frames
from tests.support import audio_tags as tags
from tests.support.ffmpeg import encode, encode_to_pipe
from tests.support.music import music

# Not a whole number of anybody's frames.
LENGTH_S = 8.4
# What some people put into a tag.
PICTURE = bytes(range(256)) * 3000


@dataclass(frozen=True)
class Recipe:
    """How a file is made, and what of it no tool has to tell."""

    make: Callable[[float], bytes]
    # So many frames of silence may an encoder have added, without the file saying so.
    padding_frames: int = 0
    # Why ffprobe does not tell the right length.
    misjudged: str = ""


def made(
    ending: str, *options: str, rate_hz: int = 44_100, channels: int = 2
) -> Callable[[float], bytes]:
    """Have a file made by FFmpeg."""

    def make(length_s: float) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"music.{ending}"
            return encode(music(length_s, rate_hz, channels), rate_hz, path, *options)

    return make


def piped(*options: str) -> Callable[[float], bytes]:
    """Have a file made by an FFmpeg that cannot go back to its beginning."""
    return lambda length_s: encode_to_pipe(music(length_s), 44_100, *options)


def with_picture(ending: str, *options: str) -> Callable[[float], bytes]:
    """Have a file made by FFmpeg, with a cover of half a megabyte in it."""
    cover = "testsrc2=size=900x900:rate=1:duration=1,noise=alls=100:all_seed=1"
    inputs = ("-f", "lavfi", "-i", cover, "-map", "0:a", "-map", "1:v")
    kept = ("-c:v", "mjpeg", "-q:v", "2", "-disposition:v", "attached_pic")
    return made(ending, *inputs, *kept, *options)


def tagged(before: bytes = b"", after: bytes = b"") -> Callable[[float], bytes]:
    """Have an MP3 between tags."""
    return lambda length_s: before + mp3(length_s) + after


def simulated(length_s: float) -> bytes:
    """Make an MP3 as the simulated providers do."""
    return mp3_frames(music(length_s, 48_000))


@cache
def mp3(length_s: float) -> bytes:
    """Make a bare MP3 of one bit rate."""
    return made("mp3", "-b:a", "128k", "-write_xing", "0", "-id3v2_version", "0")(length_s)


_BARE = "estimates from the first frames' bit rate"
_TAGGED = "takes the tags behind the music for music"
_UNTOLD = "takes the length from the head alone, which has none"
_PRE_SKIP = "counts what a decoder throws away"
_VBR = ("mp3", "-q:a", "2")

RECIPES: dict[str, Recipe] = {
    "mp3 cbr": Recipe(made("mp3", "-b:a", "128k")),
    "mp3 cbr 48 kHz": Recipe(made("mp3", "-b:a", "192k", rate_hz=48_000)),
    "mp3 cbr mono": Recipe(made("mp3", "-b:a", "64k", channels=1)),
    "mp3 cbr bare": Recipe(mp3, 3),
    "mp3 vbr": Recipe(made(*_VBR)),
    "mp3 vbr 48 kHz mono": Recipe(made(*_VBR, rate_hz=48_000, channels=1)),
    "mp3 vbr bare": Recipe(made(*_VBR, "-write_xing", "0"), 3, _BARE),
    "mp3 vbr bare 48 kHz": Recipe(made(*_VBR, "-write_xing", "0", rate_hz=48_000), 3, _BARE),
    "mp3 vbri": Recipe(lambda length_s: tags.with_vbri(mp3(length_s)), 3),
    "mp3 22 kHz": Recipe(made("mp3", "-b:a", "64k", rate_hz=22_050, channels=1)),
    "mp3 11 kHz": Recipe(made("mp3", "-b:a", "32k", rate_hz=11_025, channels=1)),
    "mp3 32 kHz": Recipe(made("mp3", "-b:a", "320k", rate_hz=32_000)),
    "mp3 simulated": Recipe(simulated, 3),
    "mp3 picture": Recipe(with_picture("mp3", "-b:a", "128k")),
    "mp3 footer": Recipe(tagged(tags.id3v2(b"x" * 70_000, has_footer=True)), 3),
    "mp3 two tags": Recipe(tagged(tags.id3v2(b"x" * 300) + tags.id3v2(PICTURE)), 3),
    "mp3 padded": Recipe(tagged(tags.id3v2(b"") + bytes(1500)), 3),
    "mp3 old tags": Recipe(tagged(after=tags.ape(b"x" * 900) + tags.id3v1()), 3, _TAGGED),
    "mp2": Recipe(made("mp2", "-b:a", "192k"), 1),
    "wav": Recipe(made("wav")),
    "wav float 48 kHz": Recipe(made("wav", "-c:a", "pcm_f32le", rate_hz=48_000)),
    "wav extensible": Recipe(made("wav", "-c:a", "pcm_s24le", channels=6)),
    "wav 8 bit mono": Recipe(made("wav", "-c:a", "pcm_u8", channels=1)),
    "wav 64 bit": Recipe(made("wav", "-rf64", "always")),
    "wav piped": Recipe(piped("-f", "wav")),
    "m4a": Recipe(made("m4a", "-b:a", "128k")),
    "m4a index first": Recipe(made("m4a", "-b:a", "128k", "-movflags", "+faststart")),
    "m4a 48 kHz mono": Recipe(made("m4a", "-b:a", "96k", rate_hz=48_000, channels=1)),
    "m4a fragments": Recipe(
        made("m4a", "-movflags", "frag_keyframe+empty_moov", "-frag_duration", "1000000"), 2
    ),
    "m4a picture": Recipe(with_picture("m4a", "-b:a", "128k")),
    "m4a alac": Recipe(made("m4a", "-c:a", "alac")),
    "m4a opus": Recipe(made("mp4", "-c:a", "libopus", rate_hz=48_000)),
    "m4a flac": Recipe(made("mp4", "-c:a", "flac")),
    "ogg opus": Recipe(made("opus", "-c:a", "libopus", rate_hz=48_000), misjudged=_PRE_SKIP),
    "ogg opus mono": Recipe(
        made("ogg", "-c:a", "libopus", "-frame_duration", "60", rate_hz=48_000, channels=1),
        misjudged=_PRE_SKIP,
    ),
    "ogg vorbis": Recipe(made("ogg", "-c:a", "vorbis", "-strict", "-2"), 1),
    "ogg flac": Recipe(made("oga", "-c:a", "flac")),
    "flac": Recipe(made("flac")),
    "flac piped": Recipe(piped("-f", "flac"), misjudged=_UNTOLD),
    "flac picture": Recipe(with_picture("flac", "-sample_fmt", "s32")),
}


@cache
def audio_file(name: str, length_s: float = LENGTH_S) -> bytes:
    """Make a file by its recipe, once."""
    return RECIPES[name].make(length_s)
