"""How clips are fetched through the synthesized template: streams, ranges, pages and copies."""

import hashlib
import io
import shlex
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import av
import httpx
import pytest

from local import demo
from local.bring_up import Deployment
from local.demo import Client, Job
from local.places import ROOT
from local.progress import Progress
from tests.system.jobs import done
from tests.system.processes import soon
from tests.system.shell import blocks, run
from tests.system.simulators import order

if TYPE_CHECKING:
    from pathlib import Path

    from types_boto3_s3.client import S3Client

API = (ROOT / "docs/api.md").read_text(encoding="utf-8")
PAGE = {"Origin": "https://player.example"}


@pytest.fixture(scope="module")
def job(deployment: Deployment) -> Job:
    with demo.client(deployment.addresses) as api:
        (made,) = demo.make_music(api, [{"model": "sunoapi/V5", **demo.CUSTOM}], Progress())
    return made


def curl(deployment: Deployment, folder: "Path", options: str, path: str) -> str:
    """Fetch something as somebody at a terminal does."""
    key = f"Authorization: Bearer {deployment.addresses.api_key}"
    url = f"{deployment.addresses.api_url}{path}"
    command = f"curl -sSL {options} -H {shlex.quote(key)} {shlex.quote(url)}"
    return run(command, folder, {"NO_PROXY": "127.0.0.1"})


def link_to(api: Client, clip: Job, path: str) -> str:
    answer = api.http.get(f"/v1/clips/{clip['id']}{path}")
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def test_a_part_of_a_clip_is_fetched_by_its_address(
    deployment: Deployment, job: Job, api: Client, tmp_path: "Path"
) -> None:
    clip = job["clips"][0]

    said = curl(
        deployment,
        tmp_path,
        "-r 1000-1099 -o part -w '%{http_code} %{content_type} %header{content-range}'",
        f"/v1/clips/{clip['id']}/audio",
    )

    assert said == f"206 audio/mpeg bytes 1000-1099/{clip['audio']['size_bytes']}"
    assert (tmp_path / "part").read_bytes() == api.audio(clip["id"])[1000:1100]


def test_a_clip_is_kept_under_its_title(deployment: Deployment, job: Job, tmp_path: "Path") -> None:
    clip = job["clips"][0]

    curl(deployment, tmp_path, "-OJ", f"/v1/clips/{clip['id']}/audio?disposition=attachment")

    assert [path.name for path in tmp_path.iterdir()] == [f"{clip['title']}.mp3"]


@pytest.mark.parametrize("path", ["/audio", "/peaks", "/tagged"])
def test_a_link_is_good_for_a_quarter_of_an_hour_and_for_no_other_file(
    job: Job, api: Client, path: str
) -> None:
    link = link_to(api, job["clips"][0], path)

    assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == ["900"]
    other = link.replace(job["clips"][0]["id"], job["clips"][1]["id"])
    assert httpx.get(other, trust_env=False).status_code == 403


@pytest.mark.parametrize("path", ["/audio", "/peaks", "/tagged"])
def test_a_page_in_a_browser_may_read_what_a_link_leads_to(
    job: Job, api: Client, path: str
) -> None:
    link = link_to(api, job["clips"][0], path)

    asked = PAGE | {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "range",
    }
    allowed = httpx.options(link, headers=asked, trust_env=False)
    part = httpx.get(link, headers=PAGE | {"Range": "bytes=0-9"}, trust_env=False)

    assert allowed.status_code == 200
    assert "GET" in allowed.headers["access-control-allow-methods"]
    assert part.status_code == 206
    assert part.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in part.headers
    exposed = part.headers["access-control-expose-headers"].lower()
    assert {"accept-ranges", "content-length", "content-range", "etag"} <= {
        name.strip() for name in exposed.split(",")
    }


def test_a_page_in_a_browser_may_change_nothing(job: Job, api: Client) -> None:
    asked = PAGE | {"Access-Control-Request-Method": "PUT"}

    refused = httpx.options(link_to(api, job["clips"][0], "/audio"), headers=asked, trust_env=False)

    assert refused.status_code == 403


def test_from_the_stage_first_on_one_address_leads_to_what_there_is(
    deployment: Deployment, api: Client
) -> None:
    order(deployment, "sunoapi", "lost-complete")
    wanted = {"model": "sunoapi/V5", "prompt": "A brook that becomes a river"}
    job = api.submit(wanted)
    assert soon(lambda: api.job(job["id"])["stage"] == "first", within_s=30)
    (clip, *_) = api.job(job["id"])["clips"]
    streamed = link_to(api, clip, "/audio")
    refused = api.http.get(f"/v1/clips/{clip['id']}/tagged")

    (job,) = done(api, [job])
    archived = link_to(api, clip, "/audio")

    assert streamed == clip["stream_url"]
    assert (refused.status_code, refused.json()["code"]) == (409, "not_archived")
    assert job["status"] == "archived"
    assert deployment.addresses.bucket_name in archived
    heard = httpx.get(archived, trust_env=False).content
    (kept,) = [one for one in job["clips"] if one["id"] == clip["id"]]
    assert hashlib.sha256(heard).hexdigest() == kept["audio"]["sha256"]


def test_a_copy_with_tags_is_fetched_as_the_document_says(
    deployment: Deployment, job: Job, api: Client, tmp_path: "Path"
) -> None:
    clip = job["clips"][0]
    where = {
        "API": deployment.addresses.api_url,
        "KEY": deployment.addresses.api_key,
        "CLIP": clip["id"],
    }
    original = api.audio(clip["id"])

    (command,) = blocks(API, "A job")
    run(command, tmp_path, where)

    copy = (tmp_path / "tagged.mp3").read_bytes()
    assert packets(copy) == packets(original)
    tags = said(copy)
    assert (tags["TITLE"], tags["LYRICS"]) == (clip["title"], clip["lyrics"])
    assert (tags["MODEL"], tags["PROVIDER"]) == ("V5", "sunoapi")
    assert (tags["CLIPHOOK_JOB_ID"], tags["COMMENT"]) == (job["id"], "AI-generated")
    assert hashlib.sha256(api.audio(clip["id"])).hexdigest() == clip["audio"]["sha256"]


def test_a_copy_is_made_once_and_said_to_be_there(
    deployment: Deployment, job: Job, api: Client
) -> None:
    clip = job["clips"][1]
    s3: S3Client = deployment.aws.client("s3")
    bucket = deployment.addresses.bucket_name

    links = [httpx.URL(link_to(api, clip, "/tagged")) for _ in range(3)]

    (path,) = {link.path for link in links}
    key = path.removeprefix(f"/{bucket}/")
    assert clip["links"]["tagged"].endswith(f"/v1/clips/{clip['id']}/tagged")
    assert len(s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]) == 1
    assert s3.head_object(Bucket=bucket, Key=key)["ContentType"] == "audio/mpeg"


def test_another_account_gets_no_copy(deployment: Deployment, job: Job, api: Client) -> None:
    other = {"Authorization": f"Bearer {deployment.addresses.other_api_key}"}

    answer = api.http.get(f"/v1/clips/{job['clips'][0]['id']}/tagged", headers=other)

    assert answer.status_code == 404


def packets(content: bytes) -> list[bytes]:
    with av.open(io.BytesIO(content), "r") as container:
        return [bytes(packet) for packet in container.demux(container.streams.audio[0])]


def said(content: bytes) -> dict[str, str]:
    with av.open(io.BytesIO(content), "r") as container:
        return {name.split("-")[0].upper(): text for name, text in container.metadata.items()}
