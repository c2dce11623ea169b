"""Every function is told what its settings ask for, and has the time and the name it needs."""

import json
from typing import Any

import pytest

from cliphook.adapters import schema
from cliphook.runtime.settings import ENVIRONMENT, ArchiveSettings, FunctionSettings
from infra.flows import WORKERS
from tests.infra.assembly import Assembly
from tests.infra.templates import of

HTTP_API_WAITS_S = 30
PROVIDER_WAITS_S = 15
POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}

# Those that may be given a file to keep, and look into it first.
WORKING = frozenset(worker.name for worker in WORKERS)


def environment(assembly: Assembly, name: str) -> dict[str, Any]:
    variables: dict[str, Any] = assembly.functions[name]["Environment"]["Variables"]
    return variables


def as_deployed(assembly: Assembly, value: Any) -> str:
    """Say what a value may be once it is deployed: parameters as they are by default."""
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        return "".join(as_deployed(assembly, part) for part in value["Fn::Join"][1])
    parameters = assembly.templates["Api"]["Parameters"]
    return str(parameters.get(value.get("Ref"), {"Default": "https://api.test"})["Default"])


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_function_is_told_what_its_settings_ask_for_and_no_more(
    name: str, assembly: Assembly
) -> None:
    told = set(environment(assembly, name))

    assert told - POWERTOOLS == set(ENVIRONMENT[name].model_fields)


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_what_a_function_is_told_can_be_read(name: str, assembly: Assembly) -> None:
    told = {key: as_deployed(assembly, value) for key, value in environment(assembly, name).items()}

    settings = ENVIRONMENT[name].model_validate(told)

    assert assembly.deployment == settings.DEPLOYMENT


def test_every_function_is_there_by_its_name(assembly: Assembly) -> None:
    assert assembly.functions.keys() == ENVIRONMENT.keys()


def test_logs_and_metrics_of_all_functions_bear_one_name(assembly: Assembly) -> None:
    told = [environment(assembly, name) for name in ENVIRONMENT]

    assert {row["POWERTOOLS_SERVICE_NAME"] for row in told} == {"cliphook"}
    assert {row["POWERTOOLS_METRICS_NAMESPACE"] for row in told} == {"Cliphook"}


@pytest.mark.parametrize(
    ("metric", "period_s"),
    [(schema.QUARANTINED_CALLBACKS, 60), (schema.LEDGER_DISCREPANCIES, 24 * 3600)],
)
def test_an_alarm_watches_the_metric_that_is_written(
    metric: str, period_s: int, assembly: Assembly
) -> None:
    watched = [
        (alarm["Namespace"], alarm["Dimensions"], alarm["Period"], alarm["Threshold"])
        for alarm in assembly.resources("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == metric
    ]

    assert watched == [("Cliphook", [{"Name": "service", "Value": "cliphook"}], period_s, 0)]


def test_an_answer_comes_before_the_caller_gives_up(assembly: Assembly) -> None:
    read = ("query", "feed", "clips", "tagged")
    written = ("submit", "cancel", "delete", "files", "callback", "source", "endpoints")
    served = (*read, *written)
    waits = {name: assembly.functions[name]["Timeout"] for name in served}

    assert max(waits.values()) < HTTP_API_WAITS_S
    assert max(waits["callback"], waits["source"]) <= PROVIDER_WAITS_S


def test_no_deployment_caps_what_may_be_spent_before_its_operator_does(
    assembly: Assembly,
) -> None:
    told = environment(assembly, "submit")["DAILY_CAPS"]

    assert told == {"Ref": "DailyCaps"}
    assert as_deployed(assembly, told) == "{}"


def test_only_a_laptop_charges_before_its_operator_does(prod: Assembly, local: Assembly) -> None:
    assert as_deployed(prod, environment(prod, "submit")["PRICES"]) == "{}"
    assert as_deployed(local, environment(local, "submit")["PRICES"]) != "{}"


def test_only_a_laptop_fetches_from_itself(prod: Assembly, local: Assembly) -> None:
    assert environment(prod, "archive")["FETCH_LOOPBACK"] == "false"
    assert environment(local, "archive")["FETCH_LOOPBACK"] == "true"


def test_the_archive_is_received_once_more_than_it_waits(assembly: Assembly) -> None:
    waits = environment(assembly, "archive")["ARCHIVE_RETRY_S"].split(",")
    (queue,) = (
        queue
        for queue in assembly.resources("AWS::SQS::Queue").values()
        if queue["QueueName"].endswith("-archive")
    )

    assert queue["RedrivePolicy"]["maxReceiveCount"] == len(waits) + 1


def test_a_function_runs_with_the_package_and_the_pins(assembly: Assembly) -> None:
    for template in assembly.templates.values():
        layers = {name for name, _ in of(template, "AWS::Lambda::LayerVersion")}
        audio = {name for name in layers if name.startswith("AudioLayer")}
        for name, function in of(template, "AWS::Lambda::Function"):
            own = {layer["Ref"] for layer in function["Layers"]}
            is_worker = function["FunctionName"].rpartition("-")[2] in WORKING
            assert own == (layers if is_worker else layers - audio), name


@pytest.mark.parametrize("missing", ArchiveSettings.model_fields)
def test_a_missing_setting_stops_the_cold_start(
    missing: str, prod: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(prod, "archive").items():
        monkeypatch.setenv(name, as_deployed(prod, value))
    monkeypatch.delenv(missing)

    with pytest.raises(ValueError, match=missing):
        ArchiveSettings.from_environment()


def settings_with(**changed: str) -> dict[str, str]:
    told = {
        "DEPLOYMENT": "test",
        "TABLE_NAME": "jobs",
        "PUBLIC_URL": "https://music.test/",
        "PROVIDER_URLS": json.dumps({"sunoapi": "http://127.0.0.1:9901/"}),
        "PROVIDER_SETTINGS": "{}",
        "BUCKET_NAME": "clips",
        "SECRETS_PREFIX": "cliphook/test",
        "DISPATCH_QUEUE_URL": "https://queue.test/dispatch",
    }
    return told | changed


def test_addresses_are_read_without_their_last_slash() -> None:
    settings = ENVIRONMENT["dispatch"].model_validate(settings_with())

    assert settings.model_dump()["PUBLIC_URL"] == "https://music.test"
    assert settings.model_dump()["PROVIDER_URLS"] == {"sunoapi": "http://127.0.0.1:9901"}


WRONG = (
    {"PUBLIC_URL": ""},
    {"PUBLIC_URL": "music.test"},
    {"PROVIDER_URLS": "sunoapi"},
    {"PROVIDER_URLS": '{"sunoapi": "file:///etc/passwd"}'},
)


@pytest.mark.parametrize("changed", WRONG, ids=str)
def test_an_address_that_is_none_stops_the_cold_start_unquoted(changed: dict[str, str]) -> None:
    (text,) = changed.values()

    with pytest.raises(ValueError, match=r"PUBLIC_URL|PROVIDER_URLS") as refused:
        ENVIRONMENT["dispatch"].model_validate(settings_with(**changed))

    assert not text or text not in str(refused.value)


def test_settings_cannot_be_changed() -> None:
    settings = FunctionSettings.model_validate(settings_with())

    with pytest.raises(ValueError, match="frozen"):
        settings.TABLE_NAME = "another"  # type: ignore[misc]
