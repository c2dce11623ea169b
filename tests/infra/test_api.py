"""What can be called, how often, and what is noted of it."""

import json
import re

import pytest

from infra.routes import ROUTES
from tests.infra.assembly import Assembly
from tests.infra.templates import of, target

CALLBACK = "POST /callbacks/{provider}/{ticket}"
SOURCE = "ANY /sources/{ticket}"
TAGGED = "GET /v1/clips/{id}/tagged"
CLIPS = "GET /v1/clips"
PARTS = [f"{CLIPS}/{{id}}/{part}" for part in ("audio", "peaks", "image", "lyrics")]


def served_by(assembly: Assembly) -> dict[str, str]:
    """Find who serves which route: route keys to functions' logical ids."""
    template = assembly.templates["Api"]
    integrations = dict(of(template, "AWS::ApiGatewayV2::Integration"))
    return {
        route["RouteKey"]: target(
            integrations[route["Target"]["Fn::Join"][1][1]["Ref"]]["IntegrationUri"]
        )
        for _, route in of(template, "AWS::ApiGatewayV2::Route")
    }


def test_every_route_is_served(assembly: Assembly) -> None:
    assert served_by(assembly).keys() == ROUTES.keys()


def test_each_route_is_served_by_its_function_and_query_serves_all_that_is_only_read(
    assembly: Assembly,
) -> None:
    served = served_by(assembly)

    assert served.pop("POST /v1/jobs").startswith("SubmitFunction")
    assert served.pop("POST /v1/jobs/{id}/cancel").startswith("CancelFunction")
    assert served.pop("DELETE /v1/jobs/{id}").startswith("DeleteFunction")
    assert served.pop(CALLBACK).startswith("CallbackFunction")
    assert served.pop("POST /v1/files").startswith("FilesFunction")
    assert served.pop("GET /v1/files/{id}").startswith("FilesFunction")
    assert served.pop(SOURCE).startswith("SourceFunction")
    assert served.pop("GET /v1/providers").startswith("CatalogueFunction")
    assert served.pop("GET /v1/models").startswith("CatalogueFunction")
    assert served.pop("GET /v1/asyncapi.json").startswith("CatalogueFunction")
    for route in (CLIPS, f"{CLIPS}/{{id}}", *PARTS):
        assert served.pop(route).startswith("ClipsFunction")
    assert served.pop(TAGGED).startswith("TaggedFunction")
    for route in ("GET /v1/events", "GET /v1/jobs/{id}/events"):
        assert served.pop(route).startswith("FeedFunction")
    assert served.pop("GET /v1/balance").startswith("BillingFunction")
    assert served.pop("GET /v1/ledger").startswith("BillingFunction")
    webhooks = [route for route in served if re.search("endpoints|deliver|signing", route)]
    assert len(webhooks) == 12
    assert all(served.pop(route).startswith("EndpointsFunction") for route in webhooks)
    assert "$default" in served
    assert all(function.startswith("QueryFunction") for function in served.values())


def test_operator_and_erase_cannot_be_called_over_http(assembly: Assembly) -> None:
    hidden = ("Operator", "Erase")
    assert not [who for who in served_by(assembly).values() if who.startswith(hidden)]
    assert not [
        name
        for name, permission in of(assembly.templates["Api"], "AWS::Lambda::Permission")
        if target(permission["FunctionName"]).startswith(hidden)
    ]


def test_a_line_of_the_access_log_says_route_status_and_latency(assembly: Assembly) -> None:
    line = json.loads(assembly.one("AWS::ApiGatewayV2::Stage")["AccessLogSettings"]["Format"])

    assert {"route", "status", "request_id", "latency_ms"} <= line.keys()


@pytest.mark.parametrize(
    ("route", "limits"),
    [
        ("POST /v1/jobs", (100, 200)),
        ("POST /v1/jobs/{id}/cancel", (100, 200)),
        ("DELETE /v1/jobs/{id}", (100, 200)),
        ("POST /v1/files", (50, 100)),
        (SOURCE, (100, 200)),
        (TAGGED, (20, 40)),
        (CALLBACK, (500, 1000)),
        (None, (500, 1000)),
    ],
)
def test_each_route_has_a_limit_and_a_laptop_ten_times_that(
    route: str | None, limits: tuple[int, int], prod: Assembly, local: Assembly
) -> None:
    for assembly, factor in ((prod, 1), (local, 10)):
        stage = assembly.one("AWS::ApiGatewayV2::Stage")
        found = stage["RouteSettings"][route] if route else stage["DefaultRouteSettings"]
        assert (found["ThrottlingRateLimit"], found["ThrottlingBurstLimit"]) == tuple(
            limit * factor for limit in limits
        )


def test_the_address_is_the_apis_own_until_one_is_named(assembly: Assembly) -> None:
    for name, function in (("Api", "submit"), ("Api", "query"), ("Events", "dispatch")):
        address = assembly.functions[function]["Environment"]["Variables"]["PUBLIC_URL"]["Fn::If"]
        condition, named, otherwise = address
        assert assembly.templates[name]["Conditions"][condition] == {
            "Fn::Not": [{"Fn::Equals": [{"Ref": "PublicUrl"}, ""]}]
        }
        assert named == {"Ref": "PublicUrl"}
        assert "ApiEndpoint" in str(otherwise)
