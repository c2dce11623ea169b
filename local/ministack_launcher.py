"""
MiniStack as Cliphook runs it: this file knows its inside, and no other file does.

Runs as a script on MiniStack's own environment, so it imports nothing of ours. What it changes,
read in MiniStack 1.5.33:

* CloudFormation learns the resource types it lacks although the services behind them exist, and
  a secret's Ref is its ARN;
* roles and policies are enforced (AUTH), with loopback in the place of TLS, and a replay's archive;
* functions that start at the same time do not trip over each other's credentials;
* functions run on the bare interpreter, so that only what the layers bring can be imported;
* a burst of invocations waits a little for warm workers;
* a layer is unpacked once, not once for each worker, so that its bytecode is compiled once;
* an HTTP API takes an answer whose body is null, as AWS does;
* what functions log is written to a folder as well, one file a function.
"""

import hashlib
import importlib
import json
import os
import shutil
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Final, Self

Properties = dict[str, Any]
Created = tuple[str, dict[str, str]]

UNPACKED: Final = Path(os.environ["CLIPHOOK_UNPACKED"])
FUNCTION_LOGS: Final = Path(os.environ["CLIPHOOK_FUNCTION_LOGS"])
REFUSED_FROM: Final = 400

# How long an invocation waits for a worker that has started, and how often it looks.
PATIENCE_S: Final = 0.5
LOOK_EVERY_S: Final = 0.01


def main() -> None:
    """Start MiniStack and serve until SIGTERM; the address comes from the environment."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    FUNCTION_LOGS.mkdir(parents=True, exist_ok=True)
    add_resource_types()
    refer_to_secrets_by_arn()
    take_loopback_for_tls()
    ask_for_archives()
    keep_sessions()
    run_functions_bare()
    prefer_warm_workers()
    keep_function_logs()
    allow_answers_without_body()
    importlib.import_module("ministack.app").main()


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


def keep_sessions() -> None:
    """Drop no session: that walks through all of them while functions that start add theirs."""
    sts: Any = importlib.import_module("ministack.services.sts")
    sts._evict_expired_sessions = lambda: None


# Lambda


def run_functions_bare() -> None:
    """Run functions without MiniStack's packages, from layers that are unpacked once."""
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    script_for = runtime._detect_runtime_binary

    def detect(name: str) -> tuple[str, str]:
        binary, script = script_for(name)
        return (bare_interpreter() if binary == sys.executable else binary), script

    runtime._detect_runtime_binary = detect
    runtime.zipfile = SimpleNamespace(ZipFile=UnpackedOnce, BadZipFile=zipfile.BadZipFile)


def bare_interpreter() -> str:
    """Name the interpreter below this virtual environment, which has none of its packages."""
    return getattr(sys, "_base_executable", sys.executable)


def prefer_warm_workers() -> None:
    """
    Let an invocation wait a little for a busy worker before it starts one more.

    A start costs a core for most of a second: a burst of callbacks would otherwise be answered by
    as many starts, all of them slow. No function of ours invokes one, so none waits for itself.
    """
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    services: Any = importlib.import_module("ministack.services.lambda_svc")
    acquire = services.acquire_worker

    def acquire_patiently(name: str, config: Properties, code: bytes, qualifier: str) -> Any:  # noqa: ANN401
        key = runtime._worker_key(name, config, qualifier)
        waited_s = 0.0
        while waited_s < PATIENCE_S:
            worker, how = acquire(name, config, code, qualifier, max_concurrency=1)
            if worker is not None:
                return worker, how
            time.sleep(LOOK_EVERY_S)
            # The wait for a worker that is only starting is no reason to start another.
            if all(worker._start_time for worker in runtime._workers.get(key, ())):
                waited_s += LOOK_EVERY_S
        return acquire(name, config, code, qualifier)

    services.acquire_worker = acquire_patiently


class UnpackedOnce:
    """A zip file as a worker unpacks it: into links to one folder for each distinct content."""

    _unpacking: Final = threading.Lock()

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._path.unlink()

    def namelist(self) -> list[str]:
        """List no file for the worker to check, which takes it long: unpacking is safe here."""
        return []

    def extractall(self, target: str) -> None:
        """Link what the first worker unpacked into this worker's folder."""
        folder = UNPACKED / hashlib.sha256(self._path.read_bytes()).hexdigest()
        with self._unpacking:
            if not folder.exists():
                self._unpack(folder)
            folder.touch()
        for entry in folder.iterdir():
            (Path(target) / entry.name).symlink_to(entry)

    def _unpack(self, folder: Path) -> None:
        partly = Path(tempfile.mkdtemp(dir=UNPACKED))
        with zipfile.ZipFile(self._path) as archive:
            archive.extractall(partly)
        try:
            partly.rename(folder)
        except OSError:
            # Another server with the same cache was faster.
            shutil.rmtree(partly)


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
