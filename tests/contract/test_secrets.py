"""What the adapters promise of secrets, over moto: the operator's keys, and our own."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from cliphook.adapters import aws
from cliphook.adapters.secrets import Secrets
from cliphook.domain.errors import UnavailableStoreError, UnconfiguredProviderError
from tests.support.lean_moto import mock_aws

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

PREFIX = "cliphook/test"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at_s = 1000.0

    def __call__(self) -> float:
        return self.at_s


@pytest.fixture
def client() -> "Iterator[SecretsManagerClient]":
    with mock_aws():
        yield aws.secretsmanager()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def secrets(client: "SecretsManagerClient", clock: Clock) -> Secrets:
    return Secrets(PREFIX, client, clock)


def create(client: "SecretsManagerClient", name: str, value: str) -> None:
    client.create_secret(Name=f"{PREFIX}/{name}", SecretString=value)


def store(client: "SecretsManagerClient", name: str, value: str) -> None:
    client.put_secret_value(SecretId=f"{PREFIX}/{name}", SecretString=value)


def key(text: str) -> str:
    return json.dumps({"api_key": text})


def test_a_secret_is_kept_for_five_minutes(
    secrets: Secrets, client: "SecretsManagerClient", clock: Clock
) -> None:
    create(client, "provider/sunoapi", key("old"))
    assert secrets.api_key("sunoapi") == "old"
    store(client, "provider/sunoapi", key("new"))

    clock.at_s += 299.9
    assert secrets.api_key("sunoapi") == "old"
    clock.at_s += 0.1
    assert secrets.api_key("sunoapi") == "new"


def test_a_fresh_key_is_asked_for_at_once_and_kept(
    secrets: Secrets, client: "SecretsManagerClient"
) -> None:
    create(client, "provider/sunoapi", key("old"))
    secrets.api_key("sunoapi")
    store(client, "provider/sunoapi", key("new"))

    assert secrets.api_key("sunoapi", fresh=True) == "new"
    assert secrets.api_key("sunoapi") == "new"


def test_providers_have_keys_of_their_own(secrets: Secrets, client: "SecretsManagerClient") -> None:
    create(client, "provider/sunoapi", key("one"))
    create(client, "provider/apikley", key("two"))

    assert (secrets.api_key("sunoapi"), secrets.api_key("apikley")) == ("one", "two")


UNCONFIGURED = ["", "{}", key(""), '{"api_key": null}', '{"api_key": 7}', "sk-plain", "[]", '"sk"']


@pytest.mark.parametrize("value", UNCONFIGURED)
def test_a_key_that_the_operator_has_not_stored_is_said_so(
    secrets: Secrets, client: "SecretsManagerClient", value: str
) -> None:
    create(client, "provider/sunoapi", value or " ")

    with pytest.raises(UnconfiguredProviderError):
        secrets.api_key("sunoapi")


def test_a_provider_without_any_secret_is_not_configured(secrets: Secrets) -> None:
    with pytest.raises(UnconfiguredProviderError):
        secrets.api_key("sunoapi")


def test_a_ticket_master_that_was_never_replaced_stands_alone(
    secrets: Secrets, client: "SecretsManagerClient"
) -> None:
    create(client, "callback", "one")

    assert secrets.callback_masters() == (b"one",)


def test_the_master_that_was_replaced_comes_second(
    secrets: Secrets, client: "SecretsManagerClient"
) -> None:
    create(client, "callback", "one")
    store(client, "callback", "two")

    assert secrets.callback_masters() == (b"two", b"one")


def test_masters_and_pepper_are_kept_too(secrets: Secrets, client: "SecretsManagerClient") -> None:
    create(client, "callback", "one")
    create(client, "pepper", "salt")
    before = (secrets.callback_masters(), secrets.pepper())
    store(client, "callback", "two")
    store(client, "pepper", "sugar")

    assert (secrets.callback_masters(), secrets.pepper()) == before == ((b"one",), b"salt")


def test_a_deployment_without_its_secrets_does_not_go_on_without_them(secrets: Secrets) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        secrets.pepper()
    with pytest.raises(ClientError, match="ResourceNotFound"):
        secrets.callback_masters()


def test_a_refused_call_is_not_taken_for_a_missing_secret(
    secrets: Secrets, client: "SecretsManagerClient"
) -> None:
    with Stubber(client) as stubber:
        for _ in range(3):
            stubber.add_client_error("get_secret_value", "InternalServiceError")

        with pytest.raises(UnavailableStoreError):
            secrets.api_key("sunoapi")
        with pytest.raises(UnavailableStoreError):
            secrets.pepper()
        with pytest.raises(UnavailableStoreError):
            secrets.callback_masters()


def test_a_failure_is_not_kept(secrets: Secrets, client: "SecretsManagerClient") -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("get_secret_value", "InternalServiceError")
        with pytest.raises(UnavailableStoreError):
            secrets.pepper()
    create(client, "pepper", "salt")

    assert secrets.pepper() == b"salt"
