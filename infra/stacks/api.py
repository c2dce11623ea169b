"""What clients and providers call: the HTTP API and its functions."""

from typing import Final

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_logs as logs
from constructs import Construct

from cliphook.adapters import schema
from infra.constructs.acknowledge import acknowledge
from infra.constructs.addresses import Addresses, declare_caps, declare_prices
from infra.constructs.alarms import Alarm, watch
from infra.constructs.house_function import LOG_RETENTION, House, HouseFunction
from infra.constructs.layers import house_layers
from infra.constructs.rights import Right, Stores
from infra.deployment import Deployment
from infra.flows import DELIVER
from infra.routes import LIMIT, LIMITS, MEMORY_MB, ROUTES, TIMEOUT_S
from infra.stacks.data import DataStack

# The route as declared, never the path as called: a callback's and a source's holds its ticket.
ACCESS_LOG: Final = {
    "request_id": "$context.requestId",
    "at": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "function_ms": "$context.integrationLatency",
    "function_status": "$context.integrationStatus",
}

WHO_MAY_CALL: Final = (
    "API keys are checked in the handlers, in one place, since a dialect's 401 must have that "
    "dialect's body; a callback or a source is let in by the ticket in its URL, health and the "
    "description of events by anybody."
)


class ApiStack(Stack):
    """The HTTP API, its routes and the functions behind them."""

    def __init__(self, scope: Construct, deployment: Deployment, *, data: DataStack) -> None:
        super().__init__(
            scope,
            f"Cliphook-{deployment.name}-Api",
            stack_name=deployment.named("api"),
            description="Cliphook: what can be called",
        )
        self._deployment = deployment
        self._api = apigateway.HttpApi(
            self,
            "Api",
            api_name=deployment.named("api"),
            description="Cliphook",
            create_default_stage=False,
        )
        self.api_url = self._api.api_endpoint
        # Spelled out, since the queue is in the stack that comes after this one.
        queue = deployment.named(DELIVER)
        self._deliver_arn = self.format_arn(service="sqs", resource=queue)
        self._deliver_url = f"https://sqs.{self.region}.{self.url_suffix}/{self.account}/{queue}"
        house = self._house(data)
        functions = {
            name: HouseFunction(
                self,
                name,
                house=house,
                rights=rights,
                timeout_s=TIMEOUT_S[name],
                memory_mb=MEMORY_MB.get(name, 512),
                concurrency=deployment.callback_concurrency if name == "callback" else None,
            )
            for name, rights in _rights(data.stores, self._deliver_arn).items()
        }
        routes = self._add_routes(functions)
        self._add_stage(house, routes)
        self._watch()
        CfnOutput(self, "ApiUrl", value=self.api_url)
        CfnOutput(self, "ApiId", value=self._api.api_id)

    def _house(self, data: DataStack) -> House:
        deployment = self._deployment
        addresses = Addresses.of(self, api_url=self.api_url)
        return House(
            deployment=deployment,
            key=data.key,
            layers=house_layers(self, deployment),
            values={
                "DEPLOYMENT": deployment.name,
                "TABLE_NAME": data.stores.table_name,
                "BUCKET_NAME": data.stores.bucket_name,
                "SECRETS_PREFIX": data.stores.secrets_prefix,
                "DELIVER_QUEUE_URL": self._deliver_url,
                "PUBLIC_URL": addresses.public_url,
                "PROVIDER_URLS": addresses.provider_urls,
                "PROVIDER_SETTINGS": addresses.provider_settings,
                "PRICES": declare_prices(self, deployment.prices),
                "DAILY_CAPS": declare_caps(self, deployment.daily_caps),
                "FETCH_LOOPBACK": str(deployment.fetch_loopback).lower(),
                "POLL_FIRST_S": str(deployment.poll_first_s),
                "POLLED_FIRST_S": str(deployment.polled_first_s),
                "JOB_DEADLINE_S": str(deployment.job_deadline_s),
                "UNKNOWN_DEADLINE_S": str(deployment.unknown_deadline_s),
            },
        )

    def _add_routes(self, functions: dict[str, HouseFunction]) -> list[apigateway.HttpRoute]:
        # One permission for each function, not for each route: a template has only so many bytes.
        targets = {
            name: integrations.HttpLambdaIntegration(
                f"{name.capitalize()}Target", house.function, scope_permission_to_route=False
            )
            for name, house in functions.items()
        }
        routes = [
            apigateway.HttpRoute(
                self,
                f"Route {key}",
                http_api=self._api,
                route_key=_route_key(key),
                integration=targets[name],
            )
            for key, name in ROUTES.items()
        ]
        for route in routes:
            acknowledge(route, {"AwsSolutions-APIG4": WHO_MAY_CALL})
        return routes

    def _add_stage(self, house: House, routes: list[apigateway.HttpRoute]) -> None:
        log_group = logs.LogGroup(
            self,
            "AccessLog",
            # A name that begins so needs no resource policy of its own, of which there are ten.
            log_group_name=f"/aws/vendedlogs/{self._deployment.named('api')}",
            retention=LOG_RETENTION,
            encryption_key=house.key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        factor = self._deployment.throttle_factor
        stage = apigateway.CfnStage(
            self,
            "Stage",
            api_id=self._api.api_id,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log_group.log_group_arn, format=self.to_json_string(ACCESS_LOG)
            ),
            default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=LIMIT.rate * factor,
                throttling_burst_limit=LIMIT.burst * factor,
            ),
            route_settings={
                key: {
                    "ThrottlingRateLimit": limit.rate * factor,
                    "ThrottlingBurstLimit": limit.burst * factor,
                }
                for key, limit in LIMITS.items()
            },
        )
        # A stage cannot have settings for a route that is not there yet.
        stage.node.add_dependency(*routes)

    def _watch(self) -> None:
        errors = self._api.metric_server_error(statistic="Sum", period=Duration.minutes(1))
        why = "Clients or providers were answered 5xx in each of five minutes."
        watch(self, self._deployment, Alarm("server-errors", errors, why, minutes=5))


