"""What happens after a commit: which rows are published, and where each order goes."""

import json

from cliphook.adapters import schema
from infra.flows import DELIVER, WORKERS
from tests.infra.assembly import Assembly
from tests.infra.templates import of, target


def test_each_order_goes_bare_into_the_queue_of_its_worker(assembly: Assembly) -> None:
    queues = assembly.resources("AWS::SQS::Queue")
    found = {
        detail_type: (queues[target(aim["Arn"])]["QueueName"], aim["InputPath"])
        for rule in assembly.resources("AWS::Events::Rule").values()
        if rule.get("EventPattern", {}).get("source") == [schema.ORDER_SOURCE]
        for detail_type in rule["EventPattern"]["detail-type"]
        for aim in rule["Targets"]
    }

    assert found == {
        worker.order: (f"cliphook-{assembly.deployment}-{worker.name}", "$.detail")
        for worker in WORKERS
    }
    assert {worker.order for worker in WORKERS} == set(schema.Order)


def test_all_that_is_announced_goes_bare_into_the_queue_of_webhooks(assembly: Assembly) -> None:
    queues = assembly.resources("AWS::SQS::Queue")
    (rule,) = (
        rule
        for rule in assembly.resources("AWS::Events::Rule").values()
        if rule.get("EventPattern", {}).get("source") == [schema.EVENT_SOURCE]
    )
    (aim,) = rule["Targets"]

    assert rule["EventPattern"]["detail-type"] == [{"prefix": "job."}, {"prefix": "clip."}]
    queue = queues[target(aim["Arn"])]["QueueName"]
    assert (queue, aim["InputPath"]) == (f"cliphook-{assembly.deployment}-deliver", "$.detail")


def test_what_tells_receivers_reaches_no_bucket_and_one_secret(assembly: Assembly) -> None:
    told = str(assembly.functions["deliver"]["Environment"]["Variables"])

    assert "BUCKET" not in told
    assert "PROVIDER" not in told


def test_webhooks_are_delivered_by_fifty_at_once_and_by_twenty_on_one_machine(
    assembly: Assembly,
) -> None:
    (source,) = (
        source
        for source in assembly.resources("AWS::Lambda::EventSourceMapping").values()
        if target(source["FunctionName"]).startswith("DeliverFunction")
    )

    assert source["BatchSize"] == 10
    at_once = 20 if assembly.deployment == "local" else 50
    assert source["ScalingConfig"] == {"MaximumConcurrency": at_once}


def test_rules_hear_our_bus_and_us_alone(assembly: Assembly) -> None:
    rules = [
        rule for rule in assembly.resources("AWS::Events::Rule").values() if "EventPattern" in rule
    ]

    assert {target(rule["EventBusName"]) for rule in rules} == {
        name for name, _ in of(assembly.templates["Events"], "AWS::Events::EventBus")
    }
    ours = ([schema.ORDER_SOURCE], [schema.EVENT_SOURCE])
    assert all(rule["EventPattern"]["source"] in ours for rule in rules)


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

    workers = {*(worker.name for worker in WORKERS), DELIVER}
    names = {f"cliphook-{assembly.deployment}-{name}" for name in workers}
    assert fed == {name: name for name in names}


def test_what_the_clock_starts_runs_each_minute_and_audit_each_day(assembly: Assembly) -> None:
    schedules = {
        (rule["ScheduleExpression"], target(rule["Targets"][0]["Arn"])[:13], rule["State"])
        for rule in assembly.resources("AWS::Events::Rule").values()
        if "ScheduleExpression" in rule
    }

    assert schedules == {
        ("rate(1 minute)", "SweepFunction", "ENABLED"),
        ("rate(1 minute)", "OperatorFunct", "ENABLED"),
        ("rate(1 minute)", "EraseFunction", "ENABLED"),
        ("rate(1 minute)", "DeliverFuncti", "ENABLED"),
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
