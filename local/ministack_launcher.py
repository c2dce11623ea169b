"""
MiniStack as Cliphook runs it: this file and two others know its inside, and no further file does.

Runs in MiniStack's own environment, so it imports nothing of ours but `ministack_workers.py`, which
knows how functions are run, and `ministack_server.py`. What they change, read in MiniStack 1.5.33:

* CloudFormation learns the resource types it lacks although the services behind them exist, and
  a secret's Ref is its ARN;
* roles and policies are enforced (AUTH), with loopback in the place of TLS, and a replay's archive;
* functions that start at the same time do not trip over each other's credentials;
* functions run on the bare interpreter, so that only what the layers bring can be imported;
* a burst of invocations waits a little for warm workers, and starts no more at once than cores;
* a layer is unpacked once, not once for each worker, so that its bytecode is compiled once;
* an expression of DynamoDB is read once, not once for each row, and a policy not at each request;
* uvicorn serves it, and not hypercorn, which is all Python;
* an HTTP API takes an answer whose body is null, as AWS does;
* what functions log is written to a folder as well, one file a function.
"""

import importlib
import json
import os
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from local import ministack_server, ministack_workers

Properties = dict[str, Any]
Created = tuple[str, dict[str, str]]

FUNCTION_LOGS: Final = Path(os.environ["CLIPHOOK_FUNCTION_LOGS"])
REFUSED_FROM: Final = 400
EXPRESSIONS_MAX: Final = 1_000
POLICIES_MAX: Final = 1_000


def main() -> None:
    """Start MiniStack and serve until SIGTERM; the address comes from the environment."""
    FUNCTION_LOGS.mkdir(parents=True, exist_ok=True)
    add_resource_types()
    refer_to_secrets_by_arn()
    take_loopback_for_tls()
    ask_for_archives()
    keep_sessions()
    read_expressions_once()
    read_policies_once()
    ministack_workers.run_functions_bare()
    ministack_workers.wait_for_logs()
    ministack_workers.prefer_warm_workers()
    keep_function_logs()
    allow_answers_without_body()
    ministack_server.serve()


# CloudFormation


def add_resource_types() -> None:
    """Give CloudFormation the types that our template has and MiniStack's table lacks."""
    provisioners: Any = importlib.import_module("ministack.services.cloudformation.provisioners")
    # A type that a later MiniStack brings itself stays as it is there.
    handlers = {"create": create_archive, "delete": lambda *_: None}
    provisioners._RESOURCE_HANDLERS.setdefault("AWS::Events::Archive", handlers)


def create_archive(logical_id: str, properties: Properties, stack_name: str) -> Created:
    """Create the archive of a bus through the service's own call."""
    events: Any = importlib.import_module("ministack.services.eventbridge")
    name = properties.get("ArchiveName") or f"{stack_name}-{logical_id}"[:48]
    status, _, body = events._create_archive(
        {
            "ArchiveName": name,
            "EventSourceArn": properties["SourceArn"],
            "EventPattern": json.dumps(properties["EventPattern"]),
            "RetentionDays": int(properties.get("RetentionDays", 0)),
        }
    )
    if status >= REFUSED_FROM:
        raise ValueError(body.decode())
    return name, {"Arn": events._archives[name]["ArchiveArn"], "ArchiveName": name}


def refer_to_secrets_by_arn() -> None:
    """Let Ref of a secret be its ARN, as on AWS; a role's right to a mere name fits nothing."""
    provisioners: Any = importlib.import_module("ministack.services.cloudformation.provisioners")
    secrets = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    create, delete = secrets["create"], secrets["delete"]

    def create_secret(logical_id: str, properties: Properties, stack_name: str) -> Created:
        _, attributes = create(logical_id, properties, stack_name)
        return attributes["Id"], attributes

    def delete_secret(arn: str, properties: Properties) -> None:
        # …:secret:name-AbC123
        delete(arn.rpartition(":")[2].rpartition("-")[0], properties)

    secrets.update(create=create_secret, delete=delete_secret)


def take_loopback_for_tls() -> None:
    """Let a call through loopback count as one through TLS, which our resources insist on."""
    evaluator: Any = importlib.import_module("ministack.core.iam_evaluator")
    pin = evaluator.pin_request_origin
    evaluator.pin_request_origin = lambda source_ip, _: pin(source_ip, secure_transport=True)


def ask_for_archives() -> None:
    """Let the right to a replay be one to its archive, as on AWS; else only `*` would be enough."""
    actions: Any = importlib.import_module("ministack.core.iam_actions")
    find = actions.eventbridge_resource_arns
    actions.eventbridge_resource_arns = lambda body, *where: (
        [archive] if (archive := json.loads(body).get("EventSourceArn")) else find(body, *where)
    )


def read_policies_once() -> None:
    """Remember what a policy says: each request read all of its caller's twice."""
    evaluator: Any = importlib.import_module("ministack.core.iam_evaluator")
    parse = evaluator.parse_policy_document
    remembered = lru_cache(maxsize=POLICIES_MAX)(lambda text: tuple(parse(text)))
    evaluator.parse_policy_document = lambda policy: [
        *(remembered(policy) if isinstance(policy, str) else parse(policy))
    ]


def keep_sessions() -> None:
    """Drop no session: that walks through all of them while functions that start add theirs."""
    sts: Any = importlib.import_module("ministack.services.sts")
    sts._evict_expired_sessions = lambda: None


# DynamoDB


def read_expressions_once() -> None:
    """Remember how an expression reads: it is read anew for each row that it is held against."""
    tables: Any = importlib.import_module("ministack.services.dynamodb")
    tokenize, remember = tables._tokenize, lru_cache(maxsize=EXPRESSIONS_MAX)
    tokens = remember(lambda expression: tuple(tokenize(expression)))
    tables._tokenize = lambda expression: [*tokens(expression)]
    tables._condition_syntax_error = remember(tables._condition_syntax_error)


# Lambda


def keep_function_logs() -> None:
    """Write what each function logs to a file of its name, traceback included."""
    functions: Any = importlib.import_module("ministack.services.lambda_svc")
    emit = functions._emit_lambda_logs
    writing = threading.Lock()

    def emit_and_keep(
        function: Properties, request_id: str, text: str, *rest: object, **named: object
    ) -> None:
        name = (function.get("config") or function).get("FunctionName", "unknown")
        if text:
            with writing, (FUNCTION_LOGS / f"{name}.log").open("a") as log:
                log.write(text.rstrip("\n") + "\n")
        emit(function, request_id, text, *rest, **named)

    functions._emit_lambda_logs = emit_and_keep


def allow_answers_without_body() -> None:
    """Take a body of null from a function behind an HTTP API as AWS does: for none."""
    functions: Any = importlib.import_module("ministack.services.lambda_svc")
    shape = functions.lambda_execute_result_to_api_proxy_response

    def with_body(result: Properties) -> tuple[Properties, str | None]:
        response, refused = shape(result)
        return response | {"body": response.get("body") or ""}, refused

    functions.lambda_execute_result_to_api_proxy_response = with_body


if __name__ == "__main__":
    main()
