"""What an operator has: the commands, and alarms on whatever waits for somebody."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cliphook.adapters import schema
from infra.constructs.addresses import declare_provider_settings
from infra.constructs.alarms import Alarm, watch
from infra.constructs.bus import BUS_NAME
from infra.constructs.house_function import House, HouseFunction, counted
from infra.constructs.layers import house_layers
from infra.constructs.rights import Right, Stores, replay_events
from infra.constructs.triggers import on_schedule
from infra.deployment import Deployment
from infra.flows import AUDIT_S, EACH_DAY, EACH_MINUTE, ERASE_S, OPERATOR_S, Rhythm
from infra.stacks.data import DataStack
from infra.stacks.events import EventsStack

# What waits so long is more than late.
LATE_S: Final = 300
MEASURE: Final = {"command": "measure"}


class OperationsStack(Stack):
    """The operator's function, which the clock calls too, and alarms on what it measures."""

    def __init__(
        self, scope: Construct, deployment: Deployment, *, data: DataStack, events: EventsStack
    ) -> None:
        super().__init__(
            scope,
            f"Cliphook-{deployment.name}-Operations",
            stack_name=deployment.named("operations"),
            description="Cliphook: what an operator has",
        )
        self._deployment = deployment
        self._events = events
        # By its address: its own policy, which is in another stack, would name our rules.
        arn = events.undelivered.queue_arn
        self._undelivered = sqs.Queue.from_queue_arn(self, "Undelivered", arn)
        self._house = self._make_house(data.stores)
        self._rights = self._make_rights(data.stores)
        operator = self._add_operator()
        self._add_audit()
        self._add_erase()
        self._watch()
        CfnOutput(self, "OperatorFunction", value=operator.function.function_name)

    def _add_operator(self) -> HouseFunction:
        why = "What is stuck is counted each minute"
        return self._scheduled(
            "operator", EACH_MINUTE, timeout_s=OPERATOR_S, why=why, rule="measure", told=MEASURE
        )

    def _add_audit(self) -> None:
        why = "Every balance is held against its entries each day"
        self._scheduled("audit", EACH_DAY, timeout_s=AUDIT_S, why=why, rule="audit")
        wrong = counted(schema.LEDGER_DISCREPANCIES, Duration.days(1))
        why = "A balance is not what its entries add up to: audit's log names the account."
        watch(self, self._deployment, Alarm("ledger", wrong, why, look={"command": "audit"}))

    def _add_erase(self) -> None:
        why = "What was deleted is erased each minute"
        self._scheduled("erase", EACH_MINUTE, timeout_s=ERASE_S, why=why, rule="erase")

    def _scheduled(
        self,
        name: str,
        rhythm: Rhythm,
        *,
        timeout_s: int,
        why: str,
        rule: str,
        told: Mapping[str, str] | None = None,
    ) -> HouseFunction:
        rights = self._rights[name]
        house = HouseFunction(self, name, house=self._house, rights=rights, timeout_s=timeout_s)
        on_schedule(
            house,
            rhythm,
            house,
            undelivered=self._undelivered,
            why=why,
            name=self._deployment.named(rule),
            told=told,
        )
        return house

    def _make_house(self, stores: Stores) -> House:
        return House(
            deployment=self._deployment,
            key=kms.Key.from_key_arn(self, "Key", stores.key_arn),
            layers=house_layers(self, self._deployment),
            values={
                "DEPLOYMENT": self._deployment.name,
                "TABLE_NAME": stores.table_name,
                "BUCKET_NAME": stores.bucket_name,
                "SECRETS_PREFIX": stores.secrets_prefix,
                "QUEUE_URLS": self.to_json_string(
                    {
                        name: queue.queue_url
                        for name, queue in {**self._events.letters, **self._events.queues}.items()
                    }
                ),
                "PROVIDER_SETTINGS": declare_provider_settings(self),
                "BUS_ARN": self._events.bus_arn,
                "ARCHIVE_ARN": self._events.archive_arn,
            },
        )

    def _make_rights(self, stores: Stores) -> Mapping[str, list[Right]]:
        letters = [queue.queue_arn for queue in self._events.letters.values()]
        queues = [queue.queue_arn for queue in self._events.queues.values()]
        undelivered = self._events.undelivered.queue_arn
        return {
            "operator": [
                stores.read_items(schema.LIST, schema.DUE, schema.UNSENT),
                stores.read_partitions(),
                stores.write_items(),
                stores.read_secrets(schema.Secret.PEPPER),
                stores.consume(*letters),
                # What is redriven, and a start by the clock that was given up.
                stores.send(*queues, undelivered),
                replay_events(BUS_NAME, self._events.archive_arn),
            ],
            "erase": [
                stores.read_items(schema.LIST, schema.UNSENT),
                stores.read_partitions(),
                stores.write_items(),
                stores.delete_items(),
                stores.erase_objects(),
                stores.send(undelivered),
            ],
            "audit": [
                stores.read_items(schema.LIST),
                stores.read_partitions(),
                stores.send(undelivered),
            ],
        }

    def _watch(self) -> None:
        watch(self, self._deployment, *_set_aside(), *_waiting())


def _set_aside() -> tuple[Alarm, ...]:
    minute = Duration.minutes(1)
    return (
        Alarm(
            "quarantine",
            counted(schema.QUARANTINED_CALLBACKS, minute),
            "A callback with a good ticket could not be read, or named another task.",
            look={"command": "inspect", "where": "quarantine"},
        ),
        Alarm(
            "parked",
            counted(schema.PARKED_EVENTS, minute),
            "An event was given up: the bus does not take it, or nobody can read it.",
            look={"command": "inspect", "where": "parked"},
        ),
        Alarm(
            "put-off",
            counted(schema.PUT_OFF_JOBS, minute),
            "The sweep cannot mend a job: it cannot be read, or not be stored.",
            look={"command": "inspect", "where": "jobs"},
        ),
        Alarm(
            "not-erased",
            counted(schema.FAILED_ERASURES, minute),
            "Something that was deleted could not be erased; it is tried again.",
        ),
        Alarm(
            "stuck",
            counted(schema.STUCK, minute, "Maximum"),
            "Something waits for an operator; this stays until nothing does.",
            look={"command": "inspect"},
        ),
    )


def _waiting() -> tuple[Alarm, ...]:
    minute, five = Duration.minutes(1), Duration.minutes(5)
    return (
        Alarm(
            "unsent",
            counted(schema.OLDEST_UNSENT, minute, "Maximum"),
            "An event has not reached the bus for five minutes.",
            above=LATE_S,
            look={"command": "inspect", "where": "unsent"},
        ),
        Alarm(
            "overdue",
            counted(schema.OLDEST_DUE, minute, "Maximum"),
            "The sweep has not come to a job for five minutes.",
            above=LATE_S,
            look={"command": "inspect", "where": "overdue"},
        ),
        Alarm(
            "leaving",
            counted(schema.HOURS_LEFT, minute, "Minimum"),
            "Within three days a provider deletes a clip that is not kept.",
            below=schema.LEAVING_H,
            look={"command": "inspect", "where": "leaving"},
        ),
        Alarm(
            "sweep-silent",
            counted("NudgedJobs", five, "SampleCount"),
            "The sweep has not ended a run for five minutes.",
            is_missed=True,
        ),
        Alarm(
            "unwatched",
            counted(schema.STUCK, five, "SampleCount"),
            "Nobody has counted for five minutes what waits for an operator.",
            look=MEASURE,
            is_missed=True,
        ),
    )
