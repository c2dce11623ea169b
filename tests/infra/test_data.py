"""What is kept, and how."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cliphook.adapters import schema
from cliphook.adapters.s3_copies import FRESH
from cliphook.adapters.s3_shelf import LINK_S
from cliphook.domain.file import KEPT
from infra.constructs.lifecycle import COPY_DAYS, lifecycle_rules
from infra.deployment import DEPLOYMENTS, Storage
from tests.infra.assembly import Assembly, synthesize

SHORT_LIVED = (schema.FILES_PREFIX, schema.TAGGED_PREFIX)


def test_the_table_has_the_keys_that_the_adapters_use(assembly: Assembly) -> None:
    table = assembly.one("AWS::DynamoDB::Table")
    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }

    assert [key["AttributeName"] for key in table["KeySchema"]] == [
        schema.PARTITION_KEY,
        schema.SORT_KEY,
    ]
    assert indexes == {index.name: [index.hash_key, index.range_key] for index in schema.INDEXES}
    assert {row["AttributeType"] for row in table["AttributeDefinitions"]} == {"S"}


def test_an_index_holds_keys_and_what_it_says(assembly: Assembly) -> None:
    table = assembly.one("AWS::DynamoDB::Table")
    projections = {
        index["IndexName"]: index["Projection"] for index in table["GlobalSecondaryIndexes"]
    }

    assert projections == {
        "due": {
            "ProjectionType": "INCLUDE",
            "NonKeyAttributes": ["account_id", "job_id", "due_step"],
        },
        "unsent": {"ProjectionType": "KEYS_ONLY"},
        "list": {"ProjectionType": "KEYS_ONLY"},
    }


def test_the_table_streams_new_rows_and_costs_nothing_when_idle(assembly: Assembly) -> None:
    table = assembly.one("AWS::DynamoDB::Table")

    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"]["AttributeName"] == schema.EXPIRES_AT


def when_deleted(assembly: Assembly) -> set[str]:
    return {
        resource["DeletionPolicy"]
        for resource in assembly.templates["Data"]["Resources"].values()
        if "DeletionPolicy" in resource
    }


def test_what_is_made_in_prod_outlives_its_stack(prod: Assembly) -> None:
    assert when_deleted(prod) == {"Retain"}
    assert prod.one("AWS::DynamoDB::Table")["DeletionProtectionEnabled"] is True


def test_what_is_made_for_a_try_goes_with_its_stack(local: Assembly, tmp_path: Path) -> None:
    for assembly in (local, synthesize("dev", tmp_path)):
        assert when_deleted(assembly) == {"Delete"}
        assert assembly.one("AWS::DynamoDB::Table")["DeletionProtectionEnabled"] is False


def test_every_provider_has_a_secret_to_fill(assembly: Assembly) -> None:
    secrets = assembly.resources("AWS::SecretsManager::Secret").values()
    prefix = f"cliphook/{assembly.deployment}"
    filled = {s["Name"] for s in secrets if s.get("SecretString") == '{"api_key": ""}'}
    generated = {
        s["Name"]
        for s in secrets
        if s.get("GenerateSecretString") == {"PasswordLength": 64, "ExcludePunctuation": True}
    }

    assert filled == {f"{prefix}/provider/{provider}" for provider in schema.PROVIDERS}
    assert generated == {f"{prefix}/callback", f"{prefix}/pepper", f"{prefix}/webhooks"}


def test_the_key_lets_in_the_services_that_write_for_us(assembly: Assembly) -> None:
    statements = assembly.one("AWS::KMS::Key")["KeyPolicy"]["Statement"]
    services = str([row["Principal"].get("Service") for row in statements])

    for service in ("events.amazonaws.com", "cloudwatch.amazonaws.com", "logs."):
        assert service in services
    assert all("Condition" in row for row in statements if "Service" in row["Principal"])


def test_names_of_table_and_buckets_are_left_to_aws(assembly: Assembly) -> None:
    assert "TableName" not in assembly.one("AWS::DynamoDB::Table")
    assert not [b for b in assembly.resources("AWS::S3::Bucket").values() if "BucketName" in b]


def test_only_an_upload_that_names_another_key_is_refused(assembly: Assembly) -> None:
    refusals = [
        statement["Condition"]
        for policy in assembly.resources("AWS::S3::BucketPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if (statement["Effect"], statement["Action"]) == ("Deny", "s3:PutObject")
    ]

    # A negated condition holds for a header that is missing, so each must ask whether it is there.
    assert [*map(sorted, refusals)] == [["Null", "StringNotEquals"]] * 2
    for condition in refusals:
        assert condition["Null"] == dict.fromkeys(condition["StringNotEquals"], "false")


def clips_bucket(assembly: Assembly) -> Any:
    (bucket,) = (
        bucket
        for bucket in assembly.resources("AWS::S3::Bucket").values()
        if "VersioningConfiguration" in bucket
    )
    return bucket


def lifecycle(assembly: Assembly) -> dict[str | None, dict[str, Any]]:
    """Find the rules of the bucket that keeps versions, by their prefixes."""
    rules = clips_bucket(assembly)["LifecycleConfiguration"]["Rules"]
    assert {rule["Status"] for rule in rules} == {"Enabled"}
    return {rule.get("Prefix"): rule for rule in rules}


def test_files_and_copies_go_after_their_time(assembly: Assembly) -> None:
    rules = lifecycle(assembly)

    assert rules[schema.FILES_PREFIX]["ExpirationInDays"] == KEPT.days + 1
    assert rules[schema.TAGGED_PREFIX]["ExpirationInDays"] == 1
    # In a bucket with versions, what expires is only hidden.
    for prefix in SHORT_LIVED:
        assert rules[prefix]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_no_clip_is_ever_deleted_by_itself(name: str, tmp_path: Path) -> None:
    rules = lifecycle(synthesize(name, tmp_path))

    reaching = [rules[prefix] for prefix in rules if prefix not in SHORT_LIVED]
    assert {rule.get("Prefix") for rule in reaching} <= {None, schema.CLIPS_PREFIX}
    for rule in reaching:
        assert not {"ExpirationInDays", "ExpirationDate"} & rule.keys()
        assert not rule.get("NoncurrentVersionTransitions")


def test_only_prod_moves_clips_and_only_to_where_they_answer_at_once(
    prod: Assembly, local: Assembly
) -> None:
    (moved,) = lifecycle(prod)[schema.CLIPS_PREFIX]["Transitions"]

    assert moved == {"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 30}
    assert lifecycle(local).keys() == {None, *SHORT_LIVED}
    # No class of which a file has to be restored before it can be heard.
    assert {*Storage} == {"INTELLIGENT_TIERING", "STANDARD_IA"}


def test_a_row_may_have_clips_deleted_after_so_many_days() -> None:
    row = replace(DEPLOYMENTS["dev"], clip_expiry_days=400)

    (rule,) = (rule for rule in lifecycle_rules(row) if rule.prefix == schema.CLIPS_PREFIX)

    assert rule.expiration
    assert rule.expiration.to_days() == 400
    assert len(lifecycle_rules(DEPLOYMENTS["dev"])) == 1 + len(SHORT_LIVED)


def test_no_link_outlives_the_copy_that_it_leads_to() -> None:
    # The rule counts whole days from the next midnight on, so a copy has one at least.
    assert FRESH.total_seconds() + LINK_S < COPY_DAYS * 24 * 3600


def test_a_page_from_anywhere_may_read_what_it_has_a_link_to_and_put_nothing(
    assembly: Assembly,
) -> None:
    (rule,) = clips_bucket(assembly)["CorsConfiguration"]["CorsRules"]

    assert {*rule["AllowedMethods"]} == {"GET", "HEAD"}
    assert rule["AllowedOrigins"] == ["*"]
    assert {*rule["ExposedHeaders"]} == {"Accept-Ranges", "Content-Length", "Content-Range", "ETag"}
    others = [b for b in assembly.resources("AWS::S3::Bucket").values() if "CorsConfiguration" in b]
    assert len(others) == 1
