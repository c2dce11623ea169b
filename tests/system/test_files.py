"""A file on its way: promised, posted past the API, seen, and read by whoever has its link."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cliphook.domain.ids import AccountId
from cliphook.domain.source_ticket import SourceTicket, issue_source, source_expiry
from local import demo
from local.bring_up import Deployment
from local.demo import Client
from local.inspection import BESIDE
from local.places import ROOT
from local.progress import Progress
from tests.system.shell import blocks, run

if TYPE_CHECKING:
    from pathlib import Path

    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_s3.client import S3Client
    from types_boto3_secretsmanager.client import SecretsManagerClient

AUDIO = b"ID3" + bytes(range(256)) * 4000
API = (ROOT / "docs/api.md").read_text(encoding="utf-8")


def promise(api: Client, **changed: object) -> dict[str, Any]:
    asked = {"filename": "Käfer ♪.mp3", "content_type": "audio/mpeg", "size_bytes": len(AUDIO)}
    answer = api.http.post("/v1/files", json=asked | changed)
    assert answer.status_code == 201, answer.text
    file: dict[str, Any] = answer.json()
    return file


def post(file: dict[str, Any], body: bytes = AUDIO, **changed: str) -> httpx.Response:
    """Post a form as a browser does, with other fields than were given if a test says so."""
    fields = file["upload"]["fields"] | changed
    return httpx.post(
        file["upload"]["url"], data=fields, files={"file": ("x.mp3", body)}, trust_env=False
    )


def status(api: Client, file: dict[str, Any]) -> str:
    return str(api.http.get(f"/v1/files/{file['id']}").json()["status"])


def key_of(file: dict[str, Any]) -> str:
    return str(file["upload"]["fields"]["key"])


def link_to(deployment: Deployment, key: str) -> str:
    """Write the address that a provider would be told."""
    secrets: SecretsManagerClient = deployment.aws.client("secretsmanager")
    master = secrets.get_secret_value(SecretId="cliphook/local/callback")["SecretString"]
    account_id, now = AccountId(key.split("/")[1]), datetime.now(UTC)
    ticket = SourceTicket(account_id, key, source_expiry(now))
    return f"{deployment.addresses.api_url}/sources/{issue_source(ticket, master.encode(), now)}"


def test_a_file_is_uploaded_as_the_document_says(deployment: Deployment, tmp_path: "Path") -> None:
    (tmp_path / "song.mp3").write_bytes(AUDIO)
    where = {"API": deployment.addresses.api_url, "KEY": deployment.addresses.api_key}

    shown = run("\n".join(blocks(API, "Files")), tmp_path, where)

    file = json.loads((tmp_path / "file.json").read_text())
    s3: S3Client = deployment.aws.client("s3")
    kept = s3.get_object(Bucket=deployment.addresses.bucket_name, Key=key_of(file))
    assert json.loads(shown)["status"] == "ready"
    assert kept["ContentType"] == "audio/mpeg"
    assert hashlib.sha256(kept["Body"].read()).digest() == hashlib.sha256(AUDIO).digest()


def test_a_file_is_pending_until_its_bytes_are_there(api: Client) -> None:
    file = promise(api)
    assert (file["status"], status(api, file)) == ("pending", "pending")

    assert post(file).status_code == 204

    assert status(api, file) == "ready"


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        (AUDIO[:-1], {}),
        (AUDIO + b"!", {}),
        (AUDIO, {"Content-Type": "text/html"}),
        (AUDIO, {"key": "clips/acct_A/x.mp3"}),
        (AUDIO, {"acl": "public-read"}),
        (AUDIO, {"x-amz-security-token": "another"}),
    ],
    ids=["shorter", "longer", "kind", "key", "more", "token"],
)
def test_a_form_takes_what_was_promised_and_nothing_else(
    body: bytes, changed: dict[str, str], api: Client
) -> None:
    file = promise(api)

    assert post(file, body, **changed).status_code in {400, 403}

    assert status(api, file) == "pending"


def test_another_account_does_not_see_a_file(deployment: Deployment, api: Client) -> None:
    file = promise(api)
    other = {"Authorization": f"Bearer {deployment.addresses.other_api_key}"}

    assert api.http.get(f"/v1/files/{file['id']}", headers=other).status_code == 404


def test_a_file_that_has_expired_is_gone_though_its_row_is_not(
    deployment: Deployment, api: Client
) -> None:
    file = promise(api)
    assert status(api, file) == "pending"
    table: DynamoDBClient = deployment.aws.client("dynamodb")
    account_id = key_of(file).split("/")[1]

    table.update_item(
        TableName=deployment.addresses.table_name,
        Key={"pk": {"S": f"ACCOUNT#{account_id}"}, "sk": {"S": f"FILE#{file['id']}"}},
        UpdateExpression="SET ends_at = :past",
        ExpressionAttributeValues={
            ":past": {"S": (datetime.now(UTC) - timedelta(seconds=1)).isoformat()}
        },
    )

    assert api.http.get(f"/v1/files/{file['id']}").status_code == 404


def test_a_source_is_read_by_its_link_without_a_key(deployment: Deployment, api: Client) -> None:
    file = promise(api)
    assert post(file).status_code == 204
    link = link_to(deployment, key_of(file))

    with httpx.Client(follow_redirects=True, trust_env=False) as provider:
        whole = provider.get(link)
        part = provider.get(link, headers={"Range": "bytes=1000-1099"})
        head = provider.head(link)

    assert (whole.status_code, whole.content) == (200, AUDIO)
    assert whole.headers["content-type"] == "audio/mpeg"
    assert (part.status_code, part.content) == (206, AUDIO[1000:1100])
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(AUDIO)))


def test_an_archived_clip_may_be_a_source(deployment: Deployment, api: Client) -> None:
    (job,) = demo.make_music(api, [*demo.requests()][:1], Progress())
    clip = job["clips"][0]
    s3: S3Client = deployment.aws.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=deployment.addresses.bucket_name)
    keys = [entry["Key"] for page in pages for entry in page["Contents"]]
    (key,) = [key for key in keys if clip["id"] in key and not key.endswith(BESIDE)]

    heard = httpx.get(link_to(deployment, key), follow_redirects=True, trust_env=False)

    assert hashlib.sha256(heard.content).hexdigest() == clip["audio"]["sha256"]


def test_whoever_has_no_good_ticket_learns_nothing(deployment: Deployment, api: Client) -> None:
    link = link_to(deployment, key_of(promise(api)))
    start = f"{deployment.addresses.api_url}/sources"
    asked = [
        ("GET", f"{start}/x"),
        ("HEAD", f"{start}/x"),
        ("GET", f"{link}A"),
        *((method, link) for method in ("POST", "PUT", "PATCH", "DELETE")),
    ]

    answers = [httpx.request(method, url, trust_env=False) for method, url in asked]

    assert {(answer.status_code, answer.content) for answer in answers} == {(404, b"")}
