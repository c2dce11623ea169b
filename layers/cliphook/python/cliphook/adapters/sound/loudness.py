"""How loud it is: EBU R128 and true peak, computed by FFmpeg's filters while the clip passes."""

import math
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

import audioop
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.error import BlockingIOError as NothingYetError
from av.error import EOFError as NothingMoreError
from av.filter import Graph
from av.filter.context import FilterContext

# What the filter says while nothing has passed its absolute gate.
_GATE_LUFS: Final = -70.0
_INTEGRATED: Final = "lavfi.r128.I"

# ITU-R BS.1770-5, annex 2: four times the samples of music at 48 kHz show what lies between them.
_OVERSAMPLED_HZ: Final = 192_000
# More shows nothing more, and takes time for what was never music.
_OVERSAMPLED_MAX: Final = 8
_PEAK_SAMPLE_BYTES: Final = 4
# Made smaller before it becomes integers, since peaks between samples go above full scale.
_HEADROOM: Final = 16
_PEAK_FULL_SCALE: Final = 2**31 // _HEADROOM


class Loudness:
    """
    Measures what is added, and hands it on as 16-bit samples of all channels in turn.

    Everything is measured as the first frame is: later ones of another rate or with other channels
    are converted to it.
    """

    def __init__(self, first: AudioFrame, hand_on: Callable[[memoryview], None]) -> None:
        self._hand_on = hand_on
        self._first = _nature(first)
        self._layout, self._format = first.layout.name, first.format.name
        self._resampler: tuple[object, AudioResampler] | None = None
        # The last frame may be too short to have been measured.
        self._last: deque[AudioFrame] = deque(maxlen=2)
        self._peak = 0
        self._graph = Graph()
        self._graph.threads = 1
        self._samples, self._peaks = self._wired(first)

    def add(self, frame: AudioFrame) -> None:
        """Measure a frame."""
        for even in self._evened(frame):
            # Times are of no use here, and some files have absurd ones.
            even.pts = None
            self._graph.push(even)
            self._drain()

    def finish(self) -> None:
        """Measure what the filters hold back; nothing may be added after that."""
        self._graph.push(None)
        self._drain()

    @property
    def integrated_lufs(self) -> float | None:
        """The loudness of the whole, unless nothing of it was loud or long enough."""
        told = [float(frame.metadata.get(_INTEGRATED, "nan")) for frame in self._last]
        measured = [lufs for lufs in told if math.isfinite(lufs)]
        return measured[-1] if measured and measured[-1] > _GATE_LUFS else None

    @property
    def true_peak_dbtp(self) -> float | None:
        """The highest point of the whole, unless there is none."""
        return 20 * math.log10(self._peak / _PEAK_FULL_SCALE) if self._peak else None

    def _wired(self, first: AudioFrame) -> tuple[FilterContext, FilterContext]:
        add = self._graph.add
        source = self._graph.add_abuffer(
            sample_rate=first.sample_rate, format=first.format, layout=first.layout
        )
        split = add("asplit", "2")
        samples, peaks = add("abuffersink"), add("abuffersink")
        gated = add("ebur128", "metadata=1:framelog=quiet")
        rate_hz = min(_OVERSAMPLED_HZ, _OVERSAMPLED_MAX * first.sample_rate)
        smaller = add("volume", f"{1 / _HEADROOM}:precision=float")
        oversampled = add("aresample", f"{rate_hz}:osf=s32")
        source.link_to(split)
        split.link_to(gated)
        self._graph.link_nodes(gated, add("aformat", "sample_fmts=s16"), samples)
        split.link_to(smaller, output_idx=1)
        self._graph.link_nodes(smaller, oversampled, peaks)
        self._graph.configure()
        return samples, peaks

    def _drain(self) -> None:
        for frame in _pulled(self._samples):
            self._last.append(frame)
            self._hand_on(_interleaved(frame))
        for frame in _pulled(self._peaks):
            self._peak = max(self._peak, audioop.max(_interleaved(frame), _PEAK_SAMPLE_BYTES))

    def _evened(self, frame: AudioFrame) -> list[AudioFrame]:
        nature = _nature(frame)
        if nature == self._first:
            return [frame]
        if self._resampler is None or self._resampler[0] != nature:
            rate_hz = self._first[0]
            self._resampler = nature, AudioResampler(self._format, self._layout, rate_hz)
        return self._resampler[1].resample(frame)


def _nature(frame: AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.format.name, frame.layout.name


def _pulled(sink: FilterContext) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = sink.pull()
        except (NothingYetError, NothingMoreError):
            return
        if isinstance(frame, AudioFrame):
            yield frame


def _interleaved(frame: AudioFrame) -> memoryview:
    """Show the samples of a packed frame, without what pads its buffer."""
    length = frame.samples * frame.layout.nb_channels * frame.format.bytes
    return memoryview(frame.planes[0])[:length]
