"""Whatever two accounts do at the API, in any order: every answer fits all the ones before it."""

import json
from decimal import Decimal
from typing import Any, Final

from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.simulator.scenario import Course, Habits, Reply, Scenario
from tests.simulator.visitor import Visitor

CLIENTS: Final = ("one", "two")
CREDIT: Final = {"one": Decimal("600.0000"), "two": Decimal("25.0000")}
PRICES: Final = {"sunoapi": "10.0000", "apikley": "7.5000", "stratizon": "0.0001"}
WISHES: Final = (
    {"prompt": "Rain on a tin roof", "model": "sunoapi/V5"},
    {"prompt": "Snow", "model": "auto", "routing": {"providers": ["sunoapi", "apikley"]}},
    {"prompt": "Rain on a tin roof", "model": "stratizon/suno-5.5"},
    {"prompt": "", "model": "sunoapi/V5"},
)
BAD: Final = 3
KEPT_S: Final = 7 * 86_400
DONE: Final = frozenset({"archived", "failed", "expired", "canceled"})
LADDER: Final = ("queued", "submitting", "accepted", "text", "first", "complete", "archived")

HABITS: Final = Habits(
    replies=(Reply.TAKE, Reply.REFUSE, Reply.TAKE_AND_HANG, Reply.REFUSE_FOR_NOW),
    courses=(Course.PLAIN, Course.FAILED, Course.LOST, Course.ERROR_AFTER_FIRST, Course.SKIPPED),
)
SCENARIO: Final = Scenario(
    "a visit",
    (),
    dict.fromkeys(PRICES, HABITS),
    ends=DONE | {"complete"},
    settings=(("PRICES", json.dumps(PRICES)),),
    credit=tuple((client, str(amount)) for client, amount in CREDIT.items()),
)

clients = strategies.sampled_from(CLIENTS)
numbers = strategies.integers(0, 1000)


