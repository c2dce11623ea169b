"""What happens after a commit: which rows are published, and where each order goes."""

import json

from cliphook.adapters import schema
from infra.flows import WORKERS
from tests.infra.assembly import Assembly
from tests.infra.templates import of, target


def test_each_order_goes_bare_into_the_queue_of_its_worker(assembly: Assembly) -> None:
    queues = assembly.resources("AWS::SQS::Queue")
    found = {
        detail_type: (queues[target(aim["Arn"])]["QueueName"], aim["InputPath"])
        for rule in assembly.resources("AWS::Events::Rule").values()
        for detail_type in rule.get("EventPattern", {}).get("detail-type", [])
        for aim in rule["Targets"]
    }

    assert found == {
        worker.order: (f"cliphook-{assembly.deployment}-{worker.name}", "$.detail")
        for worker in WORKERS
    }
    assert {worker.order for worker in WORKERS} == set(schema.Order)


def test_orders_are_heard_on_our_bus_and_from_us_alone(assembly: Assembly) -> None:
    rules = [
        rule for rule in assembly.resources("AWS::Events::Rule").values() if "EventPattern" in rule
    ]

    assert {target(rule["EventBusName"]) for rule in rules} == {
        name for name, _ in of(assembly.templates["Events"], "AWS::Events::EventBus")
    }
    assert all(rule["EventPattern"]["source"] == [schema.ORDER_SOURCE] for rule in rules)


def test_the_bus_has_the_name_that_other_systems_are_told(assembly: Assembly) -> None:
    assert assembly.one("AWS::Events::EventBus")["Name"] == "cliphook"


def test_announcements_can_be_replayed_for_thirty_days(assembly: Assembly) -> None:
    archive = assembly.one("AWS::Events::Archive")

    assert archive["EventPattern"] == {"source": [schema.EVENT_SOURCE]}
    assert archive["RetentionDays"] == 30


def test_only_new_event_rows_wake_publish(assembly: Assembly) -> None:
    (stream,) = (
        source
        for source in assembly.resources("AWS::Lambda::EventSourceMapping").values()
        if "StartingPosition" in source
    )
    patterns = [json.loads(row["Pattern"]) for row in stream["FilterCriteria"]["Filters"]]

    assert target(stream["FunctionName"]).startswith("PublishFunction")
    assert stream["StartingPosition"] == "TRIM_HORIZON"
    assert patterns == [
        {
            "eventName": ["INSERT"],
            "dynamodb": {"NewImage": {schema.ENTITY: {"S": [schema.Entity.EVENT]}}},
        }
    ]


def test_each_queue_feeds_the_worker_of_its_name(assembly: Assembly) -> None:
    queues = assembly.resources("AWS::SQS::Queue")
    functions = assembly.resources("AWS::Lambda::Function")
    fed = {
        queues[target(source["EventSourceArn"])]["QueueName"]: functions[
            target(source["FunctionName"])
        ]["FunctionName"]
        for source in assembly.resources("AWS::Lambda::EventSourceMapping").values()
        if "StartingPosition" not in source
    }

    names = {f"cliphook-{assembly.deployment}-{worker.name}" for worker in WORKERS}
    assert fed == {name: name for name in names}


def test_sweep_operator_and_erase_run_each_minute_and_audit_each_day(assembly: Assembly) -> None:
    schedules = {
        (rule["ScheduleExpression"], target(rule["Targets"][0]["Arn"])[:13], rule["State"])
        for rule in assembly.resources("AWS::Events::Rule").values()
        if "ScheduleExpression" in rule
    }

    assert schedules == {
        ("rate(1 minute)", "SweepFunction", "ENABLED"),
        ("rate(1 minute)", "OperatorFunct", "ENABLED"),
        ("rate(1 minute)", "EraseFunction", "ENABLED"),
        ("rate(1 day)", "AuditFunction", "ENABLED"),
    }


def test_an_audit_that_fails_is_run_again_and_not_forgotten(assembly: Assembly) -> None:
    (invoked,) = (
        config
        for config in assembly.resources("AWS::Lambda::EventInvokeConfig").values()
        if target(config["FunctionName"]).startswith("AuditFunction")
    )

    assert invoked["MaximumRetryAttempts"] == 2
    assert "Undelivered" in str(invoked["DestinationConfig"]["OnFailure"]["Destination"])
