"""What may be chosen when a simulator is started. The defaults are what the providers publish."""

from dataclasses import dataclass
from typing import Final, Self

KEY_PREFIX: Final = "sim-"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in any `span_s` seconds of real time; a count of 0 is no limit."""

    count: int
    span_s: float


NO_LIMIT: Final = Limit(0, 1.0)


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """
    One simulator's settings.

    Seconds that a provider publishes (stages, retries) are multiplied by `scale`. The limits of
    requests and the 15 s a receiver has to answer are real seconds: a client's clock is not scaled.
    """

    seed: int = 1
    """The same seed is the same run: ids, times and music."""
    scale: float = 1.0
    """Real seconds for each second that a provider publishes."""
    text_s: float = 10.0
    """When the words of a task are there, or it is seen to run."""
    first_s: float = 35.0
    """When its first track is there, or it fails."""
    complete_s: float = 120.0
    """When all of it is there."""
    retries_s: tuple[float, ...] = (60.0, 300.0, 900.0)
    """The pauses after which a callback that was not answered 200 is sent again."""
    callback_timeout_s: float = 15.0
    """How long a receiver of callbacks has to answer, in real seconds."""
    hang_s: float = 90.0
    """How long a create that is never answered is held, in real seconds."""

    key: str | None = None
    """The only API key that is accepted; None accepts any that starts with KEY_PREFIX."""
    scenario: str = "S1-happy"
    """How creates go that neither have a marker nor were ordered otherwise."""
    credits: float = 1_000_000.0
    """How many there are to spend."""
    create_limit: Limit | None = None
    """How many creates are taken; None is what the provider publishes."""
    poll_limit: Limit | None = None
    """How many polls of one task are answered; None is what the provider publishes."""

    strict: bool = True
    """Refuse what nobody documents, above all fields."""
    edge: bool = False
    """Answer a library's default User-Agent with an HTML 403, as their edge does."""
    switches: object = None
    """The provider's own settings, in its own type; None is its defaults."""
    ahead: bool = True
    """Render when a task is made, so that its files are ready in time; else at a download."""
    tunes: int = 0
    """How many different tunes there are; 0 is one for every request. Few are quick to render."""
    lasts_s: float | None = None
    """How long each tune plays; None is as long as it wants. Short ones are quick to hear, too."""

    @classmethod
    def local(cls, *, seed: int = 1, scenario: str = "S1-happy") -> Self:
        """Pass a job's stages after 0.8, 2 and 4 real seconds, to be watched."""
        return cls(
            seed=seed, scenario=scenario, scale=1 / 30, text_s=24.0, first_s=60.0, complete_s=120.0
        )
