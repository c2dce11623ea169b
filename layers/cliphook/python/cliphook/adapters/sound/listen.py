"""Listens to a file, whatever it holds."""

import time
from collections.abc import Callable
from typing import BinaryIO, Final, Never

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

from cliphook.adapters.sound.ear import Ear
from cliphook.adapters.sound.leash import Leash, OvertimeError
from cliphook.domain.sound import Reason, Sound, Undecodable

# No provider makes the fourth part of it, and a CD holds a little more.
SECONDS_MAX: Final = 3600.0
PATIENCE_S: Final = 60.0

# What may be opened at all. FFmpeg knows playlists and scripts too, which name other files and
# addresses to be opened, and hundreds of decoders that nobody needs for music.
_FORMATS: Final = "aac,flac,mov,mp3,ogg,wav"
_CODECS: Final = (
    *("aac", "alac", "flac", "libopus", "mp2", "mp2float", "mp3", "mp3float", "opus", "vorbis"),
    *("pcm_f32le", "pcm_f64le", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_u8"),
)
_OPTIONS: Final = {"format_whitelist": _FORMATS, "codec_whitelist": ",".join(_CODECS)}

# Below, the frames of a meter are empty; above, nothing is music.
_RATES_HZ: Final = (8_000, 192_000)
_CHANNELS_MAX: Final = 8

# What PyAV raises besides its own errors, where a file's numbers make no sense to it.
_NONSENSE: Final = (ArithmeticError, LookupError, RuntimeError, ValueError)


def listen(
    file: BinaryIO,
    *,
    seconds_max: float = SECONDS_MAX,
    patience_s: float = PATIENCE_S,
    clock: Callable[[], float] = time.monotonic,
) -> Sound | Undecodable:
    """
    Decode a file from its beginning to its end, and tell what was heard.

    Memory does not grow with the file. Whatever the bytes are, the answer is a value; only the
    file's own errors pass. What hostile bytes can do to the decoder itself, `listen_apart` keeps
    from the process.
    """
    ear = Ear()
    leash = Leash(file, until=clock() + patience_s, clock=clock)
    reason = _play(leash, ear, seconds_max)
    try:
        sound = ear.sound()
    except (FFmpegError, MemoryError, *_NONSENSE):
        return Undecodable(reason or Reason.DAMAGED)
    if sound is None or reason is not None:
        return Undecodable(reason or Reason.DAMAGED, sound)
    return sound


def _play(leash: Leash, ear: Ear, seconds_max: float) -> Reason | None:
    """Let the ear hear the file; say why it is not all of it."""
    try:
        with av.open(leash, "r", options=_OPTIONS, io_open=_refuse) as container:
            stream = next(iter(container.streams.audio), None)
            if stream is None or _codec(stream) not in _CODECS:
                return Reason.NOT_AUDIO
            if not _is_usual(stream):
                return Reason.UNUSUAL
            return _follow(container, stream, leash, ear, seconds_max)
    except OvertimeError:
        return Reason.TOO_SLOW
    except MemoryError:
        return Reason.CRASHED
    except (FFmpegError, *_NONSENSE):
        return Reason.DAMAGED if ear.heard_s else Reason.NOT_AUDIO


def _follow(
    container: InputContainer, stream: AudioStream, leash: Leash, ear: Ear, seconds_max: float
) -> Reason | None:
    stream.codec_context.thread_count = 1
    for packet in container.demux(stream):
        if leash.is_over:
            return Reason.TOO_SLOW
        try:
            frames = packet.decode()
        except FFmpegError:
            ear.skipped_packets += 1
            continue
        for frame in frames:
            ear.hear(frame)
        if ear.heard_s > seconds_max:
            return Reason.TOO_LONG
    return None


def _codec(stream: AudioStream) -> str | None:
    """Name the decoder; what FFmpeg has none for has no context, whatever the types say."""
    return getattr(stream.codec_context, "name", None)


def _is_usual(stream: AudioStream) -> bool:
    rate_min, rate_max = _RATES_HZ
    return rate_min <= stream.rate <= rate_max and 0 < stream.channels <= _CHANNELS_MAX


def _refuse(url: str, _flags: int, _options: dict[str, str]) -> Never:
    raise ValueError(f"a clip is one file; this one names {url[:80]!r}")
