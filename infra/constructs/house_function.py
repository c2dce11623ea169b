"""A function the way this house runs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cliphook.runtime.settings import ENVIRONMENT
from infra.constructs.acknowledge import acknowledge
from infra.constructs.alarms import Alarm, watch
from infra.constructs.layers import ARCHITECTURE, LEFTOVERS, PYTHON, ROOT
from infra.constructs.rights import Right
from infra.deployment import Deployment

LOG_RETENTION: Final = logs.RetentionDays.ONE_MONTH
POWERTOOLS: Final[Mapping[str, str]] = {
    "POWERTOOLS_SERVICE_NAME": "cliphook",
    "POWERTOOLS_METRICS_NAMESPACE": "Cliphook",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}
ONE_PYTHON: Final = "Runtime, wheels, checkers and tests are of one Python, and that is 3.13."
ACKNOWLEDGED: Final[Mapping[str, str]] = {
    "AwsSolutions-L1": ONE_PYTHON,
    "Serverless-LambdaLatestVersion": ONE_PYTHON,
    "Serverless-LambdaDLQ": "Nobody waits for what the clock starts: its failures go to a queue.",
    "Serverless-LambdaTracing": (
        "A tracer costs a third of a cold start; a job's reports and events, and logs by request, "
        "say what a trace would."
    ),
}


@dataclass(frozen=True, slots=True)
class House:
    """What all functions of a stack share; `values` is all that the stack can tell them."""

    deployment: Deployment
    key: kms.IKey
    layers: Sequence[lambda_.ILayerVersion]
    values: Mapping[str, str]


class HouseFunction(Construct):
    """
    One folder of functions/: its own role and log group, our layers, an alarm on its errors.

    It is told exactly what its settings model names, so a value that the stack cannot offer fails
    the synthesis, and one that the function does not read never reaches it.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        house: House,
        rights: Sequence[Right],
        timeout_s: int,
        memory_mb: int = 512,
        storage_mb: int = 512,
        concurrency: int | None = None,
        layers: Sequence[lambda_.ILayerVersion] = (),
    ) -> None:
        super().__init__(scope, name.capitalize())
        log_group = self._log_group(house, name)
        self.role = self._role(log_group, rights)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=house.deployment.named(name),
            description=f"functions/{name}",
            runtime=PYTHON,
            architecture=ARCHITECTURE,
            code=lambda_.Code.from_asset(str(ROOT / "functions" / name), exclude=list(LEFTOVERS)),
            handler="handler.lambda_handler",
            layers=[*house.layers, *layers],
            role=self.role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            environment=_environment(name, house.values),
            timeout=Duration.seconds(timeout_s),
            memory_size=memory_mb,
            ephemeral_storage_size=Size.mebibytes(storage_mb),
            reserved_concurrent_executions=concurrency,
        )
        self._acknowledge(rights)
        self._watch(name, house.deployment)

    def _log_group(self, house: House, name: str) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/lambda/{house.deployment.named(name)}",
            retention=LOG_RETENTION,
            encryption_key=house.key,
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _role(self, log_group: logs.LogGroup, rights: Sequence[Right]) -> iam.Role:
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        for right in rights:
            for statement in right.statements:
                role.add_to_policy(statement)
        return role

    def _acknowledge(self, rights: Sequence[Right]) -> None:
        acknowledge(self.function, ACKNOWLEDGED)
        wildcards = {
            f"AwsSolutions-IAM5[Resource::{resource}]": reason
            for right in rights
            for resource, reason in right.wildcards.items()
        }
        acknowledge(self.role, wildcards)

    def _watch(self, name: str, deployment: Deployment) -> None:
        errors = self.function.metric_errors(period=Duration.minutes(1))
        why = f"{name} has failed in each of five minutes: its log says why."
        watch(self, deployment, Alarm(f"{name}-errors", errors, why, minutes=5))


def counted(name: str, period: Duration, statistic: str = "Sum") -> cloudwatch.Metric:
    """Name what the functions measure under a name, added up or else over a time."""
    return cloudwatch.Metric(
        namespace=POWERTOOLS["POWERTOOLS_METRICS_NAMESPACE"],
        metric_name=name,
        dimensions_map={"service": POWERTOOLS["POWERTOOLS_SERVICE_NAME"]},
        statistic=statistic,
        period=period,
    )


def _environment(name: str, values: Mapping[str, str]) -> dict[str, str]:
    return {**POWERTOOLS, **{key: values[key] for key in ENVIRONMENT[name].model_fields}}
