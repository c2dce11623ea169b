"""An ear: takes decoded frames, and tells what was heard."""

from av.audio.frame import AudioFrame

from cliphook.adapters.sound.loudness import Loudness
from cliphook.adapters.sound.meter import Meter
from cliphook.domain.sound import Sound


class Ear:
    """Listens to frames, of which the first says how the clip is to be measured."""

    def __init__(self) -> None:
        self._parts: tuple[Meter, Loudness] | None = None
        self._sample_rate = 0
        self._channels = 0
        self.skipped_packets = 0

    @property
    def heard_s(self) -> float:
        """How much was heard until now."""
        return self._parts[0].duration_s if self._parts else 0.0

    def hear(self, frame: AudioFrame) -> None:
        """Listen to a frame."""
        if self._parts is None:
            self._sample_rate, self._channels = frame.sample_rate, frame.layout.nb_channels
            meter = Meter(sample_rate=self._sample_rate, channels=self._channels)
            self._parts = meter, Loudness(frame, meter.add)
        self._parts[1].add(frame)

    def sound(self) -> Sound | None:
        """Tell what was heard, once nothing more will be; `None` if that was nothing at all."""
        if self._parts is None:
            return None
        meter, loudness = self._parts
        loudness.finish()
        meter.finish()
        if not meter.frames:
            return None
        peak = loudness.true_peak_dbtp
        return Sound(
            duration_s=round(meter.duration_s, 6),
            sample_rate=self._sample_rate,
            channels=self._channels,
            loudness_lufs=loudness.integrated_lufs,
            true_peak_dbtp=None if peak is None else round(peak, 3),
            leading_silence_s=round(meter.leading_silence_s, 6),
            trailing_silence_s=round(meter.trailing_silence_s, 6),
            peaks=meter.peaks(),
            skipped_packets=self.skipped_packets,
        )
