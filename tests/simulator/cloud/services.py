"""
What the SDK knows of a service: its errors, and the shapes of its requests and answers.

It is read from botocore's own descriptions, so a client's `exceptions` are as wide as the real
ones, and no wider.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from botocore.errorfactory import ClientExceptionsFactory
from botocore.exceptions import ClientError, ParamValidationError
from botocore.session import get_session
from botocore.validate import ParamValidator

type Request = Mapping[str, Any]
type Answer = dict[str, Any]

# A service that once spoke another protocol still answers with the code of that time.
_NAMES: Final = {"AWS.SimpleQueueService.NonExistentQueue": "QueueDoesNotExist"}


class Service:
    """One service, as botocore describes it."""

    def __init__(self, name: str) -> None:
        self._model = _session().get_service_model(name)
        self.exceptions: Any = ClientExceptionsFactory().create_client_exceptions(self._model)

    def error(
        self,
        operation: str,
        code: str,
        message: str,
        *,
        status: int = 400,
        more: Mapping[str, Any] | None = None,
    ) -> ClientError:
        """Make the error that the SDK raises for an answer with this code."""
        name = _NAMES.get(code, code)
        told = {"Code": code, "Message": message}
        response: Any = {
            "Error": told if name == code else {**told, "QueryErrorCode": name},
            "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0},
            **(more or {}),
        }
        made: Callable[..., ClientError] = self.exceptions.from_code(name)
        return made(response, wire_name(operation))

    def validate(self, operation: str, request: Request) -> None:
        """Refuse what the SDK refuses before it sends anything: an unknown or missing parameter."""
        shape = self._model.operation_model(wire_name(operation)).input_shape
        report = ParamValidator().validate(request, shape)  # type: ignore[arg-type]
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())


_session: Final = cache(get_session)


@cache
def service(name: str) -> Service:
    """Describe a service; reading costs hundreds of milliseconds, once."""
    return Service(name)


@cache
def wire_name(operation: str) -> str:
    """Name an operation as the service does: `get_item` is GetItem."""
    return "".join(part.capitalize() for part in operation.split("_"))
