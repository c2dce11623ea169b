"""Clients: they ask for music, ask again when they heard nothing, look, and change their minds."""

import json
from dataclasses import replace
from functools import partial
from typing import Any, Final

from tests.simulator.accounts import KEYS
from tests.simulator.front import Answer, Front, Request
from tests.simulator.logs import Answered, Asked
from tests.simulator.run import Run
from tests.simulator.scenario import Ask

# How long a client waits before it asks again, and what it takes for "not now".
AGAIN_S: Final = (2.0, 8.0, 30.0, 60.0)
NOT_NOW: Final = frozenset({0, 429, 500, 502, 503, 504})


class Clients:
    """All who ask us for music."""

    def __init__(self, run: Run, front: Front) -> None:
        self._run = run
        self._front = front
        self._numbers: dict[str, int] = {}

    def begin(self) -> None:
        """Put everything that a scenario's clients mean to do on the agenda."""
        for ask in self._run.scenario.asks:
            for _ in range(ask.copies):
                self._run.scheduler.at(ask.after_s, partial(self._ask, ask, 0))

    def send(self, client: str, method: str, path: str, hear: Any, **more: Any) -> None:
        """Send one request, and write down what was asked and answered."""
        self._numbers[client] = number = self._numbers.get(client, 0) + 1
        key, body, at = more.get("key"), more.get("body"), self._run.now
        self._run.logs.add(Asked(at, client, number, method, path, key, body))
        headers = {"authorization": f"Bearer {KEYS[client]}"}
        if key:
            headers["idempotency-key"] = key

        def heard(answer: Answer) -> None:
            told = (answer.status, answer.headers, answer.body)
            self._run.logs.add(Answered(self._run.now, client, number, at, *told))
            self._run.faults.trace(client, f"hears {answer.status} of {method} {path}")
            hear(answer)

        self._front.send(Request(f"client.{client}", method, path, headers, body), heard)

    def _ask(self, ask: Ask, tries: int) -> None:
        # What one asks for nobody else asks for, so that nothing of it may turn up elsewhere.
        body = json.dumps({**ask.body, "prompt": f"{ask.body['prompt']} for {ask.client}"})
        hear = partial(self._hear, ask, tries)
        self.send(ask.client, "POST", "/v1/jobs", hear, key=ask.key, body=body)

    def _hear(self, ask: Ask, tries: int, answer: Answer) -> None:
        # Without a key nobody can tell a second request from another job.
        if answer.status in NOT_NOW and ask.key and tries < ask.retries:
            after_s = AGAIN_S[min(tries, len(AGAIN_S) - 1)]
            self._run.scheduler.after(after_s, partial(self._ask, ask, tries + 1))
            return
        if answer.status != 202:
            return
        path = f"/v1/jobs/{json.loads(answer.body)['id']}"
        if ask.look_after_s is not None:
            look = partial(self._follow, replace(ask), "GET", path, 0)
            self._run.scheduler.after(ask.look_after_s, look)
        if ask.cancel_after_s is not None:
            cancel = partial(self._follow, replace(ask), "POST", f"{path}/cancel", 0)
            self._run.scheduler.after(ask.cancel_after_s, cancel)

    def _follow(self, ask: Ask, method: str, path: str, tries: int) -> None:
        def hear(answer: Answer) -> None:
            if answer.status in NOT_NOW and tries < ask.retries:
                again = partial(self._follow, ask, method, path, tries + 1)
                self._run.scheduler.after(AGAIN_S[min(tries, len(AGAIN_S) - 1)], again)

        self.send(ask.client, method, path, hear)
