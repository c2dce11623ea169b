"""Invocations of the real functions: each in a process of its own, as long as it has time."""

from collections.abc import Callable
from dataclasses import dataclass
from traceback import format_exception_only
from types import TracebackType
from typing import Any, Final

from tests.simulator.decisions import Kind
from tests.simulator.effects import Killed
from tests.simulator.logs import Ended
from tests.simulator.numbers import TIMEOUTS_S, environment
from tests.simulator.release import Release
from tests.simulator.run import Run
from tests.simulator.sandboxes import SANDBOXES
from tests.simulator.scheduler import Invocation

# How long a process takes from the invocation to the first line of the handler.
START_S: Final = 0.01

type Over = Callable[[Invocation], None]


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda says of an invocation."""

    aws_request_id: str
    function_name: str
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:cliphook"


class Functions:
    """The functions of a deployment, and perhaps those of the release before it."""

    def __init__(self, run: Run, new: Release, old: Release | None = None) -> None:
        """Run the new release; the old one wherever that is decided."""
        self._run = run
        self._new = new
        self._old = old
        self._skews_s: dict[str, float] = {}

    def invoke(self, function: str, event: Any, over: Over) -> None:
        """Begin an invocation now; `over` is told how it ended."""
        run = self._run
        turn = run.turn(function)
        release = self._decide(function, turn)
        told = environment(release.settings_of(function), run.scenario.settings)
        sandbox = SANDBOXES.enter(release, function, told)
        ends_at = run.now + TIMEOUTS_S[function]
        invocation = Invocation(function, turn, ends_at, str(sandbox.folder))
        if run.faults.are_on:
            invocation.clock_off_s = self.skew_s(function)
        context = Context(f"{function}-{turn:06d}", f"cliphook-{function}")

        def live() -> None:
            with _Process(invocation):
                run.scheduler.wait(START_S)
                invocation.answer = sandbox.handler(event, context)

        def end() -> None:
            sandbox.is_busy = False
            sandbox.is_dirty |= invocation.is_dead
            told = (function, turn, invocation.began_at, invocation.outcome)
            if run.is_traced:
                run.faults.trace(f"{function}#{turn}", f"is over: {invocation.outcome}")
            run.logs.add(
                Ended(run.now, *told, invocation.calls, invocation.error, invocation.paused_s)
            )
            over(invocation)

        run.scheduler.begin(invocation, live, end)

    def skew_s(self, function: str) -> float:
        """Tell how far a function's clock is off."""
        return self._skews_s.get(function, 0.0)

    def _decide(self, function: str, turn: int) -> Release:
        """Decide by whose clock and in which release an invocation runs."""
        kinds = (Kind.SKEW, Kind.OLD_CODE) if self._old else (Kind.SKEW,)
        decided = self._run.decide(function, turn, "begin", *kinds)
        if decided and decided.kind is Kind.SKEW:
            self._skews_s[function] = decided.number
        is_old = decided and decided.kind is Kind.OLD_CODE
        return self._old if is_old and self._old else self._new


class _Process:
    """What Lambda makes of what a handler raises."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> bool:
        invocation = self._invocation
        if invocation.is_dead or kind is Killed:
            invocation.answer = None
            return True
        if error is None:
            return False
        invocation.outcome = "raised"
        invocation.error = "".join(format_exception_only(error)).strip()
        return isinstance(error, Exception)
