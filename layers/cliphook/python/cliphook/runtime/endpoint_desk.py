"""What an account can do about its webhooks: the story of `endpoints`."""

import secrets as chance
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cliphook.adapters import aws
from cliphook.adapters.api_endpoints import (
    read_endpoint,
    read_overlap,
    read_span,
    read_wishes,
    show_delivery,
    show_endpoint,
)
from cliphook.adapters.documents import write_time
from cliphook.adapters.dynamodb_deliveries import DynamoDbDeliveries
from cliphook.adapters.dynamodb_endpoints import DynamoDbEndpoints
from cliphook.adapters.httpx_poster import HttpxPoster
from cliphook.adapters.secrets import Secrets
from cliphook.adapters.signing_secrets import DerivedSecrets
from cliphook.adapters.sqs_errands import SqsErrands
from cliphook.application import keep_endpoint as keep
from cliphook.application.send_again import retry_delivery, send_test
from cliphook.application.webhook_ports import (
    Deliveries,
    DeliveryRef,
    Endpoints,
    Errands,
    Poster,
    Replay,
    SigningSecrets,
)
from cliphook.domain.endpoint import Endpoint
from cliphook.domain.errors import UnknownResourceError
from cliphook.domain.ids import AccountId, DeliveryId, EndpointId, is_id, make_id
from cliphook.domain.webhook_signature import write_secret
from cliphook.runtime.clock import now
from cliphook.runtime.observability import logger
from cliphook.runtime.paging import fitting, read_limit
from cliphook.runtime.settings import WebhookSettings

_ENTROPY_BYTES: Final = 10

