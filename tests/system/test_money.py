"""Credit on the deployed template: who can pay gets a job, and only as often as it lasts."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from local.bring_up import Deployment
from local.demo import Client, Job
from tests.system.jobs import done
from tests.system.simulators import asked
from tests.system.steering import told

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient

OPERATOR = "cliphook-local-operator"
SUBMIT = "cliphook-local-submit"
AUDIT = "cliphook-local-audit"
AT_ONCE = 50
AFFORDED = 3
PRICE = Decimal(10)


def invoke(deployment: Deployment, function: str, event: object) -> Any:
    functions: LambdaClient = deployment.aws.client("lambda")
    answer = functions.invoke(FunctionName=function, Payload=json.dumps(event))
    said = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, said
    return said


@dataclass(frozen=True, slots=True)
class Account:
    """An account with credit for three songs, seen by its operator and by its client."""

    deployment: Deployment
    account_id: str
    api: Client

    def balance(self) -> str:
        """Tell what it has."""
        answer = self.api.http.get("/v1/balance")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["balance"])

    def moved(self) -> list[tuple[str, str]]:
        """List what moved its credit, the oldest first."""
        answer = self.api.http.get("/v1/ledger", params={"limit": "100"})
        assert answer.status_code == 200, answer.text
        return [(one["kind"], one["amount"]) for one in reversed(answer.json()["data"])]

    def audit(self) -> Any:
        """Have its balance recomputed."""
        return invoke(
            self.deployment, OPERATOR, {"command": "audit", "account_id": self.account_id}
        )


@pytest.fixture
def account(deployment: Deployment) -> Iterator[Account]:
    made = invoke(deployment, OPERATOR, {"command": "create_account", "name": "Three songs"})
    granted = {"account_id": made["account_id"], "amount": "30", "reference": "three-songs"}
    for _ in range(2):
        invoke(deployment, OPERATOR, {"command": "grant", **granted})
    with httpx.Client(
        base_url=deployment.addresses.api_url,
        headers={"Authorization": f"Bearer {made['api_key']}"},
        timeout=35.0,
        trust_env=False,
    ) as http:
        yield Account(deployment, made["account_id"], Client(http))


CLEAN = {"audited": 1, "discrepancies": [], "missed": []}


def test_of_fifty_requests_at_once_on_credit_for_three_exactly_three_become_jobs(
    deployment: Deployment, account: Account
) -> None:
    words = "Three birds in fifty trees"

    def ask(number: int) -> httpx.Response:
        song = {"model": "sunoapi/V5", "prompt": f"{words}, {number}"}
        return account.api.http.post("/v1/jobs", json=song)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [*pool.map(ask, range(AT_ONCE))]

    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {202: AFFORDED, 402: AT_ONCE - AFFORDED}
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 402}
    assert codes == {"insufficient_balance"}
    assert account.balance() == "0.0000"
    assert account.moved() == [("grant", "30.0000"), *[("charge", "-10.0000")] * AFFORDED]
    assert account.audit() == CLEAN
    jobs = done(account.api, [one.json() for one in answers if one.status_code == 202])
    assert {job["billing"]["refunded"] for job in jobs} == {"0.0000"}
    assert asked(deployment, words) == ["sunoapi"] * AFFORDED
    assert account.balance() == "0.0000"


def paid(job: Job) -> tuple[str, str]:
    billing = job["billing"]
    return billing["charged"], billing["refunded"]


def test_a_job_that_is_refused_is_given_back_once(account: Account) -> None:
    song = {"model": "sunoapi/V5", "prompt": "No bird [[sim:S4-no-credits]]"}

    (job,) = done(account.api, [account.api.submit(song)])

    assert (job["status"], paid(job)) == ("failed", ("10.0000", "10.0000"))
    assert account.balance() == "30.0000"
    moved = [("grant", "30.0000"), ("charge", "-10.0000"), ("refund", "10.0000")]
    assert sorted(account.moved()) == sorted(moved)
    assert account.audit() == CLEAN


def test_a_deployment_without_prices_charges_nothing(
    deployment: Deployment, account: Account
) -> None:
    with told(deployment, SUBMIT, PRICES="{}"):
        job = account.api.submit({"model": "sunoapi/V5", "prompt": "A free bird"})

    assert paid(job) == ("0.0000", "0.0000")
    assert account.balance() == "30.0000"
    assert account.moved() == [("grant", "30.0000")]


def test_a_day_of_a_capped_deployment_is_over_when_it_is_spent(
    deployment: Deployment, account: Account
) -> None:
    with told(deployment, SUBMIT, DAILY_CAPS='{"sunoapi": "10.0000"}'):
        first = account.api.submit({"model": "sunoapi/V5", "prompt": "A bird a day"})
        song = {"model": "sunoapi/V5", "prompt": "Another bird"}
        refused = account.api.http.post("/v1/jobs", json=song)

    assert paid(first) == ("10.0000", "0.0000")
    assert (refused.status_code, refused.json()["code"]) == (402, "daily_cap_reached")
    assert account.balance() == "20.0000"


def test_the_daily_audit_of_a_deployment_in_use_finds_nothing(deployment: Deployment) -> None:
    assert invoke(deployment, AUDIT, {}) is None

    found = invoke(deployment, OPERATOR, {"command": "audit"})
    assert found["discrepancies"] == []
    assert found["audited"] >= 2
