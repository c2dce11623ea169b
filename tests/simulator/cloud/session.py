"""What stands in for `boto3.Session`: it hands out the fakes, which know each other's world."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.simulator.ambient import EPOCH
from tests.simulator.cloud.dynamodb import FakeDynamoDb
from tests.simulator.cloud.eventbridge import FakeEventBridge
from tests.simulator.cloud.s3 import FakeS3
from tests.simulator.cloud.secrets import FakeSecretsManager
from tests.simulator.cloud.sqs import FakeSqs
from tests.simulator.cloud.streams import FakeDynamoDbStreams
from tests.simulator.effects import Effects, NoEffects


def prepare() -> None:
    """Read what the SDK knows of each service, so that no process that is forked has to."""
    FakeSession(NoEffects(), lambda: EPOCH)


class FakeSession:
    """One account, empty."""

    def __init__(
        self, effects: Effects, clock: Callable[[], datetime], *, is_strict: bool = False
    ) -> None:
        """Be strict to have every request looked at as the SDK does, which costs time."""
        self.dynamodb = FakeDynamoDb(effects, clock, is_strict=is_strict)
        self.dynamodbstreams = FakeDynamoDbStreams(self.dynamodb)
        self.s3 = FakeS3(effects, clock, is_strict=is_strict)
        self.events = FakeEventBridge(effects, clock, is_strict=is_strict)
        self.sqs = FakeSqs(effects, clock, is_strict=is_strict)
        self.secretsmanager = FakeSecretsManager(effects, clock, is_strict=is_strict)

    def client(self, service: str, config: object = None, **_: object) -> Any:  # noqa: ARG002
        """Hand out the client of a service; there is one of each."""
        return getattr(self, service)
