"""A promise of AWS: a sentence, what is done, and what is to be seen then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from tests.contract.aws.world import World

type Observe = Callable[[World], object]

# What a call answers that is taken.
TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Case:
    """One promise."""

    sentence: str
    observe: Observe
    seen: object
    # How much time must pass; who cannot wait so long is not asked.
    wait_s: float = 0


@dataclass(frozen=True, slots=True)
class Book:
    """The promises of one service."""

    service: str
    cases: list[Case] = field(default_factory=list)

    def promise(
        self, sentence: str, *, seen: object, wait_s: float = 0
    ) -> Callable[[Observe], Observe]:
        """Write down a promise, and how to see whether it is kept."""

        def write(observe: Observe) -> Observe:
            self.cases.append(Case(f"{self.service}: {sentence}", observe, seen, wait_s))
            return observe

        return write


def outcome(call: Callable[..., Any], **request: Any) -> str:
    """Tell how a call ended: taken, or refused, and then by which code."""
    try:
        call(**request)
    except ClientError as error:
        return error.response["Error"]["Code"]
    except ParamValidationError:
        return "ParamValidationError"
    return TAKEN


def refusal(call: Callable[..., Any], **request: Any) -> dict[str, Any]:
    """Tell all that a refused call answers, or nothing at all if it is taken."""
    try:
        call(**request)
    except ClientError as error:
        return dict(error.response)
    return {}
