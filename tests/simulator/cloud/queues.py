"""One queue of SQS: its messages, who holds them and how long, and where they go in the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

VISIBILITY_MAX: Final = timedelta(hours=12)
# What holds until somebody says else.
DEFAULTS: Final[Mapping[str, str]] = {
    "DelaySeconds": "0",
    "MaximumMessageSize": "1048576",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "VisibilityTimeout": "30",
}


@dataclass(slots=True)
class Message:
    """One message, and its life so far."""

    id: str
    body: str
    sent_at: datetime
    visible_at: datetime
    attributes: Mapping[str, Any] = field(default_factory=dict)
    receives: int = 0
    first_received_at: datetime | None = None
    received_at: datetime | None = None
    handle: str = ""


@dataclass(slots=True)
class Queue:
    """Messages in the order in which they came."""

    name: str
    url: str
    attributes: dict[str, str]
    messages: dict[str, Message] = field(default_factory=dict)
    dead_letters: "Queue | None" = None
    receives_max: int = 0

    def visible(self, now: datetime) -> list[Message]:
        """
        Find what may be received now.

        A message that was received as often as the redrive policy allows goes to the dead letters
        instead, and one that was kept too long is gone.
        """
        self.forget(now)
        found: list[Message] = []
        for message in [one for one in self.messages.values() if one.visible_at <= now]:
            if self.dead_letters and message.receives >= self.receives_max:
                self._bury(message, self.dead_letters)
            else:
                found.append(message)
        return found

    def forget(self, now: datetime) -> None:
        """Delete what was kept too long, since it was first sent."""
        kept = timedelta(seconds=int(self.attributes["MessageRetentionPeriod"]))
        for message in [one for one in self.messages.values() if one.sent_at + kept <= now]:
            del self.messages[message.id]

    def _bury(self, message: Message, dead_letters: "Queue") -> None:
        del self.messages[message.id]
        message.handle = ""
        message.received_at = None
        dead_letters.messages[message.id] = message

    def held_by(self, handle: str) -> Message | None:
        """Find the message that was last received under a handle."""
        found = self.messages.get(handle.partition("#")[0])
        return found if found and found.handle == handle else None

    def counts(self, now: datetime) -> Mapping[str, str]:
        """Count the messages that wait, that somebody holds, and that are put off."""
        self.forget(now)
        hidden = [one for one in self.messages.values() if one.visible_at > now]
        delayed = sum(not one.receives for one in hidden)
        return {
            "ApproximateNumberOfMessages": str(len(self.messages) - len(hidden)),
            "ApproximateNumberOfMessagesNotVisible": str(len(hidden) - delayed),
            "ApproximateNumberOfMessagesDelayed": str(delayed),
        }
