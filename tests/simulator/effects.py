"""
What may happen to a call of a port: it is the one seam between the fakes and the scheduler.

Every fake wraps each of its operations in `effects.step`. Entering may fail, so that nothing has
happened; leaving may fail, so that it has happened and the caller does not know.
"""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Port(StrEnum):
    """Every way out of a handler; there is no other."""

    KV = "kv"
    BLOB = "blob"
    BUS = "bus"
    QUEUE = "queue"
    HTTP = "http"
    SECRETS = "secrets"
    CLOCK = "clock"
    IDS = "ids"


class Loss(StrEnum):
    """How a failed call looks to its caller."""

    TIMEOUT = "timeout"
    THROTTLED = "throttled"


class LostCallError(Exception):
    """A call that fails; each fake turns it into what its real client would raise."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(loss)
        self.loss = loss


class Killed(BaseException):
    """The process dies here: nothing that it would do after this happens."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What else happens to a call that goes through: half of a batch is refused, a read is old."""

    is_partial: bool = False
    is_stale: bool = False


NORMAL = Effect()


class Effects(Protocol):
    """Who decides what happens to a call."""

    def step(self, port: Port, operation: str) -> AbstractContextManager[Effect]:
        """
        Surround an operation.

        Raises `LostCallError` or `Killed`, on the way in before it has happened, or on the way out
        after it has.
        """
        ...


class NoEffects:
    """Nothing ever happens."""

    @contextmanager
    def step(self, port: Port, operation: str) -> Generator[Effect]:  # noqa: ARG002
        """Let the operation be."""
        yield NORMAL