def _rights(stores: Stores, deliver_arn: str) -> dict[str, list[Right]]:
    read, write = stores.read_items(), stores.write_items()
    read_lists = stores.read_items(schema.LIST)
    pepper = stores.read_secrets(schema.Secret.PEPPER)
    ours = (schema.Secret.CALLBACK.value, schema.Secret.PEPPER.value)
    providers = [schema.provider_secret(provider) for provider in schema.PROVIDERS]
    secrets = stores.read_secrets(*ours, *providers)
    return {
        "submit": [read_lists, write, stores.read_files(), secrets],
        **{name: [read, write, pepper] for name in ("cancel", "delete")},
        "callback": [
            read,
            write,
            stores.read_secrets(schema.Secret.CALLBACK, schema.WEBHOOK_KEYS),
        ],
        "query": [read_lists, stores.list_items(), pepper],
        "feed": [read, stores.list_items(), pepper],
        "clips": [read_lists, stores.list_items(), stores.read_clips(), pepper],
        "tagged": [
            read_lists,
            stores.read_clips(),
            stores.read_copies(),
            stores.put_copies(),
            pepper,
        ],
        "catalogue": [read, pepper],
        "billing": [read_lists, stores.read_many_items(), pepper],
        "files": [
            read,
            stores.add_items(),
            stores.put_files(),
            stores.read_files(),
            pepper,
        ],
        "endpoints": _rights_of_endpoints(stores, deliver_arn),
        "source": [stores.read_clips(), stores.read_files(), stores.read_secrets(ours[0])],
    }


def _rights_of_endpoints(stores: Stores, deliver_arn: str) -> list[Right]:
    return [
        stores.read_items(schema.LIST),
        stores.read_partitions(),
        stores.write_items(),
        stores.read_secrets(schema.Secret.PEPPER, schema.Secret.WEBHOOKS),
        stores.send(deliver_arn),
    ]


def _route_key(key: str) -> apigateway.HttpRouteKey:
    if key == "$default":
        return apigateway.HttpRouteKey.DEFAULT
    method, path = key.split(" ")
    return apigateway.HttpRouteKey.with_(path, apigateway.HttpMethod[method])
