"""The shapes in which Lambda hands events to functions, as AWS documents them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from cliphook.adapters import items

type Event = dict[str, Any]

ACCOUNT_NUMBER: Final = "123456789012"
REGION: Final = "us-east-1"
DOMAIN: Final = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
SOURCE: Final = "203.0.113.7"


def http_event(
    route: str,
    path: str,
    *,
    at: datetime,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    method: str = "",
) -> Event:
    """Wrap a request as an HTTP API does in its format 2.0; what is absent is left out."""
    method = method or ("GET" if route == "$default" else route.partition(" ")[0])
    sent = {"host": DOMAIN, "x-forwarded-proto": "https", **(headers or {})}
    if body is not None:
        sent["content-type"] = "application/json"
    event: Event = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": sent,
        "requestContext": _context(route, method, path, at),
        "isBase64Encoded": False,
    }
    optional = {"queryStringParameters": query, "pathParameters": parameters, "body": body}
    return event | {name: value for name, value in optional.items() if value is not None}


def _context(route: str, method: str, path: str, at: datetime) -> Event:
    return {
        "accountId": ACCOUNT_NUMBER,
        "apiId": DOMAIN.partition(".")[0],
        "domainName": DOMAIN,
        "domainPrefix": DOMAIN.partition(".")[0],
        "http": {
            "method": method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": SOURCE,
            "userAgent": "sample/1.0",
        },
        "requestId": f"sample-{_digest(route + path)[:12]}=",
        "routeKey": route,
        "stage": "$default",
        "time": at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(at.timestamp() * 1000),
    }


def queue_event(name: str, *orders: Mapping[str, object], at: datetime, tries: int = 1) -> Event:
    """Wrap work orders as a queue does whose rule hands on `$.detail`."""
    return {"Records": [_message(name, json.dumps(order), at, tries) for order in orders]}


def _message(queue: str, body: str, at: datetime, tries: int) -> Event:
    sent = str(int(at.timestamp() * 1000))
    digest = _digest(queue + body)
    return {
        "messageId": str(UUID(digest[:32], version=4)),
        "receiptHandle": f"AQEB{digest}==",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": str(tries),
            "SentTimestamp": sent,
            "SenderId": "AIDAEXAMPLE",
            "ApproximateFirstReceiveTimestamp": sent,
        },
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT_NUMBER}:cliphook-prod-{queue}",
        "awsRegion": REGION,
    }


def stream_event(*rows: items.Item, at: datetime) -> Event:
    """Wrap new rows of the table as its stream does."""
    return {"Records": [_record(number, row, at) for number, row in enumerate(rows)]}


def _record(number: int, row: items.Item, at: datetime) -> Event:
    image = items.marshal(row)
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT_NUMBER}:table/cliphook-prod"
    return {
        "eventID": _digest(str(row["event_id"]))[:32],
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": {
            "ApproximateCreationDateTime": int(at.timestamp()),
            "Keys": {name: image[name] for name in ("pk", "sk")},
            "NewImage": image,
            "SequenceNumber": f"{4 * 10**26 + number}",
            "SizeBytes": len(json.dumps(image)),
            "StreamViewType": "NEW_IMAGE",
        },
        "eventSourceARN": f"{table}/stream/{at.strftime('%Y-%m-%dT%H:%M:%S.000')}",
    }


def schedule_event(at: datetime) -> Event:
    """Wrap a tick of the schedule as EventBridge does."""
    rule = f"arn:aws:events:{REGION}:{ACCOUNT_NUMBER}:rule/cliphook-prod-sweep"
    return {
        "version": "0",
        "id": "5e1cbd2a-7c1f-4b53-9a0d-4a6f0d3f7b10",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT_NUMBER,
        "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [rule],
        "detail": {},
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
