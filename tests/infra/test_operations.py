"""Whatever needs somebody has an alarm, in time, and each says how to look."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from cliphook.adapters import schema
from cliphook.runtime.operator.commands import COMMANDS
from tests.infra.assembly import Assembly
from tests.infra.templates import dead_letter_queues, of, target

# I22.
ALARM_MAX_S = 300
DEPTH = "ApproximateNumberOfMessagesVisible"
# What functions write of what went wrong, or waits for too long.
METRICS = (
    schema.QUARANTINED_CALLBACKS,
    schema.PARKED_EVENTS,
    schema.PUT_OFF_JOBS,
    schema.LEDGER_DISCREPANCIES,
    schema.FULL_BACKLOGS,
    schema.DISABLED_ENDPOINTS,
    schema.STUCK,
    schema.OLDEST_UNSENT,
    schema.OLDEST_DUE,
    schema.FAILED_ERASURES,
)
SCHEDULED = ("measure", "audit", "erase")
LOOK = re.compile(r" Look: (\{.*\})$")


def alarms(assembly: Assembly) -> Mapping[str, Any]:
    """Find all alarms, by their names without the deployment's."""
    prefix = f"cliphook-{assembly.deployment}-"
    found = assembly.resources("AWS::CloudWatch::Alarm").values()
    return {alarm["AlarmName"].removeprefix(prefix): alarm for alarm in found}


def test_every_alarm_has_a_name_of_its_own(assembly: Assembly) -> None:
    found = assembly.resources("AWS::CloudWatch::Alarm")

    assert len(alarms(assembly)) == len(found)
    assert all(re.fullmatch(r"[a-z-]+", name) for name in alarms(assembly))


def test_every_queue_that_nobody_reads_has_an_alarm_on_its_first_message(
    assembly: Assembly,
) -> None:
    read = {
        target(source["EventSourceArn"])
        for source in assembly.resources("AWS::Lambda::EventSourceMapping").values()
    }
    queues = assembly.resources("AWS::SQS::Queue")
    prefix = f"cliphook-{assembly.deployment}-"
    unread = {queues[name]["QueueName"].removeprefix(prefix) for name in queues.keys() - read}

    assert unread == {*schema.Letters}
    for name in unread:
        alarm = alarms(assembly)[name]
        (dimension,) = alarm["Dimensions"]
        watched = queues[target(dimension["Value"].get("Value", dimension["Value"]))]
        assert watched["QueueName"] == f"{prefix}{name}"
        assert (alarm["MetricName"], alarm["Threshold"]) == (DEPTH, 0)


def test_everything_that_fails_goes_to_a_queue_that_nobody_reads(assembly: Assembly) -> None:
    events = assembly.templates["Events"]
    named = {
        queue["QueueName"].rpartition(f"{assembly.deployment}-")[2]
        for name, queue in of(events, "AWS::SQS::Queue")
        if name in dead_letter_queues(events)
    }

    assert named == {*schema.Letters}
    for name, template in assembly.templates.items():
        if name != "Events":
            assert dead_letter_queues(template) == set()


def test_the_rules_of_operations_may_leave_what_they_cannot_deliver(assembly: Assembly) -> None:
    template = assembly.templates["Operations"]
    names = {rule["Name"] for _, rule in of(template, "AWS::Events::Rule")}
    policies = json.dumps(
        [policy for _, policy in of(assembly.templates["Events"], "AWS::SQS::QueuePolicy")]
    )

    assert names == {f"cliphook-{assembly.deployment}-{name}" for name in SCHEDULED}
    assert all(f"rule/{name}" in policies for name in names)


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_of_what_went_wrong_has_an_alarm(metric: str, assembly: Assembly) -> None:
    watching = [
        (alarm["Namespace"], alarm["Dimensions"])
        for alarm in alarms(assembly).values()
        if alarm["MetricName"] == metric and alarm["ComparisonOperator"].startswith("Greater")
    ]

    assert watching == [("Cliphook", [{"Name": "service", "Value": "cliphook"}])]


def test_a_clip_that_its_provider_soon_deletes_has_an_alarm_days_before(
    assembly: Assembly,
) -> None:
    alarm = alarms(assembly)["leaving"]

    assert (alarm["MetricName"], alarm["Statistic"]) == (schema.HOURS_LEFT, "Minimum")
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 72)
    # Where every clip is kept nothing is measured.
    assert alarm["TreatMissingData"] == "notBreaching"
    assert json.loads(LOOK.findall(alarm["AlarmDescription"])[0])["where"] == "leaving"


def test_every_function_has_an_alarm_on_its_errors(assembly: Assembly) -> None:
    named = {name for name in alarms(assembly) if name.endswith("-errors")}

    assert named == {f"{name}-errors" for name in assembly.functions} | {"server-errors"}


def test_an_alarm_goes_off_within_five_minutes(assembly: Assembly) -> None:
    for name, alarm in alarms(assembly).items():
        # One period is looked at each minute, however long it is.
        once = alarm["EvaluationPeriods"] == 1
        assert once or alarm["EvaluationPeriods"] * alarm["Period"] <= ALARM_MAX_S, name


def test_what_measures_is_watched_itself(assembly: Assembly) -> None:
    silent = {
        name: (alarm["MetricName"], alarm["Statistic"], alarm["Period"])
        for name, alarm in alarms(assembly).items()
        if alarm["TreatMissingData"] == "breaching"
    }

    assert silent == {
        "reminder-silent": (schema.REMINDED_DELIVERIES, "SampleCount", ALARM_MAX_S),
        "sweep-silent": ("NudgedJobs", "SampleCount", ALARM_MAX_S),
        "unwatched": (schema.STUCK, "SampleCount", ALARM_MAX_S),
    }


def test_an_alarm_says_what_it_is_and_a_command_that_there_is(assembly: Assembly) -> None:
    looks = {}
    for name, alarm in alarms(assembly).items():
        says = alarm["AlarmDescription"]
        assert len(says.split()) > 5, name
        if found := LOOK.search(says):
            looks[name] = json.loads(found[1])
    for look in looks.values():
        told = {field: value for field, value in look.items() if field != "command"}
        COMMANDS[look["command"]].order.model_validate(told)

    assert looks.keys() >= {*schema.Letters, "quarantine", "parked", "put-off", "stuck", "ledger"}


def test_alarms_tell_the_topic_that_was_named_and_else_nobody(assembly: Assembly) -> None:
    for name, template in assembly.templates.items():
        found = [alarm for _, alarm in of(template, "AWS::CloudWatch::Alarm")]
        if not found:
            continue
        assert template["Parameters"]["AlarmTopicArn"]["Default"] == ""
        assert "AlarmTopicArnNamed" in template["Conditions"]
        told = {json.dumps(alarm["AlarmActions"]) for alarm in found}
        named = [{"Ref": "AlarmTopicArn"}]
        choice = {"Fn::If": ["AlarmTopicArnNamed", named, {"Ref": "AWS::NoValue"}]}
        assert told == {json.dumps(choice)}, name


def test_the_clock_has_the_operator_count_and_nothing_else(assembly: Assembly) -> None:
    template = assembly.templates["Operations"]
    told = {
        rule["Name"].rpartition("-")[2]: rule["Targets"][0].get("Input")
        for _, rule in of(template, "AWS::Events::Rule")
    }

    assert told == {"measure": '{"command":"measure"}', "audit": None, "erase": None}
