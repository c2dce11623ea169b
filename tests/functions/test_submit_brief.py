"""POST /v1/jobs is answered within seconds: whom it may take long to ask is asked elsewhere."""

import json
from http import HTTPStatus

import pytest

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_gates import DynamoDbGates
from cliphook.domain.gate import Gate
from tests.support.deployed import Answer, Deployed
from tests.support.lambda_events import POST_JOB, WITH_KEY
from tests.support.lambda_shapes import http_event
from tests.support.makers import at
from tests.support.sample_world import PROMPT

ASKED = {"prompt": PROMPT, "routing": {"providers": ["sunoapi", "infery"]}}


@pytest.fixture
def answered(deployed: Deployed) -> Answer:
    """Ask for music of which the first provider's rate is used up, and the other one blocks."""
    gates = DynamoDbGates(deployed.table, aws.dynamodb())
    assert gates.swap(Gate("sunoapi", slots=(at(59),) * 20, version=1), 0)
    urls = {name: deployed.host.url(f"/{name}") for name in ("sunoapi", "infery")}
    prefix = deployed.own_secrets()
    aws.secretsmanager().create_secret(
        Name=f"{prefix}/provider/infery", SecretString='{"api_key": "key-of-infery"}'
    )
    submit = deployed.load("submit", PROVIDER_URLS=json.dumps(urls), SECRETS_PREFIX=prefix)
    return submit.answer(
        http_event(POST_JOB, "/v1/jobs", at=at(60), body=json.dumps(ASKED), headers=WITH_KEY)
    )


def test_a_provider_whose_answer_takes_minutes_is_not_asked_inside_a_request(
    answered: Answer, deployed: Deployed
) -> None:
    assert answered.status == HTTPStatus.ACCEPTED
    assert deployed.host.requests == []
    assert (answered.json["status"], answered.json["attempts"]) == ("queued", [])


def test_the_order_to_ask_it_goes_out_at_once(answered: Answer, deployed: Deployed) -> None:
    (order,) = (row for row in deployed.rows("EVENT") if row["detail_type"] == "dispatch.due")

    assert json.loads(order["detail"])["due_at"] == "2026-11-21T09:01:00Z"
    assert answered.json["waiting"]["provider"] == "infery"
