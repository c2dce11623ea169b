"""A task as a provider knows it: what was asked, what will come of it, and when."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from local.simulators.clock import Window
from local.simulators.dice import Dice
from local.simulators.scenario import Mark, Moment, Scenario
from local.simulators.settings import NO_LIMIT, Limit, SimulatorSettings
from local.simulators.tune import Brief, compose

_STREAM_TTL_S: Final = 600.0


@dataclass(frozen=True, slots=True)
class Clip:
    """One track of a task."""

    clip_id: str
    index: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Words:
    """What a task's tracks are called and say."""

    title: str
    lyrics: str
    tags: str
    model_name: str


@dataclass(frozen=True, slots=True)
class Order[S: Scenario]:
    """Everything of a task that its request and the server's state decide."""

    request: Mapping[str, Any]
    scenario: S
    dice: Dice
    base_url: str
    began: float
    created_at: datetime
    poll_limit: Limit = NO_LIMIT


@dataclass(frozen=True, slots=True)
class Draft:
    """What a format makes of an order: its ids, one for each track, its words and its music."""

    task_id: str
    clip_ids: tuple[str, ...]
    words: Words
    brief: Brief


@dataclass(slots=True)
class Task[S: Scenario]:
    """One accepted create. Its course is settled when it is made; only time and receivers pass."""

    task_id: str
    request: Mapping[str, Any]
    words: Words
    brief: Brief
    clips: tuple[Clip, ...]
    moments: Mapping[Moment, float]
    scenario: S
    dice: Dice
    """Chance of this task alone: whatever else a format needs of it."""
    base_url: str
    began: float
    created_at: datetime
    poll_window: Window
    polls: int = 0
    fetched: Counter[str] = field(default_factory=Counter)
    given_up: bool = False
    """Whether the last callback was never answered well."""
    trouble: str = ""
    """What went wrong on the way, whatever the scenario says."""
    delivered: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    def at(self, moment: Moment, plus_s: float = 0.0) -> float:
        """Tell when a moment comes, on the clock of published seconds."""
        return self.began + self.moments[moment] + plus_s

    def mark(self, marks: Sequence[Mark], now: float) -> Mark:
        """Tell which of some marks holds now: the last that was reached, else the first."""
        passed = [mark for mark in marks if self.at(mark.after, mark.plus_s) <= now]
        return passed[-1] if passed else marks[0]

    def heard(self, clip: Clip, now: float) -> bool:
        """Tell whether a track can be downloaded yet."""
        return now >= self.at(Moment.COMPLETE if clip.index else Moment.FIRST)

    def streams(self, now: float) -> bool:
        """Tell whether a track's temporary stream is open."""
        return self.at(Moment.TEXT) <= now < self.at(Moment.COMPLETE, _STREAM_TTL_S)


def make_task[S: Scenario](order: Order[S], draft: Draft, settings: SimulatorSettings) -> Task[S]:
    """
    Settle the course of a task.

    Ids and timings follow from the seed and the task's number; the music from the seed and the
    request. So the same requests in the same order are the same run.
    """
    return Task(
        task_id=draft.task_id,
        request=order.request,
        words=draft.words,
        brief=draft.brief,
        clips=tuple(
            Clip(clip_id, index, compose(draft.brief, index).length_s)
            for index, clip_id in enumerate(draft.clip_ids)
        ),
        moments=_moments(settings, order.scenario, order.dice),
        scenario=order.scenario,
        dice=order.dice,
        base_url=order.base_url,
        began=order.began,
        created_at=order.created_at,
        poll_window=Window(order.poll_limit),
    )


def make_brief(
    settings: SimulatorSettings,
    *,
    prompt: str,
    style: str = "",
    title: str = "",
    instrumental: bool = False,
    voice: str = "",
) -> Brief:
    """Say what a request sounds like; where there are few tunes, it is one of those."""
    if settings.tunes:
        choice = Dice(f"{prompt}/{style}/{title}").bits("tune") % settings.tunes
        prompt, style, title = f"tune {choice}", "", ""
    return Brief(prompt, style, title, instrumental, voice, settings.seed, settings.lasts_s)


def _moments(settings: SimulatorSettings, scenario: Scenario, dice: Dice) -> Mapping[Moment, float]:
    published = {
        Moment.TEXT: settings.text_s,
        Moment.FIRST: settings.first_s,
        Moment.COMPLETE: settings.complete_s,
    }
    return {Moment.CREATED: 0.0} | {
        moment: seconds * scenario.pace * dice.between(f"delay {moment}", 0.93, 1.07)
        for moment, seconds in published.items()
    }
