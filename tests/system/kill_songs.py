"""Two hundred songs, each with a name of its own, and how its provider behaves."""

import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice, product
from typing import Any

import httpx

FIRST = (
    *("Amber", "Bitter", "Copper", "Distant", "Early", "Fallow", "Golden", "Hollow", "Idle"),
    *("Jagged", "Kindled", "Lonely", "Mellow", "Narrow", "Open", "Pale", "Quiet", "Rusty"),
    *("Silver", "Tidal", "Upper", "Velvet", "Western", "Yellow"),
)
SECOND = (
    *("Anchor", "Bridge", "Canyon", "Delta", "Ember", "Ferry", "Garden", "Harbour", "Island"),
    *("Junction", "Kettle", "Lantern", "Meadow", "Needle", "Orchard", "Pillar", "Quarry"),
    *("River", "Station", "Timber", "Valley", "Window"),
)

KEPT, PARTLY, FAILED, EXPIRED = "archived", "complete", "failed", "expired"
HAPPY = "S1-happy"

# What any of them may do, and how the job must end.
ANY = {
    "S2-slow": KEPT,
    "S5-rate-limited-then-ok": KEPT,
    "S10-unknown-fields": KEPT,
    "S14-audio-404-then-ok": KEPT,
    "S15-empty-audio-then-ok": KEPT,
    "audio-403-then-ok": KEPT,
    "audio-half-then-ok": KEPT,
    "audio-redirect": KEPT,
    "first-poll-html-502": KEPT,
    "audio-404": PARTLY,
    "S4-no-credits": FAILED,
    "S6-validation": FAILED,
    # Nobody can tell that there is no task, so it is waited for.
    "S7-error-before-accept": EXPIRED,
}
CALLED_BACK = {
    "skip-text-first": KEPT,
    "out-of-order": KEPT,
    "lost-callbacks": KEPT,
    "lost-complete": KEPT,
    "complete-before-answer": KEPT,
    "one-track": KEPT,
    "sensitive-word": FAILED,
}
# The task that a callback names is found, whatever became of the answer.
NAMED = {
    "S8-error-after-accept": KEPT,
    "S8-cut-after-accept": KEPT,
    "S8-timeout-after-accept": KEPT,
    "S8-no-task-id": KEPT,
    "foreign-task-id": KEPT,
    "duplicate": KEPT,
    "error-then-success": KEPT,
    "failure-after-first": FAILED,
}
BEHAVIOURS: Mapping[str, Mapping[str, str]] = {
    "sunoapi/V5": ANY | CALLED_BACK | NAMED,
    "apikley/V4_5": ANY | CALLED_BACK | NAMED,
    "apiin/suno-v5-0": ANY
    | CALLED_BACK
    | {"S8-error-after-accept": EXPIRED, "fail-generation": FAILED, "lean-items": KEPT},
    "stratizon/suno-5.5": ANY
    | {
        "S8-error-after-accept": EXPIRED,
        "complete-without-audio": KEPT,
        "status-unknown": KEPT,
        "poll-html-502": KEPT,
        "one-track": KEPT,
        "failed-at-once": FAILED,
        "canceled": FAILED,
        "fail-content_policy_violation": FAILED,
    },
    "infery/suno-v4": ANY
    | {
        "S8-cut-after-accept": EXPIRED,
        "async-prose": KEPT,
        "async-schema": KEPT,
        "word-completed": KEPT,
        "one-track": KEPT,
        "async-failure": FAILED,
    },
}
# What takes longest is asked for first, and so is what nobody knows for long.
SLOW = {"S2-slow", "S8-timeout-after-accept", "poll-html-502", "lost-callbacks", "lost-complete"}

TRIES = 12
PAUSE_S = 0.5


class NotTakenError(Exception):
    """A client was never answered well."""


@dataclass(frozen=True, slots=True)
class Song:
    """One request: what it is called, who is to make it, how that goes and must end."""

    name: str
    model: str
    scenario: str
    end: str

    @property
    def provider(self) -> str:
        return self.model.partition("/")[0]

    @property
    def request(self) -> Mapping[str, str]:
        # Simulators call a song by the first four words.
        prompt = f"{self.name}, a quiet song [[sim:{self.scenario}]]"
        return {"model": self.model, "prompt": prompt}


@dataclass(frozen=True, slots=True)
class Asked:
    """A song as its client asked for it: the job, and how each try was answered, 0 for not."""

    song: Song
    job_id: str
    answers: tuple[int, ...]


def songs(number: int, seed: int) -> list[Song]:
    """Make up songs, as many for each provider, of which at most every other one misbehaves."""
    dice = random.Random(f"{seed} songs")
    names = [" ".join(pair) for pair in product(FIRST, SECOND)]
    dice.shuffle(names)
    share = number // len(BEHAVIOURS)
    made = [
        Song(names.pop(), model, scenario, end)
        for model, known in BEHAVIOURS.items()
        for scenario, end in _chosen(dice, known, share)
    ]
    dice.shuffle(made)
    return sorted(made, key=lambda song: song.end != EXPIRED and song.scenario not in SLOW)


def _chosen(
    dice: random.Random, known: Mapping[str, str], number: int
) -> Iterator[tuple[str, str]]:
    bad = dice.sample([*known.items()], min(len(known), number // 2))
    yield from bad
    yield from islice(cycle([(HAPPY, KEPT)]), number - len(bad))


def ask(http: httpx.Client, song: Song) -> Asked:
    """Ask for a song as a careful client does: under one key, again as long as it may help."""
    answers: list[int] = []
    headers = {"Idempotency-Key": song.name.replace(" ", "-")}
    for _ in range(TRIES):
        try:
            answer = http.post("/v1/jobs", json=song.request, headers=headers)
        except httpx.TransportError:
            answers.append(0)
        else:
            answers.append(answer.status_code)
            if answer.status_code == httpx.codes.ACCEPTED:
                return Asked(song, answer.json()["id"], tuple(answers))
            if answer.is_client_error:
                raise NotTakenError(song, answer.text)
        time.sleep(PAUSE_S)
    raise NotTakenError(song, answers)


def listed(http: httpx.Client, path: str) -> Iterator[dict[str, Any]]:
    """Read a whole list, page by page."""
    query = {"limit": "100"}
    while True:
        page: dict[str, Any] = http.get(path, params=query).raise_for_status().json()
        yield from page["data"]
        if not page["next_cursor"]:
            return
        query["cursor"] = page["next_cursor"]
