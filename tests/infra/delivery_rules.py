"""Rules of the house for whatever is delivered: nothing is dropped, repeated or kept unseen."""

from collections.abc import Iterator
from typing import Final

from tests.infra.templates import Finding, Rule, Template, dead_letter_queues, of, target

RETENTION_DEFAULT_S: Final = 4 * 24 * 3600
RETENTION_DEAD_S: Final = 14 * 24 * 3600
VISIBILITY_DEFAULT_S: Final = 30
VISIBILITY_FACTOR: Final = 6
RECEIVES_MIN: Final = 5
STREAM_RETRIES_MAX: Final = 10
STREAM_AGE_MAX_S: Final = 3600


def visibility_outlasts_six_runs(template: Template) -> Iterator[Finding]:
    """A message must not come again while it is still worked on."""
    functions = dict(of(template, "AWS::Lambda::Function"))
    queues = dict(of(template, "AWS::SQS::Queue"))
    for name, mapping in of(template, "AWS::Lambda::EventSourceMapping"):
        queue = queues.get(target(mapping["EventSourceArn"]))
        timeout = functions[target(mapping["FunctionName"])]["Timeout"]
        if (
            queue
            and queue.get("VisibilityTimeout", VISIBILITY_DEFAULT_S) < VISIBILITY_FACTOR * timeout
        ):
            yield f"{name}: visibility is less than {VISIBILITY_FACTOR} x {timeout} s"


def messages_get_five_receives(template: Template) -> Iterator[Finding]:
    """Throttled deliveries use receives up, so a few are no attempt at all."""
    for name, queue in of(template, "AWS::SQS::Queue"):
        receives = queue.get("RedrivePolicy", {}).get("maxReceiveCount", RECEIVES_MIN)
        if receives < RECEIVES_MIN:
            yield f"{name}: {receives} receives"


def dead_letters_outlive_their_source(template: Template) -> Iterator[Finding]:
    """A dead letter keeps the day on which it was first sent."""
    queues = dict(of(template, "AWS::SQS::Queue"))
    for name in dead_letter_queues(template):
        if queues[name].get("MessageRetentionPeriod") != RETENTION_DEAD_S:
            yield f"{name}: dead letters are not kept for 14 days"
    for name, queue in queues.items():
        kept = queue.get("MessageRetentionPeriod", RETENTION_DEFAULT_S)
        if name not in dead_letter_queues(template) and kept >= RETENTION_DEAD_S:
            yield f"{name}: keeps as long as its dead letters"


def every_queue_has_dead_letters(template: Template) -> Iterator[Finding]:
    """A poison message must end somewhere."""
    for name, queue in of(template, "AWS::SQS::Queue"):
        if "RedrivePolicy" not in queue and name not in dead_letter_queues(template):
            yield f"{name}: no dead letters"


def dead_letters_raise_an_alarm(template: Template) -> Iterator[Finding]:
    """The first dead letter calls somebody."""
    watched = {
        target(dimension["Value"])
        for _, alarm in of(template, "AWS::CloudWatch::Alarm")
        for dimension in alarm.get("Dimensions", [])
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible" and alarm["Threshold"] == 0
    }
    for name in dead_letter_queues(template) - watched:
        yield f"{name}: nobody hears of a dead letter"


def rule_targets_retry_and_keep_what_fails(template: Template) -> Iterator[Finding]:
    """An event that cannot be delivered is dropped, unless the target says otherwise."""
    for name, rule in of(template, "AWS::Events::Rule"):
        for aim in rule["Targets"]:
            policy = aim.get("RetryPolicy", {})
            if "Arn" not in aim.get("DeadLetterConfig", {}):
                yield f"{name}: a target without dead letters"
            if not {"MaximumRetryAttempts", "MaximumEventAgeInSeconds"} <= policy.keys():
                yield f"{name}: a target without a retry policy"


def streams_are_bounded(template: Template) -> Iterator[Finding]:
    """Left to the defaults, a poison record stops its shard for a day and is lost then."""
    for name, mapping in of(template, "AWS::Lambda::EventSourceMapping"):
        if "StartingPosition" not in mapping:
            continue
        if not mapping.get("BisectBatchOnFunctionError"):
            yield f"{name}: a poison record takes its batch with it"
        if not 0 < mapping.get("MaximumRetryAttempts", -1) <= STREAM_RETRIES_MAX:
            yield f"{name}: retries without end"
        if not 0 < mapping.get("MaximumRecordAgeInSeconds", -1) <= STREAM_AGE_MAX_S:
            yield f"{name}: records of any age"
        if "OnFailure" not in mapping.get("DestinationConfig", {}):
            yield f"{name}: given up without a trace"


def sources_report_single_failures(template: Template) -> Iterator[Finding]:
    """One bad message must not bring its whole batch back."""
    for name, mapping in of(template, "AWS::Lambda::EventSourceMapping"):
        if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{name}: a batch fails as a whole"


RULES: Final[tuple[Rule, ...]] = (
    visibility_outlasts_six_runs,
    messages_get_five_receives,
    dead_letters_outlive_their_source,
    every_queue_has_dead_letters,
    dead_letters_raise_an_alarm,
    rule_targets_retry_and_keep_what_fails,
    streams_are_bounded,
    sources_report_single_failures,
)
