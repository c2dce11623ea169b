"""The table of the operator's commands."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict

from cliphook.runtime.operator.backfilling import BACKFILL
from cliphook.runtime.operator.deleting import DELETE_ACCOUNT, DELETE_JOB, DELETIONS
from cliphook.runtime.operator.desk import Answer, Command, Desk
from cliphook.runtime.operator.inspecting import INSPECT, MEASURE
from cliphook.runtime.operator.keys import CREATE_ACCOUNT, CREATE_KEY
from cliphook.runtime.operator.money import AUDIT, BALANCE, GRANT
from cliphook.runtime.operator.quarantine import DISMISS, REREAD, RETRY_CLIP
from cliphook.runtime.operator.redriving import NUDGE, REDRIVE, UNPARK
from cliphook.runtime.operator.replaying import REPLAY

# `Any`, because a table of commands that are told different things cannot be said in types.
COMMANDS: Final[Mapping[str, Command[Any]]] = {
    "create_account": CREATE_ACCOUNT,
    "create_key": CREATE_KEY,
    "grant": GRANT,
    "balance": BALANCE,
    "audit": AUDIT,
    "inspect": INSPECT,
    "measure": MEASURE,
    "redrive": REDRIVE,
    "unpark": UNPARK,
    "nudge": NUDGE,
    "reread": REREAD,
    "retry_clip": RETRY_CLIP,
    "dismiss": DISMISS,
    "backfill": BACKFILL,
    "delete_job": DELETE_JOB,
    "delete_account": DELETE_ACCOUNT,
    "deletions": DELETIONS,
    "replay": REPLAY,
}


def _known(name: str) -> str:
    if name not in COMMANDS:
        message = f"a command is one of {', '.join(COMMANDS)}"
        raise ValueError(message)
    return name


class _Named(BaseModel):
    model_config = ConfigDict(extra="allow")

    command: Annotated[str, AfterValidator(_known)]


def carry_out(event: Mapping[str, Any], desk: Desk) -> Answer:
    """Carry out the command that an event names; raises `ValidationError` where it is none."""
    name = _Named.model_validate(event).command
    told = {field: value for field, value in event.items() if field != "command"}
    return COMMANDS[name].carry_out(told, desk)
