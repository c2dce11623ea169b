"""Every check of an invariant has been seen to catch somebody, and a good history breaks none."""

import base64
import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.simulation.imagined import (
    JOB,
    ONE,
    TWO,
    announced,
    attempt,
    broken,
    called_back,
    climbing,
    event_row,
    job_row,
    placed,
    plain_row,
    submitted,
    wrote,
)
from tests.simulator.checks.reading import sha256, ticket_fields
from tests.simulator.checks.rules import RULES
from tests.simulator.logs import Alarmed, Announced, Answered, Asked, Ended, Entry, Kept


def packed(*fields: str) -> str:
    parts = [field.encode() for field in fields]
    body = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    return base64.urlsafe_b64encode(body).decode().rstrip("=") + ".c2lnbmVk"


TICKET = packed("1", "685", ONE, JOB, "1", "1770000000")
QUEUED = climbing("queued")
FAILED = climbing("queued", "failed", verdict={"status": "failed"})
TEXT = climbing("queued", "submitting", "accepted", "text", attempts=[attempt()])
BALANCE = f"ACCOUNT#{ONE}"


def asked(number: int, body: str, key: str | None = "k", client: str = "one") -> Asked:
    return Asked(float(number), client, number, "POST", "/v1/jobs", key, body)


def answered(number: int, status: int, body: str, client: str = "one", at: float = 0) -> Answered:
    return Answered(at or number + 0.5, client, number, float(number), status, {}, body)


def ended(actor: str, began_at: float, at: float, turn: int = 1, calls: int = 3) -> Ended:
    return Ended(at, actor, turn, began_at, "done", calls)


def of_clip(status: str, body: bytes, **more: Any) -> dict[str, Any]:
    told = {"clip_id": "clip_1", "status": status, "s3_key": "clips/a", "sha256": sha256(body)}
    return plain_row(**told, size_bytes=len(body), **more)


ORDER = Announced(5.0, "cliphook.internal", "archive.due", "{}", "publish", 1)
EVENT = event_row(1, "job.queued")
KEPT = b"ID3 the true file"

NEWER = [job_row("accepted", 1, x_newer=5), job_row("text", 2)]
CLIPPED = [job_row("accepted", 1, clips={"a": {}}), job_row("text", 2)]
WORDS = "Rain on a tin roof"

