"""What each sample of a provider's bodies must become, said by a person who read the sample."""

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from cliphook.domain.report import Progress, ReportedClip
from cliphook.domain.status import Stage

WIRE: Final = Path(__file__).parents[2] / "events" / "wire"


@dataclass(frozen=True, slots=True)
class Tune:
    """The one tune that all samples of a provider are about."""

    task_id: str
    clips: tuple[ReportedClip, ReportedClip]
    lyrics: tuple[ReportedClip, ReportedClip]

    @property
    def silent(self) -> tuple[ReportedClip, ReportedClip]:
        """The clips before there is anything to hear, but for a stream."""
        one, two = self.clips
        return silenced(one), silenced(two)

    def at(self, stage: Stage, *clips: ReportedClip, via_poll: bool = False) -> Progress:
        """Tell what a report of a stage is to be read as; only callbacks name the task."""
        return Progress(None if via_poll else self.task_id, stage, clips)


def silenced(clip: ReportedClip) -> ReportedClip:
    """Take the audio away, and the duration, which is not known before it."""
    return replace(clip, audio_url=None, source_url=None, duration_s=None)


def text(index: int, title: str, lyrics: str) -> ReportedClip:
    """Make one of the texts of a job that makes nothing else; it has no id at the provider."""
    return ReportedClip(f"lyrics-{index}", index, title=title, lyrics=lyrics)


def stems(provider: str, *titles: str) -> tuple[ReportedClip, ...]:
    """Make the parts of a tune, each named by what is to be heard on it."""
    names = {"Vocals": "vocal", "Effects": "fx", "Backing vocals": "backing_vocals"}
    host = f"https://files.{provider}.test/s"
    return tuple(
        ReportedClip(name, index, title=title, audio_url=f"{host}/{name}.mp3")
        for index, title in enumerate(titles)
        for name in (names.get(title, title.lower()),)
    )


TUNES: Final = {
    "sunoapi": Tune(
        task_id="7d02b9e44c1f4a60a3e58b1c96f0d217",
        clips=(
            ReportedClip(
                provider_clip_id="0c9a4f7e-52d1-4b86-9e3a-71f0c4d8b265",
                index=0,
                title="Ferry Light",
                lyrics="[Verse]\nThe ferry hums across the grey\n[Chorus]\nCarry me, carry me over",
                style="folk, warm accordion",
                audio_url="https://files.sunoapi.test/r/0c9a4f7e.mp3",
                source_url="https://cdn.sunoapi.test/0c9a4f7e-52d1-4b86-9e3a-71f0c4d8b265.mp3",
                stream_url="https://stream.sunoapi.test/MGM5YTRmN2U",
                image_url="https://files.sunoapi.test/i/0c9a4f7e.jpeg",
                duration_s=Decimal("187.32"),
            ),
            ReportedClip(
                provider_clip_id="a83e61d2-0f4b-4c97-8d15-2be90c7f53a4",
                index=1,
                title="Ferry Light",
                lyrics="[Verse]\nThe ferry hums across the grey\n[Chorus]\nCarry me, carry me over",
                style="folk, warm accordion",
                audio_url="https://files.sunoapi.test/r/a83e61d2.mp3",
                source_url="https://cdn.sunoapi.test/a83e61d2-0f4b-4c97-8d15-2be90c7f53a4.mp3",
                stream_url="https://stream.sunoapi.test/YTgzZTYxZDI",
                image_url="https://files.sunoapi.test/i/a83e61d2.jpeg",
                duration_s=Decimal("201.04"),
            ),
        ),
        lyrics=(
            text(0, "Ferry Light", "[Verse]\nThe ferry hums across the grey"),
            text(1, "Grey Water", "[Verse]\nGulls are writing on the water"),
        ),
    ),
    "apikley": Tune(
        task_id="19c4e8b05f7d4d2e8a6b3c0f71e5924d",
        clips=(
            ReportedClip(
                provider_clip_id="6f1d2b83-9c40-4e7a-b215-d80e3a47c96f",
                index=0,
                title="Electric Rain",
                lyrics="[Verse]\nNeon in the puddles\n[Chorus]\nWalk me home, electric rain",
                style="synthwave, night",
                audio_url="https://files.apikley.test/r/6f1d2b83.mp3",
                stream_url="https://stream.apikley.test/NmYxZDJiODM",
                image_url="https://files.apikley.test/i/6f1d2b83.jpeg",
                duration_s=Decimal("142.6"),
            ),
            ReportedClip(
                provider_clip_id="d25b07c9-e318-4f6d-a94c-18f7b60e2d53",
                index=1,
                title="Electric Rain",
                lyrics="[Verse]\nNeon in the puddles\n[Chorus]\nWalk me home, electric rain",
                style="synthwave, night",
                audio_url="https://files.apikley.test/r/d25b07c9.mp3",
                stream_url="https://stream.apikley.test/ZDI1YjA3Yzk",
                image_url="https://files.apikley.test/i/d25b07c9.jpeg",
                duration_s=Decimal("158.88"),
            ),
        ),
        lyrics=(
            text(0, "Electric Rain", "[Verse]\nNeon in the puddles"),
            text(1, "Last Tram", "[Verse]\nThe tram sings in the wire"),
        ),
    ),
}

