"""The embedded AWS enforces the rights of the template, so every system test proves them enough."""

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import httpx

from local import demo
from local.bring_up import Deployment
from local.demo import Client
from local.progress import Progress
from tests.system.processes import soon

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient

FUNCTION = "cliphook-local-query"


def test_without_its_role_s_policy_a_function_is_refused(
    deployment: Deployment, api: Client
) -> None:
    functions: LambdaClient = deployment.aws.client("lambda")
    role = functions.get_function_configuration(FunctionName=FUNCTION)["Role"].rpartition("/")[2]
    iam = deployment.aws.client("iam")
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    assert api.http.get("/v1/jobs").status_code == 200

    iam.delete_role_policy(RoleName=role, PolicyName=name)
    try:
        answer = api.http.get("/v1/jobs")
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))

    assert answer.status_code >= 500
    assert soon(lambda: api.http.get("/v1/jobs").status_code == 200)


def test_nobody_reads_a_clip_without_a_link(api: Client) -> None:
    (job,) = demo.make_music(api, [*demo.requests()][:1], Progress())
    link = api.http.get(f"/v1/clips/{job['clips'][0]['id']}/audio").headers["location"]
    assert httpx.get(link, trust_env=False).status_code == 200

    bare = urlunsplit(urlsplit(link)._replace(query=""))

    assert httpx.get(bare, trust_env=False).status_code == 403
