"""
What starts a function: an order on the bus by way of a queue, the table's stream, the clock.

Failure destinations are set on the resource: the CDK's own would grant more than sending.
"""

import json
from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cliphook.adapters import schema
from infra import flows
from infra.constructs.acknowledge import acknowledge
from infra.constructs.house_function import HouseFunction


def order_to_queue(
    scope: Construct,
    order: schema.Order,
    *,
    bus: events.IEventBus,
    queue: sqs.IQueue,
    undelivered: sqs.IQueue,
) -> None:
    """Put the detail of each such order, and nothing around it, into a queue."""
    pattern = events.EventPattern(source=[schema.ORDER_SOURCE], detail_type=[order.value])
    told = f"{order} goes to its queue"
    _rule_to_queue(scope, pattern, told, bus=bus, queue=queue, undelivered=undelivered)


def events_to_queue(
    scope: Construct,
    prefixes: Sequence[str],
    *,
    bus: events.IEventBus,
    queue: sqs.IQueue,
    undelivered: sqs.IQueue,
) -> None:
    """Put the detail of each event whose type begins so, and nothing around it, into a queue."""
    types = events.Match.any_of(*(events.Match.prefix(prefix) for prefix in prefixes))
    pattern = events.EventPattern(source=[schema.EVENT_SOURCE], detail_type=types)
    told = "What is announced goes to those who are told of it"
    _rule_to_queue(scope, pattern, told, bus=bus, queue=queue, undelivered=undelivered)


def _rule_to_queue(
    scope: Construct,
    pattern: events.EventPattern,
    description: str,
    *,
    bus: events.IEventBus,
    queue: sqs.IQueue,
    undelivered: sqs.IQueue,
) -> None:
    events.Rule(
        scope,
        "Rule",
        description=description,
        event_bus=bus,
        event_pattern=pattern,
        targets=[
            targets.SqsQueue(
                queue,
                message=events.RuleTargetInput.from_event_path("$.detail"),
                dead_letter_queue=undelivered,
                retry_attempts=flows.RULE_RETRIES_MAX,
                max_event_age=Duration.hours(flows.RULE_RETRY_HOURS),
            )
        ],
    )


def queue_to_function(
    scope: Construct, queue: sqs.IQueue, house: HouseFunction, *, batch: int, concurrency: int
) -> None:
    """
    Hand messages to a function; those that it reports as failed come again, the others do not.

    The limit is the mapping's: reserved concurrency would throttle, and a throttled message has
    used up one of its receives.
    """
    mapping = lambda_.EventSourceMapping(
        scope,
        "Source",
        event_source_arn=queue.queue_arn,
        target=house.function,
        batch_size=batch,
        max_concurrency=concurrency,
        report_batch_item_failures=True,
    )
    acknowledge(
        mapping,
        {
            "Serverless-LambdaEventSourceMappingDestination": (
                "The queue has dead letters of its own; a mapping's destination is for streams."
            )
        },
    )


def stream_to_function(
    scope: Construct, stream_arn: str, house: HouseFunction, *, failed: sqs.IQueue
) -> None:
    """Hand new event rows to a function, in the order in which each job's were written."""
    lambda_.CfnEventSourceMapping(
        scope,
        "Source",
        event_source_arn=stream_arn,
        function_name=house.function.function_name,
        # LATEST would skip what is committed while this is being made.
        starting_position="TRIM_HORIZON",
        batch_size=flows.STREAM_BATCH,
        filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
            filters=[
                lambda_.CfnEventSourceMapping.FilterProperty(pattern=json.dumps(flows.EVENT_ROWS))
            ]
        ),
        function_response_types=["ReportBatchItemFailures"],
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=flows.STREAM_RETRIES_MAX,
        maximum_record_age_in_seconds=flows.STREAM_AGE_MAX_S,
        destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
            on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=failed.queue_arn)
        ),
    )


def on_schedule(
    scope: Construct,
    rhythm: flows.Rhythm,
    house: HouseFunction,
    *,
    undelivered: sqs.IQueue,
    why: str,
    name: str | None = None,
    told: Mapping[str, str] | None = None,
) -> None:
    """Start a function by the clock; a start that is given up goes to the undelivered."""
    lambda_.CfnEventInvokeConfig(
        scope,
        "Invocation",
        function_name=house.function.function_name,
        qualifier="$LATEST",
        maximum_retry_attempts=rhythm.runs_again_max,
        maximum_event_age_in_seconds=rhythm.patience_s,
        destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
            on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(
                destination=undelivered.queue_arn
            )
        ),
    )
    events.Rule(
        scope,
        "Schedule",
        rule_name=name,
        description=why,
        schedule=events.Schedule.rate(Duration.minutes(rhythm.every_minutes)),
        targets=[
            targets.LambdaFunction(
                house.function,
                dead_letter_queue=undelivered,
                retry_attempts=rhythm.tries_max,
                max_event_age=Duration.seconds(rhythm.patience_s),
                event=events.RuleTargetInput.from_object(told) if told else None,
            )
        ],
    )
