"""The AsyncAPI 3 document that the API serves: every event, on the bus and as a webhook."""

from collections.abc import Mapping
from typing import Any, Final

from cliphook.adapters.event_detail import PingDetail
from cliphook.domain.event import EVENT_VERSION
from infra.bus_event import envelope
from tests.support.bus_examples import examples
from tests.support.bus_schemas import MEANINGS, detail_schema
from tests.support.json_schema import schema_of

type Part = dict[str, Any]

PING: Final = "endpoint.ping"
BUS: Final = "cliphook"

DESCRIPTION: Final = (
    "What becomes of every job, on an EventBridge bus and as signed webhooks. At least once, "
    "always under the same id; `seq` counts the events of a job from 1, without gaps; no order is "
    "promised on the way. Within a version names may be added: pass over what you do not know."
)

HEADERS: Final[Part] = {
    "type": "object",
    "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
    "properties": {
        "webhook-id": {"type": "string", "description": "The event's id, at every attempt."},
        "webhook-timestamp": {
            "type": "string",
            "pattern": "^[0-9]+$",
            "description": "When this attempt was made, in seconds; refuse what is 300 s away.",
        },
        "webhook-signature": {
            "type": "string",
            "pattern": "^v1,[A-Za-z0-9+/]+=*( v1,[A-Za-z0-9+/]+=*)*$",
            "description": (
                "HMAC-SHA-256 over `id.timestamp.body`, in base64; several while a secret is "
                "being replaced, of which one has to fit."
            ),
        },
    },
}
SECURITY: Final[Part] = {
    "rule": {
        "type": "http",
        "scheme": "AWS4-HMAC-SHA256",
        "description": (
            "Whoever may put a rule on the bus: the account itself, and those that the "
            "deployment's row names, for rules with the source `cliphook`."
        ),
    },
    "signature": {
        "type": "httpApiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks 1.0.0, by the endpoint's own secret `whsec_…`.",
    },
}
SERVERS: Final[Part] = {
    "bus": {
        "host": "events.{region}.amazonaws.com",
        "protocol": "eventbridge",
        "description": "EventBridge, in the deployment's own account.",
        "variables": {"region": {"description": "Where Cliphook is deployed."}},
        "security": [{"$ref": "#/components/securitySchemes/rule"}],
    },
    "receiver": {
        "host": "{host}",
        "protocol": "https",
        "description": "Where an endpoint, or a job's callback_url, points.",
        "variables": {"host": {"description": "The receiver's own."}},
        "security": [{"$ref": "#/components/securitySchemes/signature"}],
    },
}


def document() -> Part:
    """Write the whole document."""
    shown = {name: of[0] for name, of in examples().items()}
    details = {_schema_name(name): detail_schema(name) for name in MEANINGS}
    on_bus = {name: _bus_message(name, shown[name]) for name in MEANINGS}
    posted = {f"webhook.{name}": _webhook_message(name, shown[name]) for name in MEANINGS}
    ping = {f"webhook.{PING}": _ping_message()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Cliphook events",
            "version": f"{EVENT_VERSION}.0.0",
            "description": DESCRIPTION,
        },
        "defaultContentType": "application/json",
        "servers": SERVERS,
        "channels": {
            "bus": _channel("bus", BUS, "The bus. Its events have the source `cliphook`.", on_bus),
            "webhook": _channel(
                "receiver", None, "An address of the receiver's own.", {**posted, **ping}
            ),
        },
        "operations": {
            "announce": _operation("bus", "Tell everybody on the bus.", on_bus),
            "deliver": _operation("webhook", "Tell an endpoint, in up to ten attempts.", posted),
            "ping": _operation("webhook", "Ask a new endpoint whether it is one, once.", ping),
        },
        "components": {
            "messages": {**on_bus, **posted, **ping},
            "schemas": {**details, PING: schema_of(PingDetail)},
            "securitySchemes": SECURITY,
        },
    }


def _channel(server: str, address: str | None, says: str, messages: Mapping[str, Part]) -> Part:
    return {
        "address": address,
        "description": says,
        "servers": [{"$ref": f"#/servers/{server}"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
    }


def _operation(channel: str, says: str, messages: Mapping[str, Part]) -> Part:
    place = f"#/channels/{channel}"
    return {
        "action": "send",
        "summary": says,
        "channel": {"$ref": place},
        "messages": [{"$ref": f"{place}/messages/{name}"} for name in messages],
    }


def _bus_message(name: str, detail: Mapping[str, Any]) -> Part:
    whole = {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": name,
        "source": "cliphook",
        "account": "111122223333",
        "time": "2026-11-21T09:00:40Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": detail,
    }
    payload = envelope(name, _reference(name))
    return _message(name, MEANINGS[name], payload, [{"payload": whole}])


def _webhook_message(name: str, detail: Mapping[str, Any]) -> Part:
    body = {"type": name, "timestamp": detail["occurred_at"], "data": detail}
    payload = _body(name, _reference(name))
    told = _message(name, MEANINGS[name], payload, [{"headers": _headers(detail), "payload": body}])
    return {**told, "headers": HEADERS}


def _ping_message() -> Part:
    detail = {
        "id": "evt_01KAJ5T1W0000000000000000E",
        "type": PING,
        "occurred_at": "2026-11-21T09:00:00Z",
        "account_id": "acct_01KAJ5T1W0000000000000000A",
        "endpoint_id": "ep_01KAJ5T1W0000000000000000P",
    }
    body = {"type": PING, "timestamp": detail["occurred_at"], "data": detail}
    payload = _body(PING, {"$ref": f"#/components/schemas/{PING}"})
    says = "The endpoint is about to be registered, and has to answer 2xx."
    shown = [{"headers": _headers(detail), "payload": body}]
    return {**_message(PING, says, payload, shown), "headers": HEADERS}


def _message(name: str, says: str, payload: Part, shown: list[Part]) -> Part:
    return {"name": name, "title": name, "summary": says, "payload": payload, "examples": shown}


def _body(name: str, data: Part) -> Part:
    properties = {
        "type": {"type": "string", "const": name},
        "timestamp": {"type": "string", "format": "date-time", "description": "When it happened."},
        "data": data,
    }
    return {"type": "object", "required": [*properties], "properties": properties}


def _headers(detail: Mapping[str, Any]) -> Part:
    return {
        "webhook-id": detail["id"],
        "webhook-timestamp": "1795251640",
        "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    }


def _reference(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{_schema_name(name)}"}


def _schema_name(name: str) -> str:
    return f"{name}.v{EVENT_VERSION}"
