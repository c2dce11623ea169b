"""The fakes, with effects that do as they are told."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.contract.aws.world import text
from tests.simulator.cloud.session import FakeSession
from tests.simulator.effects import NORMAL, Effect, Port
from tests.support.aws_table import make_table

TABLE = "jobs"
KEY = {"pk": text("p"), "sk": text("s")}


@dataclass(slots=True)
class Told:
    """Effects that do as they are told, once each call."""

    effect: Effect = NORMAL
    way_in: BaseException | None = None
    way_out: BaseException | None = None
    steps: list[tuple[Port, str]] = field(default_factory=list)

    @contextmanager
    def step(self, port: Port, operation: str) -> Generator[Effect]:
        self.steps.append((port, operation))
        if self.way_in:
            raise self.way_in
        yield self.effect
        if self.way_out:
            raise self.way_out


@dataclass(slots=True)
class Scene:
    """The fakes, what happens to them, and their clock."""

    told: Told
    at: datetime
    session: FakeSession = field(init=False)

    def __post_init__(self) -> None:
        self.session = FakeSession(self.told, lambda: self.at)
        make_table(self.session.dynamodb, TABLE)  # type: ignore[arg-type]
        self.session.s3.create_bucket(Bucket="clips")
        self.url = self.session.sqs.create_queue(QueueName="orders")["QueueUrl"]

    url: str = ""

    def put(self, row: str = "s", **attributes: Any) -> Any:
        item = {"pk": text("p"), "sk": text(row), **attributes}
        return self.session.dynamodb.put_item(TableName=TABLE, Item=item)

    def rows(self) -> list[str]:
        return [row["sk"]["S"] for row in self.session.dynamodb.rows(TABLE)]

    def calls(self) -> dict[str, Callable[[], object]]:
        """One call of each service, by what is to be seen of it."""
        entry = {"Source": "cliphook", "DetailType": "t", "Detail": "{}"}
        cloud = self.session
        return {
            "kv": self.put,
            "blob": lambda: cloud.s3.put_object(Bucket="clips", Key="k", Body=b""),
            "bus": lambda: cloud.events.put_events(Entries=[entry]),
            "queue": lambda: cloud.sqs.send_message(QueueUrl=self.url, MessageBody="m"),
            "secrets": lambda: cloud.secretsmanager.create_secret(Name="s", SecretString="1"),
        }

    def happened(self) -> dict[str, bool]:
        """Tell which of those calls have happened."""
        cloud = self.session
        return {
            "kv": bool(self.rows()),
            "blob": bool(cloud.s3.buckets["clips"]),
            "bus": bool(cloud.events.taken),
            "queue": bool(cloud.sqs.queues[self.url].messages),
            "secrets": bool(cloud.secretsmanager.secrets),
        }
