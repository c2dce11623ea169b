"""Rules of the house for who may do what, and for what is kept: least rights, our key, no path."""

import json
import re
from collections.abc import Iterator
from typing import Final

from tests.infra.templates import Finding, Rule, Template, listed, of, target

RECOVERY_DAYS: Final = 35
# Of these, none tells a path or a query: a callback's path holds its ticket.
LOGGABLE: Final = frozenset(
    {
        "requestId",
        "requestTimeEpoch",
        "routeKey",
        "status",
        "responseLatency",
        "integrationLatency",
        "integrationStatus",
    }
)
# Resources of service APIs that know no resources.
UNBOUND_ACTIONS: Final = frozenset({"dynamodb:ListStreams"})


def logs_end_and_are_encrypted(template: Template) -> Iterator[Finding]:
    """Every function writes to a log group of ours, and no log is kept for ever."""
    groups = dict(of(template, "AWS::Logs::LogGroup"))
    for name, group in groups.items():
        if "RetentionInDays" not in group or "KmsKeyId" not in group:
            yield f"{name}: kept for ever, or readable"
    for name, function in of(template, "AWS::Lambda::Function"):
        if target(function.get("LoggingConfig", {}).get("LogGroup")) not in groups:
            yield f"{name}: logs to a group that nobody declared"


def functions_run_on_our_python(template: Template) -> Iterator[Finding]:
    """Wheels, checkers and tests are for one Python on one architecture."""
    for name, function in of(template, "AWS::Lambda::Function"):
        if (function["Runtime"], function["Architectures"]) != ("python3.13", ["arm64"]):
            yield f"{name}: runs on something else"


def callbacks_have_room_of_their_own(template: Template) -> Iterator[Finding]:
    """No load elsewhere may keep a provider from reaching us."""
    for name, function in of(template, "AWS::Lambda::Function"):
        shares = not function.get("ReservedConcurrentExecutions")
        if shares and function["FunctionName"].endswith("-callback"):
            yield f"{name}: shares its concurrency"


def roles_are_exact(template: Template) -> Iterator[Finding]:
    """No managed policy, no wildcard in an action, and only a prefix may end in one."""
    for name, role in of(template, "AWS::IAM::Role"):
        if role.get("ManagedPolicyArns") or role.get("Policies"):
            yield f"{name}: has a policy that is not its own"
    for name, policy in of(template, "AWS::IAM::Policy"):
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = set(listed(statement["Action"]))
            if any("*" in action for action in actions):
                yield f"{name}: a wildcard in {sorted(actions)}"
            wide = any(resource == "*" for resource in listed(statement["Resource"]))
            if wide and not actions <= UNBOUND_ACTIONS:
                yield f"{name}: {sorted(actions)} on everything"


def stores_are_encrypted_with_our_key(template: Template) -> Iterator[Finding]:
    """Whoever gets hold of a store gets nothing without the key."""
    where = {
        "AWS::SQS::Queue": "KmsMasterKeyId",
        "AWS::SecretsManager::Secret": "KmsKeyId",
        "AWS::DynamoDB::Table": "SSESpecification.KMSMasterKeyId",
    }
    for kind, path in where.items():
        for name, properties in of(template, kind):
            found = properties
            for key in path.split("."):
                found = found.get(key, {})
            if not found:
                yield f"{name}: not encrypted with our key"
    for name, key in of(template, "AWS::KMS::Key"):
        if not key.get("EnableKeyRotation"):
            yield f"{name}: never rotated"


def tables_can_be_restored(template: Template) -> Iterator[Finding]:
    """Thirty-five days back, to the second."""
    for name, table in of(template, "AWS::DynamoDB::Table"):
        recovery = table.get("PointInTimeRecoverySpecification", {})
        if not recovery.get("PointInTimeRecoveryEnabled") or (
            recovery.get("RecoveryPeriodInDays", RECOVERY_DAYS) != RECOVERY_DAYS
        ):
            yield f"{name}: cannot be restored"


def buckets_are_private(template: Template) -> Iterator[Finding]:
    """No access from outside, no ACLs, no plain HTTP, and our key for what is a customer's."""
    policies = {
        target(policy["Bucket"]): json.dumps(policy["PolicyDocument"])
        for _, policy in of(template, "AWS::S3::BucketPolicy")
    }
    for name, bucket in of(template, "AWS::S3::Bucket"):
        block = bucket.get("PublicAccessBlockConfiguration", {})
        if len(block) != 4 or not all(block.values()):
            yield f"{name}: may be made public"
        owner = bucket.get("OwnershipControls", {}).get("Rules", [{}])[0].get("ObjectOwnership")
        if owner != "BucketOwnerEnforced":
            yield f"{name}: has ACLs"
        if "aws:SecureTransport" not in policies.get(name, ""):
            yield f"{name}: can be read over plain HTTP"
        if "BucketEncryption" not in bucket:
            yield f"{name}: not encrypted"


def clips_are_kept_and_logged(template: Template) -> Iterator[Finding]:
    """What a bucket with a log of its readers holds can be deleted only twice."""
    logs = {
        target(bucket["LoggingConfiguration"]["DestinationBucketName"])
        for _, bucket in of(template, "AWS::S3::Bucket")
        if "LoggingConfiguration" in bucket
    }
    for name, bucket in of(template, "AWS::S3::Bucket"):
        if name in logs:
            continue
        if bucket.get("VersioningConfiguration", {}).get("Status") != "Enabled":
            yield f"{name}: a deleted clip is gone"
        if "LoggingConfiguration" not in bucket:
            yield f"{name}: nobody knows who has read it"
        if "aws:kms" not in json.dumps(bucket.get("BucketEncryption", {})):
            yield f"{name}: not encrypted with our key"


def access_logs_hold_no_path(template: Template) -> Iterator[Finding]:
    """A callback's path holds its ticket, and a log is read by more than one."""
    for name, stage in of(template, "AWS::ApiGatewayV2::Stage"):
        text = stage.get("AccessLogSettings", {}).get("Format", "")
        if not text:
            yield f"{name}: no access log"
        for variable in re.findall(r"\$context\.([\w.]+)", text):
            if variable not in LOGGABLE:
                yield f"{name}: logs {variable}"


def nothing_runs_at_deployment(template: Template) -> Iterator[Finding]:
    """A custom resource is a function that nobody has reviewed, and hangs where it cannot run."""
    for name, resource in template["Resources"].items():
        if resource["Type"].startswith(("Custom::", "AWS::CloudFormation::CustomResource")):
            yield f"{name}: a custom resource"


RULES: Final[tuple[Rule, ...]] = (
    logs_end_and_are_encrypted,
    functions_run_on_our_python,
    callbacks_have_room_of_their_own,
    roles_are_exact,
    stores_are_encrypted_with_our_key,
    tables_can_be_restored,
    buckets_are_private,
    clips_are_kept_and_logged,
    access_logs_hold_no_path,
    nothing_runs_at_deployment,
)
