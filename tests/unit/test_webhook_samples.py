"""The samples of docs/ verify what the published libraries sign, and refuse what is not so."""

import base64
import importlib.util
import json
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.support import asyncapi

ROOT: Final = Path(__file__).parents[2]
EXAMPLES: Final = ROOT / "docs/examples/webhooks"
SECRET: Final = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER: Final = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFY: Final[Callable[..., bool]] = load("verify").verify
RECEIVE: Final = load("receive")
BODY: Final = json.dumps(
    {"type": "job.archived", "timestamp": "2026-11-21T09:00:40Z", "data": {"title": "Käfer ♪"}}
).encode()


@dataclass(frozen=True, slots=True)
class Case:
    """A delivery as it arrives, and the secret that the receiver has."""

    headers: dict[str, str]
    body: bytes
    secret: str = SECRET

    def to(self, **headers: str) -> "Case":
        return replace(
            self, headers={**self.headers, **{f"webhook-{k}": headers[k] for k in headers}}
        )

    def without(self, part: str) -> "Case":
        name = f"webhook-{part}"
        return replace(
            self, headers={key: self.headers[key] for key in self.headers if key != name}
        )

    @property
    def written(self) -> dict[str, Any]:
        body = base64.b64encode(self.body).decode()
        return {"headers": self.headers, "body": body, "secret": self.secret}


def signed(body: bytes = BODY, *, at_s: int, secret: str = SECRET) -> Case:
    name = "evt_01KAJ5T1W0000000000000000E"
    signature = Webhook(secret).sign(name, datetime.fromtimestamp(at_s, UTC), body.decode())
    headers = {"webhook-id": name, "webhook-timestamp": str(at_s), "webhook-signature": signature}
    return Case(headers, body)


def fine(now_s: int) -> dict[str, Case]:
    """Give what is to be believed at an instant."""
    good = signed(at_s=now_s)
    valid = good.headers["webhook-signature"]
    return {
        "as it was signed": good,
        "an empty body": signed(b"", at_s=now_s),
        "five minutes old": signed(at_s=now_s - 240),
        "with a retired secret's signature behind": good.to(
            signature=f"{valid} {signed(at_s=now_s, secret=OTHER).headers['webhook-signature']}"
        ),
        "with a newer secret's signature before": good.to(
            signature=f"{signed(at_s=now_s, secret=OTHER).headers['webhook-signature']} {valid}"
        ),
        "with a kind that nobody knows yet": good.to(signature=f"v1a,AAAA {valid}"),
    }


def tampered(now_s: int) -> dict[str, Case]:
    """Give what is not."""
    good = signed(at_s=now_s)
    valid = good.headers["webhook-signature"]
    flipped = valid[:10] + ("A" if valid[10] != "A" else "B") + valid[11:]
    return {
        "another body": replace(good, body=BODY.replace(b"archived", b"canceled")),
        "a longer body": replace(good, body=BODY + b" "),
        "a shorter body": replace(good, body=BODY[:-1]),
        "no body": replace(good, body=b""),
        "a body in another order": replace(good, body=BODY[::-1]),
        "a body that was read and written again": replace(
            good, body=json.dumps(json.loads(BODY), separators=(",", ":")).encode()
        ),
        "another id": good.to(id="evt_01KAJ5T1W0000000000000000F"),
        "no id": good.without("id"),
        "another time": good.to(timestamp=str(now_s + 1)),
        "no time": good.without("timestamp"),
        "a time that is none": good.to(timestamp="yesterday"),
        "an hour ago": signed(at_s=now_s - 3600),
        "an hour ahead": signed(at_s=now_s + 3600),
        "no signature": good.without("signature"),
        "an empty signature": good.to(signature=""),
        "a signature without its kind": good.to(signature=valid.removeprefix("v1,")),
        "a signature of another kind": good.to(signature=valid.replace("v1,", "v2,")),
        "a kind alone": good.to(signature="v1"),
        "a signature that is no base64": good.to(signature="v1,*not base64*"),
        "one other letter": good.to(signature=flipped),
        "half a signature": good.to(signature=valid[:20]),
        "another secret": replace(good, secret=OTHER),
        "signed by another secret": signed(at_s=now_s, secret=OTHER),
    }