type Shown = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything about an account's receivers; what belongs to another one does not exist."""

    endpoints: Endpoints
    deliveries: Deliveries
    errands: Errands
    poster: Poster
    secrets: SigningSecrets
    clock: Callable[[], datetime]

    def create(self, account_id: AccountId, body: bytes) -> Shown:
        """Register an endpoint that has answered a ping; its secret is shown this once."""
        asked, at = read_endpoint(body), self.clock()
        endpoint = Endpoint(
            id=EndpointId(make_id("ep", at, chance.token_bytes(_ENTROPY_BYTES))),
            account_id=account_id,
            url=asked.url,
            events=asked.events,
            description=asked.description,
            created_at=at,
        )
        keep.add_endpoint(
            endpoint, endpoints=self.endpoints, poster=self.poster, secrets=self.secrets
        )
        logger.info("endpoint created", extra={"endpoint_id": endpoint.id})
        return {**show_endpoint(endpoint), "secret": self._secret(endpoint)}

    def list_all(self, account_id: AccountId) -> Shown:
        """List all endpoints: there are so few that one page holds them."""
        found = self.endpoints.list_all(account_id)
        return {"data": [show_endpoint(one) for one in found], "next_cursor": None}

    def show(self, account_id: AccountId, endpoint_id: str) -> Shown:
        """Show an endpoint."""
        return show_endpoint(self._find(account_id, endpoint_id))

    def change(self, account_id: AccountId, endpoint_id: str, body: bytes) -> Shown:
        """Change an endpoint."""
        changed = keep.change_endpoint(
            account_id,
            self._find(account_id, endpoint_id).id,
            read_wishes(body),
            endpoints=self.endpoints,
            poster=self.poster,
            secrets=self.secrets,
            now=self.clock(),
        )
        logger.info("endpoint changed", extra={"endpoint_id": endpoint_id})
        return show_endpoint(changed)

    def remove(self, account_id: AccountId, endpoint_id: str) -> Shown:
        """Delete an endpoint, and show nothing."""
        found, at = self._find(account_id, endpoint_id), self.clock()
        keep.remove_endpoint(account_id, found.id, endpoints=self.endpoints, now=at)
        logger.info("endpoint deleted", extra={"endpoint_id": endpoint_id})
        return {}

    def rotate(self, account_id: AccountId, endpoint_id: str, body: bytes) -> Shown:
        """Give an endpoint a new secret, which is shown this once."""
        found, at = self._find(account_id, endpoint_id), self.clock()
        overlap = read_overlap(body)
        rotated = keep.rotate_secret(
            account_id, found.id, overlap, endpoints=self.endpoints, now=at
        )
        logger.info("secret rotated", extra={"endpoint_id": endpoint_id})
        return {"secret": self._secret(rotated)}

    def test(self, account_id: AccountId, endpoint_id: str) -> Shown:
        """Send an endpoint a ping, as any event is sent."""
        delivery = send_test(
            self._find(account_id, endpoint_id),
            deliveries=self.deliveries,
            errands=self.errands,
            now=self.clock(),
            entropy=chance.token_bytes(_ENTROPY_BYTES),
        )
        return show_delivery(delivery)

    def replay(self, account_id: AccountId, endpoint_id: str, body: bytes) -> Shown:
        """Send an endpoint a time's events again."""
        since, until = read_span(body, self.clock())
        found = self._find(account_id, endpoint_id)
        self.errands.replay(Replay(account_id, found.id, since, until))
        logger.info("replay ordered", extra={"endpoint_id": endpoint_id})
        return {"endpoint_id": found.id, "since": write_time(since), "until": write_time(until)}

    def list_of_endpoint(
        self, account_id: AccountId, endpoint_id: str, query: Mapping[str, str]
    ) -> Shown:
        """List the deliveries to an endpoint."""
        return self._list(account_id, self._find(account_id, endpoint_id).id, query)

    def list_of_job(self, account_id: AccountId, job_id: str, query: Mapping[str, str]) -> Shown:
        """List the deliveries to the callback URL that came with a job."""
        if not is_id("job", job_id):
            raise UnknownResourceError
        return self._list(account_id, job_id, query)

    def retry(self, account_id: AccountId, delivery_id: str) -> Shown:
        """Set a delivery going again."""
        if not is_id("dlv", delivery_id):
            raise UnknownResourceError
        ref = DeliveryRef(account_id, DeliveryId(delivery_id))
        begun = retry_delivery(
            ref, deliveries=self.deliveries, errands=self.errands, now=self.clock()
        )
        logger.info("delivery retried", extra={"delivery_id": delivery_id})
        return show_delivery(begun)

    def signing_secret(self, account_id: AccountId) -> Shown:
        """Show what callbacks to the URLs of an account's jobs are signed with."""
        return {"secret": write_secret(self.secrets.of_account(account_id))}

    def _list(self, account_id: AccountId, owner: str, query: Mapping[str, str]) -> Shown:
        limit, cursor = read_limit(query.get("limit")), query.get("cursor")
        page = self.deliveries.list_of(account_id, owner, limit, cursor)
        shown = [show_delivery(one) for one in page.items]
        count = fitting(shown)
        next_cursor = page.next_cursor if count == len(shown) else page.items[count - 1].id
        return {"data": shown[:count], "next_cursor": next_cursor}

    def _find(self, account_id: AccountId, endpoint_id: str) -> Endpoint:
        # The table refuses a key that is too long, and that would look like a table in trouble.
        if not is_id("ep", endpoint_id):
            raise UnknownResourceError
        return keep.find_endpoint(account_id, EndpointId(endpoint_id), self.endpoints)

    def _secret(self, endpoint: Endpoint) -> str:
        return write_secret(self.secrets.of_endpoint(endpoint.id, endpoint.secret_version))


def make_desk(settings: WebhookSettings) -> Desk:
    """Put the parts together at cold start."""
    secrets = Secrets(settings.SECRETS_PREFIX, aws.secretsmanager())
    return Desk(
        endpoints=DynamoDbEndpoints(settings.TABLE_NAME, aws.dynamodb()),
        deliveries=DynamoDbDeliveries(settings.TABLE_NAME, aws.dynamodb()),
        errands=SqsErrands(settings.DELIVER_QUEUE_URL, aws.sqs()),
        poster=HttpxPoster(own_url=settings.PUBLIC_URL, allow_loopback=settings.FETCH_LOOPBACK),
        secrets=DerivedSecrets(secrets.webhooks_master),
        clock=now,
    )
