"""`replay`: what was announced in a time, once more to a subscriber that has missed it."""

import hashlib
from typing import Annotated, Final, Self

from pydantic import AwareDatetime, Field, model_validator

from cliphook.adapters import schema
from cliphook.application.operations_ports import Replayed
from cliphook.runtime.observability import logger
from cliphook.runtime.operator.desk import Answer, Command, Desk, Order

# EventBridge's names have 64 characters: room for a rule's, and for a hash of what is asked.
_RULE_CHARACTERS: Final = 40
_HASH_DIGITS: Final = 16


class Replay(Order):
    """Replay to one rule what was announced in a time."""

    rule: Annotated[str, Field(pattern=r"^[.\-_A-Za-z0-9]{1,64}$")]
    since: AwareDatetime
    until: AwareDatetime

    @model_validator(mode="after")
    def _is_a_time(self) -> Self:
        if self.since >= self.until:
            message = "since is to be before until"
            raise ValueError(message)
        return self


def _replay(order: Replay, desk: Desk) -> Answer:
    """Start it, and say by which name the bus knows it; the same order again starts nothing."""
    name = _name(order, desk.function)
    state, reason = _forbidden(order.rule, desk), ""
    if state is None:
        state, reason = desk.replays.start(name, order.rule, order.since, order.until)
    logger.info("replay", extra={"rule": order.rule, "replay": name, "state": state})
    told = {"replay": name, "rule": order.rule, "state": state}
    return told | ({"reason": reason} if state is Replayed.REFUSED else {})


def _forbidden(rule: str, desk: Desk) -> Replayed | None:
    """
    Say why nothing may be replayed to a rule.

    What our own hear are work orders, or announcements that clients have a replay of their own for.
    """
    sources = desk.replays.sources(rule)
    if sources is None:
        return Replayed.NO_SUCH_RULE
    is_ours = rule.startswith(desk.function.removesuffix("operator"))
    return Replayed.OWN_RULE if is_ours or schema.ORDER_SOURCE in sources else None


def _name(order: Replay, function: str) -> str:
    asked = f"{function} {order.rule} {order.since.timestamp()} {order.until.timestamp()}"
    digits = hashlib.sha256(asked.encode()).hexdigest()[:_HASH_DIGITS]
    return f"{order.rule[:_RULE_CHARACTERS]}-{digits}"


REPLAY: Final = Command(Replay, _replay)
