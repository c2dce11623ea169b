"""A call of a fake that fails is as it would be after the SDK's own attempts."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import BotoCoreError, ReadTimeoutError

from tests.contract.aws.case import outcome
from tests.contract.aws.scene import KEY, TABLE, Scene, Told
from tests.simulator.cloud.door import UnknownParameterError
from tests.simulator.effects import Killed, Loss, LostCallError, Port

PORTS = ("kv", "blob", "bus", "queue", "secrets")


@pytest.fixture
def scene() -> Scene:
    return Scene(Told(), datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize("port", PORTS)
def test_a_call_that_is_lost_on_its_way_in_has_not_happened(scene: Scene, port: str) -> None:
    scene.told.way_in = LostCallError(Loss.TIMEOUT)

    with pytest.raises(ReadTimeoutError):
        scene.calls()[port]()

    assert not scene.happened()[port]


@pytest.mark.parametrize("port", PORTS)
def test_a_call_whose_answer_is_lost_has_happened(scene: Scene, port: str) -> None:
    scene.told.way_out = LostCallError(Loss.TIMEOUT)

    with pytest.raises(BotoCoreError):
        scene.calls()[port]()

    assert scene.happened()[port]


@pytest.mark.parametrize(
    ("port", "code"),
    [
        ("kv", "ThrottlingException"),
        ("blob", "SlowDown"),
        ("bus", "ThrottlingException"),
        ("queue", "RequestThrottled"),
        ("secrets", "ThrottlingException"),
    ],
)
def test_each_service_has_its_own_word_for_too_many_calls(
    scene: Scene, port: str, code: str
) -> None:
    scene.told.way_in = LostCallError(Loss.THROTTLED)

    assert outcome(scene.calls()[port]) == code


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("way", ["way_in", "way_out"])
def test_nothing_holds_a_death_up(scene: Scene, port: str, way: str) -> None:
    setattr(scene.told, way, Killed())

    with pytest.raises(Killed):
        scene.calls()[port]()

    assert scene.happened()[port] == (way == "way_out")


def test_each_call_passes_its_port_once(scene: Scene) -> None:
    for call in scene.calls().values():
        call()

    assert scene.told.steps == [
        (Port.KV, "put_item"),
        (Port.BLOB, "put_object"),
        (Port.BUS, "put_events"),
        (Port.QUEUE, "send_message"),
        (Port.SECRETS, "create_secret"),
    ]


def test_to_sign_a_link_asks_nobody(scene: Scene) -> None:
    where = {"Bucket": "clips", "Key": "k"}
    scene.session.s3.generate_presigned_url("get_object", Params=where)
    scene.session.s3.generate_presigned_post(Bucket="clips", Key="k")

    assert scene.told.steps == []


def test_a_parameter_that_the_fake_does_not_know_is_no_secret(scene: Scene) -> None:
    with pytest.raises(UnknownParameterError):
        scene.session.dynamodb.get_item(TableName=TABLE, Key=KEY, AttributesToGet=["a"])