# What the failures say, as (our code, the provider's).
COMMON_FAILURES: Final = {
    "record_info_create_task_failed": ("generation_failed", "500"),
    "record_info_sensitive_word_error": ("content_policy", "400"),
    "error_500": ("generation_failed", "500"),
    # Nobody looks at words when music is taken apart, so the code cannot mean those.
    "error_stems": ("generation_failed", "400"),
    "record_info_stems_failed": ("generation_failed", "400"),
}
FAILURES: Final = {
    "sunoapi": COMMON_FAILURES
    | {f"error_{shape}": ("content_policy", "400") for shape in ("null", "list", "string")}
    | {
        "error_failed": ("content_policy", "400"),
        "error_400": ("content_policy", "400"),
        "error_451": ("generation_failed", "451"),
        "error_lyrics": ("content_policy", "400"),
        "record_info_lyrics_failed": ("generation_failed", "500"),
        "record_info_failed": ("generation_failed", "500"),
        "record_info_generate_audio_failed": ("generation_failed", "500"),
    },
    "apikley": COMMON_FAILURES
    | {f"error_{shape}": ("generation_failed", "501") for shape in ("null", "list", "string")}
    | {
        "error_failed": ("generation_failed", "501"),
        "error_400": ("content_policy", "400"),
        "error_408": ("generation_failed", "408"),
        "error_413": ("content_policy", "413"),
        "error_501": ("generation_failed", "501"),
        "error_531": ("generation_failed", "531"),
        "error_lyrics": ("generation_failed", "501"),
        "record_info_lyrics_failed": ("generation_failed", "501"),
        "record_info_generate_audio_failed": ("generation_failed", "501"),
    },
}

# What refusals of a submission say, as (our code, whether it may be tried again); 500 is none.
BUSY: Final = ("provider_rate_limited", True)
REJECTED: Final = ("provider_rejected", False)
UNAUTHORIZED: Final = ("provider_unauthorized", False)
OUT_OF_CREDIT: Final = ("provider_out_of_credit", False)
UNAVAILABLE: Final = ("provider_unavailable", True)
REFUSALS: Final = {
    "sunoapi": {
        400: REJECTED,
        401: UNAUTHORIZED,
        404: REJECTED,
        405: BUSY,
        413: REJECTED,
        429: OUT_OF_CREDIT,
        430: BUSY,
        455: UNAVAILABLE,
    },
    "apikley": {
        401: UNAUTHORIZED,
        402: OUT_OF_CREDIT,
        404: REJECTED,
        409: REJECTED,
        422: REJECTED,
        429: BUSY,
        451: REJECTED,
        455: UNAVAILABLE,
    },
}


def names(provider: str) -> tuple[str, ...]:
    """Name a provider's samples."""
    return tuple(sorted(path.stem for path in (WIRE / provider).glob("*.json")))


def sample(provider: str, name: str) -> bytes:
    """Read a sample as it comes over the wire."""
    return (WIRE / provider / f"{name}.json").read_bytes()


def parsed(provider: str, name: str) -> Any:
    """Read a sample as a value, to make a variation of it."""
    return json.loads(sample(provider, name))
