"""A message of the deliver queue: an event of the bus, an attempt that is due, or a replay."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_announcements import DynamoDbAnnouncements, read_announced
from cliphook.adapters.dynamodb_deliveries import DynamoDbDeliveries
from cliphook.adapters.dynamodb_endpoints import DynamoDbEndpoints
from cliphook.adapters.dynamodb_lanes import DynamoDbLanes
from cliphook.adapters.httpx_poster import HttpxPoster
from cliphook.adapters.schema import DISABLED_ENDPOINTS, FULL_BACKLOGS
from cliphook.adapters.secrets import Secrets
from cliphook.adapters.signing_secrets import DerivedSecrets
from cliphook.adapters.sqs_errands import SqsErrands
from cliphook.application.attempt_delivery import Attempted, World, attempt_delivery
from cliphook.application.fan_out import fan_out
from cliphook.application.judge_endpoint import Notice
from cliphook.application.replay_events import replay_events
from cliphook.application.webhook_ports import DeliveryRef, Replay
from cliphook.domain.delivery import Failed
from cliphook.domain.ids import AccountId, DeliveryId, EndpointId
from cliphook.runtime.clock import now
from cliphook.runtime.observability import count, logger
from cliphook.runtime.settings import WebhookSettings


@dataclass(frozen=True, slots=True)
class Delivering:
    """What delivering needs, made once at cold start."""

    world: World
    announcements: DynamoDbAnnouncements

    def work(self, record: Mapping[str, Any]) -> None:
        """Do what one message asks for."""
        body = str(record["body"])
        told = json.loads(body)
        if "attempt" in told:
            self._attempt(told["attempt"])
        elif "replay" in told:
            self._replay(told["replay"])
        else:
            self._fan_out(body)

    def _fan_out(self, detail: str) -> None:
        event, world = read_announced(detail), self.world
        made = fan_out(
            event,
            endpoints=world.endpoints,
            callbacks=self.announcements,
            deliveries=world.deliveries,
            errands=world.errands,
        )
        logger.info("fanned out", extra={"event_id": event.event_id, "deliveries": made})

    def _attempt(self, told: Mapping[str, str]) -> None:
        ref = DeliveryRef(AccountId(told["account_id"]), DeliveryId(told["delivery_id"]))
        done = attempt_delivery(ref, world=self.world)
        if done:
            _tell(done)

    def _replay(self, told: Mapping[str, str]) -> None:
        replay = Replay(
            AccountId(told["account_id"]),
            EndpointId(told["endpoint_id"]),
            datetime.fromisoformat(told["since"]),
            datetime.fromisoformat(told["until"]),
            told["cursor"],
        )
        world = self.world
        done = replay_events(
            replay,
            announcements=self.announcements,
            endpoints=world.endpoints,
            deliveries=world.deliveries,
            errands=world.errands,
            now=now(),
        )
        if done.left_out:
            logger.warning("left out", extra={"event_ids": done.left_out})
        logger.info("replayed", extra={"endpoint_id": replay.endpoint_id, "deliveries": done.begun})


def make_delivering(settings: WebhookSettings) -> Delivering:
    """Put the parts together at cold start."""
    secrets = Secrets(settings.SECRETS_PREFIX, aws.secretsmanager())
    table, dynamodb = settings.TABLE_NAME, aws.dynamodb()
    world = World(
        deliveries=DynamoDbDeliveries(table, dynamodb),
        endpoints=DynamoDbEndpoints(table, dynamodb),
        lanes=DynamoDbLanes(table, dynamodb),
        errands=SqsErrands(settings.DELIVER_QUEUE_URL, aws.sqs()),
        poster=HttpxPoster(own_url=settings.PUBLIC_URL, allow_loopback=settings.FETCH_LOOPBACK),
        secrets=DerivedSecrets(secrets.webhooks_master),
        clock=now,
    )
    return Delivering(world, DynamoDbAnnouncements(table, dynamodb, now))


def _tell(done: Attempted) -> None:
    """Log an attempt without its address or its answer, and count what somebody should hear of."""
    delivery, response = done.delivery, done.response
    marks: dict[str, object] = {
        "delivery_id": delivery.id,
        "endpoint_id": delivery.endpoint_id,
        "tries": delivery.tries,
        "became": delivery.status,
        "reason": delivery.reason,
    }
    if response:
        marks |= {"answered": response.status, "error": response.error}
    logger.info("attempted", extra=marks)
    if delivery.reason is Failed.BACKLOG_FULL:
        count(FULL_BACKLOGS, 1)
    if done.notice:
        told = {"endpoint_id": delivery.endpoint_id, "notice": done.notice}
        logger.warning("endpoint noticed", extra=told)
        count(DISABLED_ENDPOINTS, int(done.notice is Notice.DISABLED))
