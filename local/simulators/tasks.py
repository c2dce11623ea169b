"""A task as a provider knows it: what was asked, what will come of it, and when."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from local.simulators.clock import Window
from local.simulators.dice import Dice
from local.simulators.facts import Facts
from local.simulators.scenario import Mark, Moment, Scenario
from local.simulators.settings import SimulatorSettings
from local.simulators.tune import Brief, compose
from local.simulators.words import lyrics_for, title_for

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


@dataclass(slots=True)
class Task:
    """One accepted create. Its course is settled when it is made; only time and receivers pass."""

    task_id: str
    foreign_id: str
    request: Mapping[str, Any]
    words: Words
    brief: Brief
    clips: tuple[Clip, ...]
    moments: Mapping[Moment, float]
    scenario: Scenario
    marks: tuple[Mark, ...]
    base_url: str
    began: float
    created_at: datetime
    poll_window: Window
    given_up: bool = False
    polls: int = 0
    fetched: Counter[str] = field(default_factory=Counter)
    delivered: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    def at(self, moment: Moment, plus_s: float = 0.0) -> float:
        """Tell when a moment comes, on the clock of published seconds."""
        return self.began + self.moments[moment] + plus_s

    def mark(self, now: float) -> Mark:
        """Tell what record-info says now."""
        passed = [mark for mark in self.marks if self.at(mark.after, mark.plus_s) <= now]
        mark = passed[-1] if passed else self.marks[0]
        if self.given_up and mark.status == "SUCCESS":
            return Mark("CALLBACK_EXCEPTION")
        return mark

    def heard(self, clip: Clip, now: float) -> bool:
        """Tell whether a track can be downloaded yet."""
        return now >= self.at(Moment.COMPLETE if clip.index else Moment.FIRST)

    def streams(self, now: float) -> bool:
        """Tell whether a track's temporary stream is open."""
        return self.at(Moment.TEXT) <= now < self.at(Moment.COMPLETE, _STREAM_TTL_S)


@dataclass(frozen=True, slots=True)
class Order:
    """Everything of a task that its request and the server's state decide."""

    request: Mapping[str, Any]
    scenario: Scenario
    number: int
    base_url: str
    began: float
    created_at: datetime


def make_task(order: Order, facts: Facts, settings: SimulatorSettings) -> Task:
    """
    Settle the course of a task.

    Ids and timings follow from the seed and the task's number; the music from the seed and the
    request. So the same requests in the same order are the same run.
    """
    dice = Dice(f"{settings.seed}/{facts.provider}/{order.number}")
    brief = _brief(order.request, settings)
    return Task(
        task_id=dice.hex32("task"),
        foreign_id=dice.hex32("foreign task"),
        request=order.request,
        words=_words(order.request, facts, dice),
        brief=brief,
        clips=tuple(
            Clip(dice.uuid(f"clip {index}"), index, compose(brief, index).length_s)
            for index in range(order.scenario.tracks)
        ),
        moments=_moments(settings, order.scenario, dice),
        scenario=order.scenario,
        marks=tuple(
            mark for mark in order.scenario.marks if facts.generating or mark.status != "GENERATING"
        ),
        base_url=order.base_url,
        began=order.began,
        created_at=order.created_at,
        poll_window=Window(settings.poll_limit),
    )


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


def _brief(request: Mapping[str, Any], settings: SimulatorSettings) -> Brief:
    texts = {name: request.get(name, "") for name in ("prompt", "style", "title")}
    if settings.tunes:
        choice = Dice("/".join(texts.values())).bits("tune") % settings.tunes
        texts = {"prompt": f"tune {choice}", "style": "", "title": ""}
    return Brief(
        **texts,
        instrumental=request["instrumental"],
        voice=request.get("vocalGender", ""),
        seed=settings.seed,
    )


def _words(request: Mapping[str, Any], facts: Facts, dice: Dice) -> Words:
    custom, prompt = request["customMode"], request.get("prompt", "")
    lyrics = prompt if custom else lyrics_for(prompt, dice)
    return Words(
        title=request["title"] if custom else title_for(prompt),
        lyrics="" if request["instrumental"] else lyrics,
        tags=request["style"] if custom else "warm, melodic",
        model_name=facts.models[request["model"]].upstream,
    )