class Api(RuleBasedStateMachine):
    """What a client may rely on, kept by heart beside the real thing."""

    @initialize(seed=numbers)
    def deploy(self, seed: int) -> None:
        self.visitor = Visitor(SCENARIO, seed)
        self.jobs: dict[str, list[str]] = {client: [] for client in CLIENTS}
        self.promises: dict[tuple[str, str], tuple[int, str, float]] = {}
        self.seen: dict[str, Any] = {}

    @rule(client=clients, wish=strategies.integers(0, 2), key=strategies.sampled_from(["a", "b"]))
    def submit_under_a_key(self, client: str, wish: int, key: str) -> None:
        asked_at = self.visitor.now
        told = self.visitor.ask(client, "POST", "/v1/jobs", key=key, body=_wish(client, wish))
        promise = self.promises.get((client, key))
        if promise and asked_at < promise[2] + KEPT_S:
            self._hear_again(told, is_same=promise[0] == wish, job_id=promise[1])
            return
        if self._hear_new(client, told):
            self.promises[client, key] = (wish, told.body["id"], asked_at)

    @rule(client=clients, wish=strategies.integers(0, 2))
    def submit_without_a_key(self, client: str, wish: int) -> None:
        self._hear_new(
            client, self.visitor.ask(client, "POST", "/v1/jobs", body=_wish(client, wish))
        )

    @rule(client=clients)
    def ask_for_nothing_that_can_be_made(self, client: str) -> None:
        told = self.visitor.ask(client, "POST", "/v1/jobs", body=WISHES[BAD])
        assert told.status == 422

    @precondition(lambda self: any(self.jobs.values()))
    @rule(client=clients, number=numbers)
    def cancel(self, client: str, number: int) -> None:
        own = self.jobs[client]
        if not own:
            return
        job_id = own[number % len(own)]
        before = self._look(client, job_id)
        told = self.visitor.ask(client, "POST", f"/v1/jobs/{job_id}/cancel")
        if told.status == 200:
            assert told.body["status"] == "canceled"
            assert before["status"] not in DONE - {"canceled"}
            self._note(told.body)
        else:
            assert (told.status, told.body["code"]) == (409, "already_done")

    @precondition(lambda self: any(self.jobs.values()))
    @rule(client=clients, number=numbers, what=strategies.sampled_from(["", "/cancel"]))
    def reach_for_what_is_not_ones_own(self, client: str, number: int, what: str) -> None:
        foreign = [one for name in CLIENTS if name != client for one in self.jobs[name]]
        if not foreign:
            return
        method = "POST" if what else "GET"
        found, missing = (
            self.visitor.ask(client, method, f"/v1/jobs/{job_id}{what}")
            for job_id in (foreign[number % len(foreign)], "job_00000000000000000000000000")
        )
        assert (found.status, found.body["code"]) == (404, "not_found")
        assert found.body.keys() == missing.body.keys()

    @rule(client=clients, limit=strategies.integers(1, 3))
    def list_jobs(self, client: str, limit: int) -> None:
        listed: list[str] = []
        cursor = ""
        while cursor is not None:
            path = f"/v1/jobs?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
            page = self.visitor.ask(client, "GET", path).body
            listed += [job["id"] for job in page["data"]]
            cursor = page["next_cursor"]
        assert listed == sorted(self.jobs[client], reverse=True)

    @rule(client=clients)
    def count_the_credit(self, client: str) -> None:
        billed = [self._look(client, job_id)["billing"] for job_id in self.jobs[client]]
        spent = sum(Decimal(one["charged"]) - Decimal(one["refunded"]) for one in billed)
        balance = self.visitor.ask(client, "GET", "/v1/balance").body["balance"]
        entries = self.visitor.ask(client, "GET", "/v1/ledger?limit=100").body["data"]
        assert Decimal(balance) == CREDIT[client] - spent >= 0
        assert Decimal(balance) == sum(Decimal(entry["amount"]) for entry in entries)

    @rule(minutes=strategies.sampled_from([0.5, 3, 130, 6 * 1440, 2 * 1440]))
    def let_time_pass(self, minutes: float) -> None:
        self.visitor.pass_time(60 * minutes)

    @invariant()
    def nothing_that_was_seen_outside_breaks_an_invariant(self) -> None:
        assert not getattr(self, "visitor", None) or self.visitor.violations == []

    def teardown(self) -> None:
        visitor = getattr(self, "visitor", None)
        if visitor:
            visitor.leave()
            assert visitor.violations == []

    def _hear_new(self, client: str, told: Any) -> bool:
        if told.status == 402:
            assert told.body["code"] == "insufficient_balance"
            return False
        assert told.status == 202
        assert told.body["id"] not in {one for own in self.jobs.values() for one in own}
        self.jobs[client].append(told.body["id"])
        self._note(told.body)
        return True

    def _hear_again(self, told: Any, *, is_same: bool, job_id: str) -> None:
        if is_same:
            assert (told.status, told.body["id"]) == (202, job_id)
            assert told.headers["Idempotency-Replayed"] == "true"
            self._note(told.body)
        else:
            assert (told.status, told.body["code"]) == (422, "idempotency_key_reused")

    def _look(self, client: str, job_id: str) -> Any:
        told = self.visitor.ask(client, "GET", f"/v1/jobs/{job_id}")
        assert told.status == 200
        self._note(told.body)
        return told.body

    def _note(self, job: Any) -> None:
        """Hold a job against what was seen of it before: it only climbs, and an end is an end."""
        before = self.seen.get(job["id"])
        self.seen[job["id"]] = job
        if not before:
            return
        if before["status"] in LADDER and job["status"] in LADDER:
            assert LADDER.index(job["status"]) >= LADDER.index(before["status"])
        if before["status"] in DONE:
            assert job["status"] == before["status"]
            assert job["billing"] == before["billing"]
        assert {clip["id"] for clip in before["clips"] if clip["status"] == "archived"} <= {
            clip["id"] for clip in job["clips"] if clip["status"] == "archived"
        }


def _wish(client: str, number: int) -> Any:
    """Wish in words of one's own, so that nothing of them may turn up elsewhere."""
    wish = WISHES[number]
    return {**wish, "prompt": f"{wish['prompt']} for {client}"}


Api.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

TestPublicApi: Final = Api.TestCase
