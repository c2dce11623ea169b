"""What S3's signatures say: a link opens one object for one method, a form takes what it names."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

HOST: Final = "s3.us-east-1.amazonaws.com"
LINK_MAX_S: Final = 604_800

_METHODS: Final = {"get_object": "GET", "head_object": "HEAD", "put_object": "PUT"}
_RESPONSE: Final = {
    "ResponseContentDisposition": "response-content-disposition",
    "ResponseContentType": "response-content-type",
}
_TIME: Final = "%Y%m%dT%H%M%SZ"
_SECRET: Final = b"the fake's own"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why S3 does not do what it was asked for."""

    status: int
    code: str


FORGED: Final = Refusal(403, "SignatureDoesNotMatch")
DENIED: Final = Refusal(403, "AccessDenied")


@dataclass(frozen=True, slots=True)
class Opened:
    """The object that a link opens, and what its answer is to say of it."""

    bucket: str
    key: str
    said: Mapping[str, str]


class Signer:
    """Signs links and forms, and knows its own signature."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def link(self, operation: str, parameters: Mapping[str, str], valid_s: int) -> str:
        """Sign a link for one method."""
        path = quote(f"/{parameters['Bucket']}/{parameters['Key']}", safe="/~")
        said = {_RESPONSE[name]: parameters[name] for name in _RESPONSE if name in parameters}
        query = {
            **said,
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": self._clock().strftime(_TIME),
            "X-Amz-Expires": str(valid_s),
            "X-Amz-SignedHeaders": "host",
        }
        signature = _sign(_METHODS[operation], path, urlencode(sorted(query.items())))
        return f"https://{HOST}{path}?{urlencode(query)}&X-Amz-Signature={signature}"

    def open(self, method: str, url: str) -> Opened | Refusal:
        """Tell what a link opens now."""
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        signature = query.pop("X-Amz-Signature", "")
        if not signature:
            return DENIED
        if _sign(method, parts.path, urlencode(sorted(query.items()))) != signature:
            return FORGED
        signed_at = datetime.strptime(query["X-Amz-Date"], _TIME).replace(tzinfo=UTC)
        valid_s = int(query["X-Amz-Expires"])
        if valid_s > LINK_MAX_S:
            return Refusal(400, "AuthorizationQueryParametersError")
        if self._clock() >= signed_at + timedelta(seconds=valid_s):
            return DENIED
        bucket, _, key = unquote(parts.path).removeprefix("/").partition("/")
        said = {name: query[name] for name in _RESPONSE.values() if name in query}
        return Opened(bucket, key, said)

    def form(
        self,
        bucket: str,
        key: str,
        fields: Mapping[str, str],
        conditions: list[Any],
        valid_s: int,
    ) -> dict[str, Any]:
        """Sign a form."""
        now = self._clock()
        own = {"x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-date": now.strftime(_TIME)}
        rules = [*conditions, {"bucket": bucket}, {"key": key}]
        rules += [{name: value} for name, value in own.items()]
        until = (now + timedelta(seconds=valid_s)).strftime("%Y-%m-%dT%H:%M:%SZ")
        policy = base64.b64encode(
            json.dumps({"expiration": until, "conditions": rules}).encode()
        ).decode()
        signed = {"policy": policy, "x-amz-signature": _sign("POST", bucket, policy)}
        return {
            "url": f"https://{HOST}/{bucket}",
            "fields": {**fields, "key": key, **own, **signed},
        }

    def take(self, bucket: str, fields: Mapping[str, str], size_bytes: int) -> Refusal | None:
        """Tell whether a form that was filled in so is taken now, and if not, why."""
        policy = fields.get("policy", "")
        if _sign("POST", bucket, policy) != fields.get("x-amz-signature"):
            return FORGED
        told = json.loads(base64.b64decode(policy))
        if self._clock() >= datetime.fromisoformat(told["expiration"]):
            return DENIED
        found = {**fields, "bucket": bucket}
        named: set[str] = {"policy", "x-amz-signature", "bucket"}
        for rule in told["conditions"]:
            name, refusal = _judge(rule, found, size_bytes)
            named.add(name)
            if refusal:
                return refusal
        return DENIED if found.keys() - named else None


def _judge(rule: Any, fields: Mapping[str, str], size_bytes: int) -> tuple[str, Refusal | None]:
    """Tell which field a rule speaks of, and what it has against it."""
    if isinstance(rule, dict):
        ((name, wanted),) = rule.items()
        return name, None if fields.get(name) == wanted else DENIED
    kind, first, second = rule
    if kind == "content-length-range":
        if size_bytes > second:
            return "", Refusal(400, "EntityTooLarge")
        return "", Refusal(400, "EntityTooSmall") if size_bytes < first else None
    name = first.removeprefix("$")
    value = fields.get(name, "")
    fits = value == second if kind == "eq" else value.startswith(second)
    return name, None if fits else DENIED


def _sign(*parts: str) -> str:
    return hmac.new(_SECRET, "\n".join(parts).encode(), hashlib.sha256).hexdigest()
