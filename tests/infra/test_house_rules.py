"""Every template keeps the house rules, and each rule has been seen to catch somebody."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.infra import delivery_rules, safety_rules
from tests.infra.assembly import Assembly
from tests.infra.templates import Finding, Rule, Template, of

RULES = (*delivery_rules.RULES, *safety_rules.RULES)

# What a laptop may do differently: its archive gives up sooner, and nobody else uses its functions.
PROD_ONLY = {
    delivery_rules.messages_get_five_receives,
    safety_rules.callbacks_have_room_of_their_own,
}

QUEUE = "AWS::SQS::Queue"
SOURCE = "AWS::Lambda::EventSourceMapping"
FUNCTION = "AWS::Lambda::Function"
TABLE = "AWS::DynamoDB::Table"
BUCKET = "AWS::S3::Bucket"

Plant = Callable[[Template], None]


def put(kind: str, path: str, value: Any) -> Plant:
    """Plant a value in every resource of a kind that has the place for it."""

    def plant(template: Template) -> None:
        *parents, last = path.split(".")
        for _, found in of(template, kind):
            place: Any = found
            for key in parents:
                place = place[int(key)] if isinstance(place, list) else place.get(key, {})
            if last in place:
                place[last] = value

    return plant


def drop(kind: str, path: str) -> Plant:
    """Take something away from every resource of a kind."""

    def plant(template: Template) -> None:
        *parents, last = path.split(".")
        for _, found in of(template, kind):
            place: Any = found
            for key in parents:
                place = place[int(key)] if isinstance(place, list) else place.get(key, {})
            place.pop(last, None)

    return plant


def add(kind: str, **properties: Any) -> Plant:
    """Plant a resource."""

    def plant(template: Template) -> None:
        template["Resources"]["Planted"] = {"Type": kind, "Properties": properties}

    return plant


def allow(action: str, resource: str) -> Plant:
    """Plant a right."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return add("AWS::IAM::Policy", PolicyDocument={"Statement": [statement]})


STATEMENT = "PolicyDocument.Statement"
OWNER = "OwnershipControls.Rules.0.ObjectOwnership"
LOGGED_PATH = '{"path":"$context.path"}'