BROKEN: list[tuple[str, str, Sequence[Entry]]] = [
    ("I1", "an answer without its row", [*QUEUED, called_back(9, 200, TICKET)]),
    ("I2", "an event that nobody heard", [*QUEUED, wrote(2, "EVENT#000001", EVENT)]),
    (
        "I2",
        "an event with two details",
        [wrote(2, "EVENT#000001", EVENT), announced(3, EVENT, detail='{"id": "evt_1"}')],
    ),
    ("I2", "an event that came late", [wrote(2, "E", EVENT), announced(900, EVENT)]),
    (
        "I2",
        "an event that was overwritten",
        [wrote(2, "E", EVENT), wrote(3, "E", event_row(1, "job.failed"), EVENT)],
    ),
    ("I2", "a status without an event", FAILED),
    ("I2", "an event without a place", [*QUEUED, wrote(2, "E", EVENT), announced(3, EVENT)]),
    ("I2", "a place that was left out", [placed(2, 2)]),
    ("I2", "a place that was given twice", [placed(1, 1), placed(2, 2, event=1)]),
    ("I2", "a number before an earlier one", [placed(1, 1, seq=2), placed(2, 2, seq=1)]),
    (
        "I2",
        "an event announced before it had a place",
        [*QUEUED, wrote(2, "E", EVENT), announced(3, EVENT), placed(4, 1)],
    ),
    ("I3", "a status that fell", climbing("accepted", "queued")),
    ("I3", "an end that changed", climbing("failed", "expired")),
    (
        "I3",
        "a version that was left out",
        [*QUEUED, wrote(2, "JOB", job_row("text", 3), job_row("queued", 1))],
    ),
    (
        "I3",
        "a clip that was forgotten",
        [wrote(1, "JOB", CLIPPED[0]), wrote(2, "JOB", CLIPPED[1], CLIPPED[0])],
    ),
    ("I4", "a clip without its file", [wrote(2, "CLIP#1", of_clip("archived", KEPT))]),
    ("I4", "a file that was replaced", [Kept(1, "clips/a", b"new", KEPT)]),
    (
        "I5",
        "a balance without entries",
        [wrote(1, "BALANCE", plain_row(balance=5), partition=BALANCE)],
    ),
    (
        "I5",
        "a provider asked on credit",
        [*climbing("submitting", attempts=[attempt(task=None)], charge="10"), submitted(5)],
    ),
    ("I6", "two submissions", [*TEXT, submitted(5), submitted(6, call=2)]),
    ("I6", "a submission without a claim", [*QUEUED, submitted(5)]),
    ("I7", "a forged ticket", [called_back(9, 200, "bm9uZQ.bm9uZQ")]),
    ("I7", "somebody else's task", TEXT),
    ("I7", "an end by a callback", [wrote(1, "JOB", job_row("complete", 1), actor="callback")]),
    ("I8", "a refused callback", [*QUEUED, called_back(9, 404, TICKET)]),
    ("I9", "a job that never ends", QUEUED),
    ("I9", "a job that ends too late", [*QUEUED, ended("sweep", 20_000, 20_001)]),
    (
        "I10",
        "a job twice",
        [
            *(asked(1, "{}"), answered(1, 202, '{"id": "job_a"}')),
            *(asked(2, "{}"), answered(2, 202, '{"id": "job_b"}')),
        ],
    ),
    (
        "I10",
        "a key for two bodies",
        [
            *(asked(1, "{}"), answered(1, 202, '{"id": "job_a"}')),
            *(asked(2, '{"prompt": "p"}'), answered(2, 202, '{"id": "job_a"}')),
        ],
    ),
    ("I11", "a clip too few", climbing("queued", "complete", attempts=[attempt()])),
    ("I12", "a row in two accounts", [wrote(1, "CLIP#1", plain_row(account_id=TWO))]),
    (
        "I12",
        "words told to somebody else",
        [
            *(asked(1, json.dumps({"prompt": WORDS})), asked(2, "{}", client="two")),
            answered(2, 200, f"... {WORDS} ...", client="two"),
        ],
    ),
    (
        "I13",
        "words in an event",
        [
            asked(1, json.dumps({"prompt": WORDS})),
            announced(3, event_row(1, "job.text", prompt=WORDS)),
        ],
    ),
    ("I14", "an event in no form", [*QUEUED, wrote(2, "EVENT#000001", EVENT)]),
    ("I15", "an order that nobody took up", [ORDER, ended("archive", 20, 21)]),
    ("I16", "an event that was held up", [wrote(2, "E", EVENT), announced(400, EVENT)]),
    (
        "I17",
        "a callback that writes much",
        [
            *(wrote(1, f"CLIP#{number}", {}, actor="callback") for number in range(13)),
            ended("callback", 1, 2),
        ],
    ),
    ("I17", "an event made while announcing", [wrote(1, "E", EVENT, actor="publish")]),
    ("I18", "a job sent after its end", [*FAILED, submitted(200)]),
    (
        "I19",
        "money after the end",
        [*FAILED, wrote(9, f"LEDGER#refund#{JOB}", plain_row(amount=1), partition=BALANCE)],
    ),
    ("I20", "an end before its time", climbing("accepted", "expired")),
    (
        "I21",
        "a newer version's word lost",
        [wrote(1, "JOB", NEWER[0]), wrote(2, "JOB", NEWER[1], NEWER[0])],
    ),
    ("I22", "something set aside in silence", [wrote(1, "R", plain_row(quarantine="no"))]),
    ("I23", "a row of a deleted job", [*QUEUED, wrote(2, "JOB", None), wrote(3, "E", EVENT)]),
    ("I24", "a slow answer", [ended("callback", 1, 12)]),
    ("I24", "a slow request", [ended("submit", 1, 30)]),
]


@pytest.mark.parametrize(
    ("invariant", "entries"),
    [(invariant, entries) for invariant, _, entries in BROKEN],
    ids=[f"{invariant}: {story}" for invariant, story, _ in BROKEN],
)
def test_a_check_catches(invariant: str, entries: Sequence[Entry]) -> None:
    assert invariant in broken(*entries)


def test_every_invariant_is_caught_by_a_check_of_its_own() -> None:
    invariants = {f"I{number}" for number in range(1, 25)}

    assert {rule.invariant for rule in RULES} == invariants
    assert {invariant for invariant, *_ in BROKEN} == invariants


def test_what_lies_in_a_queue_is_left_over() -> None:
    assert broken(waiting={"poll": 1}) == ["I9"]
    assert broken(waiting={"poll-dead": 1, "undelivered": 1, "archive": 0}) == []


def test_a_hostile_callback_may_be_refused_and_a_good_one_be_asked_to_come_again() -> None:
    hostile = called_back(9, 404, TICKET, attack="random-ticket")

    assert "I8" not in broken(*QUEUED, hostile, called_back(9, 503, TICKET))


def test_a_refused_submission_may_be_followed_by_another() -> None:
    first, second = submitted(5, is_refused=True), submitted(6, call=2)

    assert "I6" not in broken(*climbing("submitting", attempts=[attempt(task=None)]), first, second)


def test_what_is_set_aside_with_an_alarm_is_seen() -> None:
    aside = wrote(1, "REPORT#callback#1", plain_row(quarantine="unreadable"))

    assert "I22" not in broken(aside, Alarmed(1.0, "QuarantinedCallbacks", 1))


def test_an_order_that_was_taken_up_in_time_is_well() -> None:
    assert broken(ORDER, ended("archive", 6, 7)) == []


def test_a_ticket_is_unpacked_without_the_product() -> None:
    assert ticket_fields(TICKET) == (ONE, JOB, "1")
    assert ticket_fields("no ticket") == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.invariant} {rule.name}")
def test_a_check_says_what_it_promises(rule: Any) -> None:
    assert rule.says.endswith(".")
    assert sum(1 for other in RULES if other.name == rule.name) == 1
