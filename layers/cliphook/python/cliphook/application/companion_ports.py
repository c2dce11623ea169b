"""What the stories about companions need from outside."""

from typing import Protocol

from cliphook.domain.clip import Clip
from cliphook.domain.companion import Made, Part
from cliphook.domain.job import Job


class CompanionMaker(Protocol):
    """Who has providers make what is wanted beside a clip's audio; raises `UnansweredPollError`."""

    def make(self, job: Job, clip: Clip, part: Part) -> Made:
        """Ask once for a part to be made, which may cost credit at the provider."""
        ...

    def look(self, job: Job, part: Part, task_id: str) -> Made:
        """Ask how far a part is that was asked for, which costs nothing."""
        ...