FINE: Final = (*fine(0),)
TAMPERED: Final = (*tampered(0),)
BOTH: Final = (*FINE, *TAMPERED)


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    """Sign all of them now: receivers go by the true time, and give it five minutes."""
    now_s = int(time.time())
    return fine(now_s) | tampered(now_s)


def by_library(case: Case) -> bool:
    try:
        Webhook(case.secret).verify(case.body.decode(), case.headers)
    except (WebhookVerificationError, ValueError):
        # Of a header that is none it lets Python's own error out.
        return False
    return True


@pytest.fixture(scope="module")
def in_javascript(cases: dict[str, Case]) -> dict[str, Any]:
    node = shutil.which("node")
    assert node
    script = ROOT / "tests/support/verify_samples.mjs"
    told = json.dumps([case.written for case in cases.values()])
    done = subprocess.run([node, script], input=told, capture_output=True, text=True, check=True)
    return dict(zip(cases, json.loads(done.stdout), strict=True))


def test_there_are_twenty_ways_to_tamper() -> None:
    assert len(TAMPERED) >= 20


@pytest.mark.parametrize("name", BOTH)
def test_the_sample_in_python_says_what_is_so(name: str, cases: dict[str, Case]) -> None:
    case = cases[name]

    assert VERIFY(case.secret, case.headers, case.body) is (name in FINE)


@pytest.mark.parametrize("name", BOTH)
def test_the_library_for_python_says_so_too(name: str, cases: dict[str, Case]) -> None:
    if cases[name].body:
        assert by_library(cases[name]) is (name in FINE)


@pytest.mark.parametrize("name", BOTH)
def test_the_sample_in_javascript_says_what_is_so(name: str, in_javascript: dict[str, Any]) -> None:
    assert in_javascript[name]["sample"] is (name in FINE)


@pytest.mark.parametrize("name", BOTH)
def test_the_library_for_javascript_says_so_too(
    name: str, cases: dict[str, Case], in_javascript: dict[str, Any]
) -> None:
    if cases[name].body:
        assert in_javascript[name]["library"] is (name in FINE)


def test_both_libraries_sign_alike(cases: dict[str, Case], in_javascript: dict[str, Any]) -> None:
    signature = cases[FINE[0]].headers["webhook-signature"]
    assert in_javascript[FINE[0]]["signature"] == signature


GARBAGE = (
    *("\x00", "v1,", "v1,\xff", "💥", " ", ",,,"),
    *("v1," * 1000, "1" * 400, "-1", "²", "1e9", "nan"),
)


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("part", ["id", "timestamp", "signature"])
def test_no_header_makes_the_sample_raise(part: str, garbage: str) -> None:
    good = signed(at_s=int(time.time()))
    assert VERIFY(SECRET, good.to(**{part: garbage}).headers, BODY) is False


def test_a_ping_is_answered_and_an_event_is_put_away_before_that() -> None:
    queue: list[Any] = []
    messages = asyncapi.document()["components"]["messages"]
    ping, event = (
        messages[f"webhook.{name}"]["examples"][0]["payload"]
        for name in (asyncapi.PING, "job.archived")
    )

    def answer(told: object, *, good: bool = True) -> int:
        body = json.dumps(told).encode()
        status: int = RECEIVE.receive({}, body, verify=lambda *_: good, enqueue=queue.append)
        return status

    assert (answer(ping), queue) == (204, [])
    assert (answer(event, good=False), queue) == (401, [])
    assert (answer(event), queue) == (204, [event])


def test_an_event_is_worked_off_once() -> None:
    done: list[str] = []
    known: set[str] = set()

    def once(name: str, do: Callable[[], None]) -> None:
        if name not in known:
            known.add(name)
            do()

    for name in ("evt_1", "evt_2", "evt_1", "evt_3", "evt_2"):
        event = {"data": {"id": name}}
        RECEIVE.work(event, once=once, do=lambda told: done.append(told["data"]["id"]))

    assert done == ["evt_1", "evt_2", "evt_3"]


def test_a_copy_is_as_new_as_the_newest_event_in_whatever_order_they_come() -> None:
    jobs: dict[str, Any] = {}

    for seq in (1, 4, 2, 4, 3):
        RECEIVE.mirror({"data": {"seq": seq, "job": {"id": "job_1"}}}, jobs)

    assert jobs["job_1"]["seq"] == 4
