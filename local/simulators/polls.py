"""Polls that go wrong, and polls too many; what a sound one says is the format's."""

from typing import Any

from starlette.responses import Response

from local.simulators.answers import page
from local.simulators.scenario import PollFault
from local.simulators.tasks import Task
from local.simulators.world import World


def admitted(world: World[Any], task: Task[Any]) -> bool:
    """Count a poll of a task, unless it comes too soon after others."""
    if not task.poll_window.admit(world.clock.monotonic()):
        return False
    task.polls += 1
    return True


def fault_of(task: Task[Any]) -> PollFault | None:
    """Tell what goes wrong with the poll that was just counted."""
    poll = task.scenario.poll
    if poll and (poll.times is None or task.polls <= poll.times):
        fault: PollFault = poll.fault
        return fault
    return None


def broken(fault: PollFault) -> Response | None:
    """Answer as no format does; None is for the format to say in its own words."""
    match fault:
        case PollFault.HTML_502:
            return page(502, "502 Bad Gateway")
        case PollFault.EMPTY_500:
            return Response(status_code=500)
        case PollFault.UNKNOWN | PollFault.RATE:
            return None
