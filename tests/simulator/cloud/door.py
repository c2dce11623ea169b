"""
The door of a fake: every operation goes through it, and so through whatever may happen to it.

A call that fails comes out as the SDK would raise it once its own attempts are used up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Concatenate, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from tests.simulator.cloud.services import Answer, Request, Service, service
from tests.simulator.effects import Effect, Effects, Loss, LostCallError, Port

DONE: Final = {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}


class UnknownParameterError(Exception):
    """A parameter that the fake does not know; the service may, so ignoring it would be a lie."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """How a service says that there were too many calls."""

    code: str = "ThrottlingException"
    message: str = "Rate exceeded"
    status: int = 400


class Door:
    """Lets calls of one service in, and their answers out."""

    def __init__(
        self,
        effects: Effects,
        port: Port,
        name: str,
        *,
        throttled: Throttled = Throttled(),
        is_strict: bool = False,
    ) -> None:
        """Be strict to refuse what the SDK refuses; it costs a walk through every request."""
        self.service: Service = service(name)
        self._name = name
        self._effects = effects
        self._port = port
        self._throttled = throttled
        self._is_strict = is_strict

    def call(
        self,
        operation: str,
        known: frozenset[str],
        request: Request,
        act: Callable[[Effect], Answer],
    ) -> Answer:
        """Let an operation happen, or not, or happen unheard."""
        if self._is_strict:
            self.service.validate(operation, request)
        if not request.keys() <= known:
            raise UnknownParameterError(operation, *sorted(request.keys() - known))
        try:
            with self._effects.step(self._port, operation) as effect:
                answer = act(effect)
        except LostCallError as lost:
            raise self._lost(operation, lost.loss) from None
        answer["ResponseMetadata"] = DONE
        return answer

    def error(
        self, operation: str, code: str, message: str, *, status: int = 400, **more: Any
    ) -> ClientError:
        """Make an error of this service."""
        return self.service.error(operation, code, message, status=status, more=more)

    def _lost(self, operation: str, loss: Loss) -> ClientError | BotoCoreError:
        if loss is Loss.THROTTLED:
            told = self._throttled
            return self.service.error(operation, told.code, told.message, status=told.status)
        return ReadTimeoutError(endpoint_url=f"https://{self._name}.us-east-1.amazonaws.com/")


class Behind(Protocol):
    """A fake behind its door."""

    @property
    def _door(self) -> Door: ...


def operation[F: Behind](
    *names: str,
) -> Callable[[Callable[[F, Request, Effect], Answer]], Callable[Concatenate[F, ...], Answer]]:
    """Make a client's method, which knows parameters of these names, of what the fake does."""
    known = frozenset(names)

    def decorate(
        act: Callable[[F, Request, Effect], Answer],
    ) -> Callable[Concatenate[F, ...], Answer]:
        name = act.__name__

        @wraps(act)
        def call(self: F, **request: Any) -> Answer:
            return self._door.call(name, known, request, partial(act, self, request))

        return call

    return decorate
