"""Secrets Manager in memory: secrets, their versions, and the labels that wander from one on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tests.simulator.cloud.door import Door, operation
from tests.simulator.cloud.services import Answer, Request
from tests.simulator.effects import Effect, Effects, Port

CURRENT: Final = "AWSCURRENT"
PREVIOUS: Final = "AWSPREVIOUS"
VALUE_MAX_BYTES: Final = 65_536

_VALUES: Final = ("SecretString", "SecretBinary")


@dataclass(slots=True)
class Version:
    """One value of a secret."""

    id: str
    value: dict[str, Any]
    created_at: datetime
    labels: set[str] = field(default_factory=set)


class FakeSecretsManager:
    """A client of Secrets Manager."""

    def __init__(
        self, effects: Effects, clock: Callable[[], datetime], *, is_strict: bool = False
    ) -> None:
        self._door = Door(effects, Port.SECRETS, "secretsmanager", is_strict=is_strict)
        self._clock = clock
        self.exceptions = self._door.service.exceptions
        self.secrets: dict[str, list[Version]] = {}
        self._made = 0

    @operation("Name", "ClientRequestToken", "Description", *_VALUES)
    def create_secret(self, request: Request, _: Effect) -> Answer:
        """Make a secret, perhaps without a value."""
        name = request["Name"]
        if name in self.secrets:
            message = f"The operation failed because the secret {name} already exists."
            raise self._door.error("create_secret", "ResourceExistsException", message)
        self.secrets[name] = []
        told = {"ARN": _arn(name), "Name": name}
        if not any(part in request for part in _VALUES):
            return told
        return told | {"VersionId": self._add("create_secret", name, request).id}

    @operation("SecretId", "ClientRequestToken", "VersionStages", *_VALUES)
    def put_secret_value(self, request: Request, _: Effect) -> Answer:
        """Give a secret a new value, which becomes the current one unless it is labelled else."""
        name = self._find("put_secret_value", request["SecretId"])
        version = self._add("put_secret_value", name, request)
        return self._told(name, version)

    @operation("SecretId", "VersionId", "VersionStage")
    def get_secret_value(self, request: Request, _: Effect) -> Answer:
        """Read a secret's value: the current one unless another is asked for."""
        name = self._find("get_secret_value", request["SecretId"])
        version_id, label = request.get("VersionId"), request.get("VersionStage")
        if label is None and version_id is None:
            label = CURRENT
        for version in self.secrets[name]:
            if version_id in {None, version.id} and (label is None or label in version.labels):
                told = self._told(name, version)
                return told | version.value | {"CreatedDate": version.created_at}
        if label and any(version_id == version.id for version in self.secrets[name]):
            message = (
                "You provided a VersionStage that is not associated to the provided VersionId."
            )
            raise self._door.error("get_secret_value", "InvalidRequestException", message)
        asked = f"staging label: {label}" if label else f"VersionId: {version_id}"
        message = f"Secrets Manager can't find the specified secret value for {asked}"
        raise self._door.error("get_secret_value", "ResourceNotFoundException", message)

    def _add(self, operation: str, name: str, request: Request) -> Version:
        value = {part: request[part] for part in _VALUES if part in request}
        self._check(operation, value)
        versions = self.secrets[name]
        self._made += 1
        version_id = request.get("ClientRequestToken") or str(UUID(int=self._made))
        known = next((one for one in versions if one.id == version_id), None)
        if known and known.value != value:
            message = "A resource with the ID you requested already exists."
            raise self._door.error(operation, "ResourceExistsException", message)
        version = known or Version(version_id, value, self._clock())
        if not known:
            versions.append(version)
            self._label(versions, version, request.get("VersionStages") or [CURRENT])
        return version

    def _check(self, operation: str, value: dict[str, Any]) -> None:
        if len(value) != 1:
            message = "You must provide either SecretString or SecretBinary."
            raise self._door.error(operation, "InvalidRequestException", message)
        (content,) = value.values()
        size_bytes = len(content.encode() if isinstance(content, str) else content)
        if not 1 <= size_bytes <= VALUE_MAX_BYTES:
            message = f"The secret value must be 1 to {VALUE_MAX_BYTES} bytes."
            raise self._door.error(operation, "ValidationException", message)

    @staticmethod
    def _label(versions: list[Version], version: Version, labels: list[str]) -> None:
        """Move labels to a version; what was current becomes what was before."""
        current = next((one for one in versions if CURRENT in one.labels), None)
        for label in labels:
            for one in versions:
                one.labels.discard(label)
        version.labels.update(labels)
        if current and CURRENT in labels:
            for one in versions:
                one.labels.discard(PREVIOUS)
            current.labels.add(PREVIOUS)

    def _find(self, operation: str, secret_id: str) -> str:
        for name in self.secrets:
            if secret_id in {name, _arn(name)}:
                return name
        message = "Secrets Manager can't find the specified secret."
        raise self._door.error(operation, "ResourceNotFoundException", message)

    @staticmethod
    def _told(name: str, version: Version) -> Answer:
        return {
            "ARN": _arn(name),
            "Name": name,
            "VersionId": version.id,
            "VersionStages": sorted(version.labels),
        }


def _arn(name: str) -> str:
    return f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}-AbCdEf"
