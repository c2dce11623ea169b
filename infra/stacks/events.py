"""What happens after a commit: the bus, its rules and queues, and the functions behind them."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cliphook.adapters import schema
from infra.constructs.addresses import Addresses
from infra.constructs.alarms import Alarm, watch
from infra.constructs.bus import make_bus
from infra.constructs.deliver import deliver, deliver_queue, deliver_rights
from infra.constructs.house_function import House, HouseFunction
from infra.constructs.house_queue import DeadLetters, HouseQueue
from infra.constructs.layers import audio_layer, house_layers
from infra.constructs.rights import Right, Stores, put_events
from infra.constructs.triggers import (
    on_schedule,
    order_to_queue,
    queue_to_function,
    stream_to_function,
)
from infra.deployment import Deployment
from infra.flows import (
    DELIVER,
    DELIVER_S,
    EACH_MINUTE,
    PUBLISH_S,
    RECEIVES_MAX,
    SWEEP_S,
    WORKERS,
    Worker,
)
from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack

# The rules of the stack that comes after this one.
LATER_RULES: Final = ("measure", "audit", "erase")


class EventsStack(Stack):
    """The bus and everything that a commit sets in motion."""

    def __init__(
        self, scope: Construct, deployment: Deployment, *, data: DataStack, api: ApiStack
    ) -> None:
        super().__init__(
            scope,
            f"Cliphook-{deployment.name}-Events",
            stack_name=deployment.named("events"),
            description="Cliphook: what happens after a commit",
        )
        self._deployment = deployment
        # Imported by its address: no grant made here can reach back and widen the key's policy.
        self._key = kms.Key.from_key_arn(self, "Key", data.key.key_arn)
        self._bus, self.archive_arn = make_bus(self, deployment)
        self.bus_arn = self._bus.event_bus_arn
        self.undelivered = self._dead_letters(
            schema.Letters.UNDELIVERED, "A rule or a schedule could not reach its target."
        )
        self._let_in(*LATER_RULES)
        self._unpublished = self._dead_letters(
            schema.Letters.UNPUBLISHED, "The stream has given rows up that the bus did not take."
        )
        made = {worker.name: self._make_queue(worker) for worker in WORKERS}
        made[DELIVER] = deliver_queue(self, deployment, self._key)
        self.queues = {name: queue.queue for name, queue in made.items()}
        dead = {f"{name}-dead": queue.dead_letters.queue for name, queue in made.items()}
        # Every queue from which nothing comes back by itself, by its name.
        self.letters = {
            **{schema.Letters(name).value: queue for name, queue in dead.items()},
            schema.Letters.UNDELIVERED.value: self.undelivered,
            schema.Letters.UNPUBLISHED.value: self._unpublished,
        }
        self._house = self._make_house(data.stores, Addresses.of(self, api_url=api.api_url))
        self._rights = self._make_rights(data.stores)
        self._audio_layer = audio_layer(self, deployment)
        self._add_publish(data.stores.stream_arn)
        for worker in WORKERS:
            self._add_worker(worker)
        self._add_sweep()
        self._add_deliver()
        self._tell()

    def _tell(self) -> None:
        CfnOutput(self, "BusName", value=self._bus.event_bus_name)
        CfnOutput(self, "EventsArchiveArn", value=self.archive_arn)
        for name, queue in self.queues.items():
            CfnOutput(self, f"{name.capitalize()}QueueUrl", value=queue.queue_url)

    def _dead_letters(self, name: str, why: str) -> sqs.Queue:
        return DeadLetters(self, name, deployment=self._deployment, key=self._key, why=why).queue

    def _let_in(self, *rules: str) -> None:
        """Let rules that are not made here keep what they cannot deliver."""
        for rule in rules:
            name = self._deployment.named(rule)
            arn = self.format_arn(service="events", resource="rule", resource_name=name)
            self.undelivered.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[iam.ServicePrincipal("events.amazonaws.com")],
                    actions=["sqs:SendMessage"],
                    resources=[self.undelivered.queue_arn],
                    conditions={"ArnEquals": {"aws:SourceArn": arn}},
                )
            )

    def _make_queue(self, worker: Worker) -> HouseQueue:
        waits = self._deployment.archive_retry_s
        return HouseQueue(
            self,
            worker.name,
            deployment=self._deployment,
            key=self._key,
            consumer_timeout_s=worker.timeout_s,
            receives_max=len(waits) + 1 if worker.name == "archive" else RECEIVES_MAX,
            oldest_s=worker.oldest_s,
        )

    def _make_house(self, stores: Stores, addresses: Addresses) -> House:
        deployment = self._deployment
        urls = {f"{name.upper()}_QUEUE_URL": queue.queue_url for name, queue in self.queues.items()}
        return House(
            deployment=deployment,
            key=self._key,
            layers=house_layers(self, deployment),
            values={
                "DEPLOYMENT": deployment.name,
                "TABLE_NAME": stores.table_name,
                "BUCKET_NAME": stores.bucket_name,
                "BUS_NAME": self._bus.event_bus_name,
                "SECRETS_PREFIX": stores.secrets_prefix,
                "PUBLIC_URL": addresses.public_url,
                "PROVIDER_URLS": addresses.provider_urls,
                "PROVIDER_SETTINGS": addresses.provider_settings,
                "FETCH_LOOPBACK": str(deployment.fetch_loopback).lower(),
                "ARCHIVE_RETRY_S": ",".join(map(str, deployment.archive_retry_s)),
                **urls,
            },
        )

    def _make_rights(self, stores: Stores) -> Mapping[str, list[Right]]:
        providers = [schema.provider_secret(provider) for provider in schema.PROVIDERS]
        read, write = stores.read_items(), stores.write_items()
        announce = put_events(self._bus.event_bus_arn)
        arns = {name: queue.queue_arn for name, queue in self.queues.items()}
        return {
            "publish": [
                stores.read_stream(),
                stores.place_items(),
                stores.send(self._unpublished.queue_arn),
                announce,
            ],
            "dispatch": [
                read,
                write,
                stores.read_secrets(schema.Secret.CALLBACK, *providers),
                stores.put_clips(),
                stores.read_files(),
                stores.consume(arns["dispatch"]),
            ],
            "poll": [
                read,
                write,
                stores.read_secrets(*providers),
                stores.put_clips(),
                stores.consume(arns["poll"]),
            ],
            "archive": [read, write, stores.put_clips(), stores.consume(arns["archive"])],
            DELIVER: deliver_rights(stores, arns[DELIVER], self.undelivered.queue_arn),
            "sweep": [
                stores.read_items(schema.DUE, schema.UNSENT),
                stores.list_items(),
                write,
                stores.send(self.undelivered.queue_arn),
                announce,
            ],
        }

    def _function(
        self,
        name: str,
        *,
        timeout_s: int,
        memory_mb: int = 512,
        storage_mb: int = 512,
        layers: Sequence[lambda_.ILayerVersion] = (),
    ) -> HouseFunction:
        return HouseFunction(
            self,
            name,
            house=self._house,
            rights=self._rights[name],
            timeout_s=timeout_s,
            memory_mb=memory_mb,
            storage_mb=storage_mb,
            layers=layers,
        )

    def _add_publish(self, stream_arn: str) -> None:
        house = self._function("publish", timeout_s=PUBLISH_S)
        stream_to_function(house, stream_arn, house, failed=self._unpublished)
        age = house.function.metric("IteratorAge", statistic="Maximum", period=Duration.minutes(1))
        why = "Events reach the bus more than a minute late: publish is throttled or failing."
        alarm = Alarm("stream-age", age, why, above=60_000, minutes=2)
        watch(self, self._deployment, alarm)

    def _add_worker(self, worker: Worker) -> None:
        house = self._function(
            worker.name,
            timeout_s=worker.timeout_s,
            memory_mb=worker.memory_mb,
            storage_mb=worker.storage_mb,
            # Any of them may be given a file to keep, and looks into it first.
            layers=[self._audio_layer],
        )
        queue = self.queues[worker.name]
        order_to_queue(
            house, worker.order, bus=self._bus, queue=queue, undelivered=self.undelivered
        )
        queue_to_function(house, queue, house, batch=worker.batch, concurrency=worker.concurrency)

    def _add_sweep(self) -> None:
        house = self._function("sweep", timeout_s=SWEEP_S)
        why = "What is overdue is looked for each minute"
        on_schedule(house, EACH_MINUTE, house, undelivered=self.undelivered, why=why)

    def _add_deliver(self) -> None:
        house, queue = self._function(DELIVER, timeout_s=DELIVER_S), self.queues[DELIVER]
        deliver(house, self._deployment, bus=self._bus, queue=queue, undelivered=self.undelivered)
