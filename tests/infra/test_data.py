"""What is kept, and how."""

from pathlib import Path
from typing import Any

from cliphook.adapters import schema
from cliphook.adapters.s3_copies import FRESH
from cliphook.adapters.s3_shelf import LINK_S
from cliphook.domain.file import KEPT
from infra.stacks.data import COPY_DAYS
from tests.infra.assembly import Assembly, synthesize


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
    assert generated == {f"{prefix}/callback", f"{prefix}/pepper"}


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


def test_files_and_copies_go_after_their_time_and_clips_stay(assembly: Assembly) -> None:
    bucket = clips_bucket(assembly)
    rules = {rule.get("Prefix"): rule for rule in bucket["LifecycleConfiguration"]["Rules"]}

    assert {rule["Status"] for rule in rules.values()} == {"Enabled"}
    assert rules.keys() == {None, schema.FILES_PREFIX, schema.TAGGED_PREFIX}
    assert rules[schema.TAGGED_PREFIX]["ExpirationInDays"] == 1
    assert rules[schema.TAGGED_PREFIX]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert rules[schema.FILES_PREFIX]["ExpirationInDays"] == KEPT.days + 1
    # In a bucket with versions, what expires is only hidden.
    assert rules[schema.FILES_PREFIX]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert "ExpirationInDays" not in rules[None]


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