PLANTED: tuple[tuple[Rule, Plant], ...] = (
    (delivery_rules.visibility_outlasts_six_runs, put(QUEUE, "VisibilityTimeout", 719)),
    (delivery_rules.visibility_outlasts_six_runs, drop(QUEUE, "VisibilityTimeout")),
    (delivery_rules.messages_get_five_receives, put(QUEUE, "RedrivePolicy.maxReceiveCount", 4)),
    (delivery_rules.dead_letters_outlive_their_source, drop(QUEUE, "MessageRetentionPeriod")),
    (
        delivery_rules.dead_letters_outlive_their_source,
        put(QUEUE, "MessageRetentionPeriod", delivery_rules.RETENTION_DEAD_S),
    ),
    (delivery_rules.every_queue_has_dead_letters, add(QUEUE)),
    (delivery_rules.dead_letters_raise_an_alarm, put("AWS::CloudWatch::Alarm", "Threshold", 1)),
    (
        delivery_rules.rule_targets_retry_and_keep_what_fails,
        drop("AWS::Events::Rule", "Targets.0.DeadLetterConfig"),
    ),
    (
        delivery_rules.rule_targets_retry_and_keep_what_fails,
        drop("AWS::Events::Rule", "Targets.0.RetryPolicy.MaximumRetryAttempts"),
    ),
    (delivery_rules.streams_are_bounded, drop(SOURCE, "BisectBatchOnFunctionError")),
    (delivery_rules.streams_are_bounded, put(SOURCE, "MaximumRetryAttempts", -1)),
    (delivery_rules.streams_are_bounded, drop(SOURCE, "MaximumRecordAgeInSeconds")),
    (delivery_rules.streams_are_bounded, drop(SOURCE, "DestinationConfig")),
    (delivery_rules.sources_report_single_failures, drop(SOURCE, "FunctionResponseTypes")),
    (safety_rules.logs_end_and_are_encrypted, drop("AWS::Logs::LogGroup", "RetentionInDays")),
    (safety_rules.logs_end_and_are_encrypted, drop("AWS::Logs::LogGroup", "KmsKeyId")),
    (safety_rules.logs_end_and_are_encrypted, drop(FUNCTION, "LoggingConfig")),
    (safety_rules.functions_run_on_our_python, put(FUNCTION, "Runtime", "python3.12")),
    (safety_rules.functions_run_on_our_python, put(FUNCTION, "Architectures", ["x86_64"])),
    (
        safety_rules.callbacks_have_room_of_their_own,
        drop(FUNCTION, "ReservedConcurrentExecutions"),
    ),
    (safety_rules.roles_are_exact, allow("dynamodb:*", "arn:aws:dynamodb:::table/jobs")),
    (safety_rules.roles_are_exact, allow("dynamodb:PutItem", "*")),
    (safety_rules.roles_are_exact, add("AWS::IAM::Role", ManagedPolicyArns=["arn:aws:iam::aws:x"])),
    (safety_rules.stores_are_encrypted_with_our_key, drop(QUEUE, "KmsMasterKeyId")),
    (safety_rules.stores_are_encrypted_with_our_key, drop(TABLE, "SSESpecification")),
    (
        safety_rules.stores_are_encrypted_with_our_key,
        drop("AWS::SecretsManager::Secret", "KmsKeyId"),
    ),
    (
        safety_rules.stores_are_encrypted_with_our_key,
        drop("AWS::KMS::Key", "EnableKeyRotation"),
    ),
    (safety_rules.tables_can_be_restored, drop(TABLE, "PointInTimeRecoverySpecification")),
    (
        safety_rules.tables_can_be_restored,
        put(TABLE, "PointInTimeRecoverySpecification.RecoveryPeriodInDays", 7),
    ),
    (
        safety_rules.buckets_are_private,
        put(BUCKET, "PublicAccessBlockConfiguration.BlockPublicPolicy", value=False),
    ),
    (safety_rules.buckets_are_private, put(BUCKET, OWNER, "ObjectWriter")),
    (safety_rules.buckets_are_private, put("AWS::S3::BucketPolicy", STATEMENT, [])),
    (safety_rules.buckets_are_private, drop(BUCKET, "BucketEncryption")),
    (safety_rules.clips_are_kept_and_logged, drop(BUCKET, "VersioningConfiguration")),
    (safety_rules.clips_are_kept_and_logged, drop(BUCKET, "LoggingConfiguration")),
    (
        safety_rules.access_logs_hold_no_path,
        put("AWS::ApiGatewayV2::Stage", "AccessLogSettings.Format", LOGGED_PATH),
    ),
    (
        safety_rules.access_logs_hold_no_path,
        drop("AWS::ApiGatewayV2::Stage", "AccessLogSettings"),
    ),
    (safety_rules.nothing_runs_at_deployment, add("Custom::S3AutoDeleteObjects")),
)


def findings(rule: Rule, assembly: Assembly) -> Iterator[Finding]:
    for name, template in assembly.templates.items():
        for finding in rule(template):
            yield f"{name} {finding}"


def names(rules: Iterable[Rule]) -> list[str]:
    return [rule.__name__ for rule in rules]


@pytest.mark.parametrize("rule", RULES, ids=names(RULES))
def test_what_is_deployed_keeps_the_rule(rule: Rule, prod: Assembly) -> None:
    assert [*findings(rule, prod)] == []


@pytest.mark.parametrize("rule", RULES, ids=names(RULES))
def test_a_laptop_breaks_only_the_rules_it_may(rule: Rule, local: Assembly) -> None:
    assert bool([*findings(rule, local)]) == (rule in PROD_ONLY)


@pytest.mark.parametrize(("rule", "plant"), PLANTED, ids=names(rule for rule, _ in PLANTED))
def test_a_planted_breach_is_found(rule: Rule, plant: Plant, prod: Assembly) -> None:
    templates = deepcopy(dict(prod.templates))
    for template in templates.values():
        plant(template)

    assert [*findings(rule, Assembly(prod.deployment, prod.folder, templates))]


def test_a_breach_of_each_rule_is_planted() -> None:
    assert {rule for rule, _ in PLANTED} == set(RULES)
