"""What each function may do, as a list short enough to be read before it is changed."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from cliphook.adapters import schema
from cliphook.runtime.settings import ENVIRONMENT
from tests.infra.assembly import Assembly
from tests.infra.templates import listed, of

# A logical id ends in a hash; so does the export that another stack makes of its attribute.
HASH = re.compile(r"[0-9A-F]{8}$")
EXPORT = re.compile(r"ExportsOutput(?:FnGetAtt|Ref)(.*)[0-9A-F]{8}(?:(Stream)?Arn)?")


def plain(resource: Any) -> str:
    """Write an address without the hashes of logical ids."""
    if isinstance(resource, str):
        return resource
    ((function, value),) = resource.items()
    if function == "Fn::Join":
        return "".join(map(plain, value[1]))
    if function == "Fn::GetAtt":
        return HASH.sub("", value[0])
    if function == "Ref":
        return f"{{{value}}}"
    exported = EXPORT.fullmatch(HASH.sub("", value.rpartition(":")[2]))
    return "".join(exported.groups("")) if exported else str(value)


def statements(assembly: Assembly, function: str) -> Iterator[tuple[list[str], list[str], str]]:
    """Find what a function's role is allowed: actions, resources, and through which service."""
    for template in assembly.templates.values():
        for name, policy in of(template, "AWS::IAM::Policy"):
            if name.startswith(f"{function.capitalize()}Role"):
                for row in policy["PolicyDocument"]["Statement"]:
                    service = row.get("Condition", {}).get("StringEquals", {}).values()
                    through = next(iter(map(plain, service)), "")
                    yield listed(row["Action"]), [*map(plain, listed(row["Resource"]))], through


def actions(assembly: Assembly, function: str) -> set[str]:
    return {action for row in statements(assembly, function) for action in row[0]}


@pytest.mark.parametrize("function", ENVIRONMENT)
def test_a_function_may_do_this_and_no_more(
    function: str, prod: Assembly, snapshot: SnapshotAssertion
) -> None:
    rows = [
        f"{', '.join(sorted(what))} on {', '.join(sorted(on))}{through and f' by {through}'}"
        for what, on, through in statements(prod, function)
    ]

    assert rows == snapshot


@pytest.mark.parametrize("function", ENVIRONMENT)
def test_a_laptop_grants_what_is_granted_everywhere(
    function: str, prod: Assembly, local: Assembly
) -> None:
    assert actions(prod, function) == actions(local, function)


def test_only_erase_deletes_and_nobody_scans(prod: Assembly) -> None:
    found = {
        (function, action)
        for function in ENVIRONMENT
        for action in actions(prod, function)
        if re.search("Delete(Item|Object)|Scan|Purge|BatchWrite|Lifecycle", action)
    }

    assert found == {
        ("erase", "dynamodb:DeleteItem"),
        ("erase", "s3:DeleteObject"),
        ("erase", "s3:DeleteObjectVersion"),
    }


def test_what_erases_reads_no_object_and_no_secret(prod: Assembly) -> None:
    assert not actions(prod, "erase") & {"s3:GetObject", "secretsmanager:GetSecretValue"}


def holders(assembly: Assembly, action: str, prefix: str) -> set[str]:
    """Find the functions that may do something to what lies under a prefix of the bucket."""
    return {
        name
        for name in ENVIRONMENT
        for what, on, _ in statements(assembly, name)
        if action in what and any(resource.endswith(f"/{prefix}*") for resource in on)
    }


def test_clips_are_written_where_audio_comes_in_and_files_where_they_are_promised(
    prod: Assembly,
) -> None:
    # An answer to a submission or a poll may bring the music itself.
    assert holders(prod, "s3:PutObject", schema.CLIPS_PREFIX) == {"archive", "dispatch", "poll"}
    assert holders(prod, "s3:PutObject", schema.FILES_PREFIX) == {"files"}
    assert holders(prod, "s3:PutObject", schema.TAGGED_PREFIX) == {"tagged"}


def test_clips_are_read_by_who_links_to_them_and_files_also_by_who_submits_them(
    prod: Assembly,
) -> None:
    linking, submitting = {"files", "source"}, {"submit", "dispatch"}

    assert holders(prod, "s3:GetObject", schema.CLIPS_PREFIX) == {"clips", "source", "tagged"}
    assert holders(prod, "s3:GetObject", schema.TAGGED_PREFIX) == {"tagged"}
    assert holders(prod, "s3:GetObject", schema.FILES_PREFIX) == linking | submitting


def test_objects_are_reached_by_their_prefixes_and_in_no_other_way(prod: Assembly) -> None:
    reached = {
        resource
        for name in ENVIRONMENT
        for what, on, _ in statements(prod, name)
        if any(action.startswith("s3:") for action in what)
        for resource in on
    }

    assert reached == {
        "cliphook-prod-clips/clips/*",
        "cliphook-prod-clips/files/*",
        "cliphook-prod-clips/tagged/*",
        # What there is of a job is found by its prefix.
        "cliphook-prod-clips",
    }
    assert holders(prod, "s3:DeleteObjectVersion", schema.TAGGED_PREFIX) == {"erase"}


def test_the_bucket_is_listed_by_the_prefixes_of_what_is_erased(prod: Assembly) -> None:
    listing = [
        statement
        for template in prod.templates.values()
        for _, policy in of(template, "AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if "s3:ListBucketVersions" in listed(statement["Action"])
    ]

    prefixes = ["clips/*", "files/*", "tagged/*"]
    assert [one["Condition"] for one in listing] == [{"StringLike": {"s3:prefix": prefixes}}]


def test_what_opens_sources_reaches_no_table(prod: Assembly) -> None:
    assert not [action for action in actions(prod, "source") if action.startswith("dynamodb:")]


def test_what_tells_receivers_knows_one_secret_and_no_object(prod: Assembly) -> None:
    rows = [*statements(prod, "deliver")]
    secrets = [on for what, on, _ in rows if "secretsmanager:GetSecretValue" in what]

    assert secrets == [["WebhooksSecret"]]
    assert not [action for action in actions(prod, "deliver") if action.startswith("s3:")]


def test_what_tells_of_credit_or_copies_files_writes_no_row(prod: Assembly) -> None:
    writes = {
        action
        for name in ("billing", "audit", "tagged")
        for action in actions(prod, name)
        if re.fullmatch("dynamodb:.*(Put|Update|Write|Delete).*", action)
    }

    assert writes == set()


def test_only_publish_and_sweep_speak_on_the_bus(prod: Assembly) -> None:
    speakers = {name for name in ENVIRONMENT if "events:PutEvents" in actions(prod, name)}

    assert speakers == {"publish", "sweep"}


def test_what_fetches_from_strangers_knows_no_secret(prod: Assembly) -> None:
    assert "secretsmanager:GetSecretValue" not in actions(prod, "archive")
