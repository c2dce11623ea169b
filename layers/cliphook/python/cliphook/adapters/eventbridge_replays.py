"""Replays: what the bus has announced, once more to one of its rules and to no other."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.application.operations_ports import Replayed
from cliphook.domain.errors import UnavailableStoreError

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient

_UNKNOWN: Final = "ResourceNotFoundException"
_REFUSED: Final[Mapping[str, Replayed]] = {
    "ResourceAlreadyExistsException": Replayed.STARTED_BEFORE,
    "InvalidEventPatternException": Replayed.REFUSED,
    "LimitExceededException": Replayed.REFUSED,
    "ValidationException": Replayed.REFUSED,
}


class EventBridgeReplays:
    """The archive of one bus."""

    def __init__(self, bus_arn: str, archive_arn: str, client: "EventBridgeClient") -> None:
        """Use a bus and its archive."""
        self._bus_arn = bus_arn
        self._archive_arn = archive_arn
        self._client = client

    def sources(self, rule: str) -> Sequence[str] | None:
        """Name the sources that a rule of the bus listens to; nothing if there is no such rule."""
        bus = self._bus_arn.rpartition("/")[2]
        try:
            found = self._client.describe_rule(Name=rule, EventBusName=bus)
        except (ClientError, BotoCoreError) as error:
            if _code(error) == _UNKNOWN:
                return None
            raise UnavailableStoreError from error
        pattern = json.loads(found.get("EventPattern") or "{}")
        return [str(source) for source in pattern.get("source", ())]

    def start(self, name: str, rule: str, since: datetime, until: datetime) -> tuple[Replayed, str]:
        """Replay to one rule what was announced in a time; with the bus's word if it refuses."""
        rule_arn = f"{self._bus_arn.replace(':event-bus/', ':rule/')}/{rule}"
        try:
            self._client.start_replay(
                ReplayName=name,
                EventSourceArn=self._archive_arn,
                EventStartTime=since,
                EventEndTime=until,
                # Without a filter it would go to every rule of the bus.
                Destination={"Arn": self._bus_arn, "FilterArns": [rule_arn]},
            )
        except (ClientError, BotoCoreError) as error:
            if outcome := _REFUSED.get(_code(error)):
                return outcome, str(error)
            raise UnavailableStoreError from error
        return Replayed.STARTED, ""


def _code(error: ClientError | BotoCoreError) -> str:
    if isinstance(error, BotoCoreError):
        return ""
    return str(error.response.get("Error", {}).get("Code"))
