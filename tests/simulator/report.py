"""What is told of a violation: which invariant, where, after what, and how to see it again."""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from tests.simulator import written
from tests.simulator.cases import Case, Outcome, act
from tests.simulator.checks.reading import plain
from tests.simulator.checks.rules import RULES
from tests.simulator.decisions import Decision
from tests.simulator.play import Violation
from tests.simulator.source import commit

# What of a trace is shown before the violating step.
STEPS_MAX: Final = 40
VALUE_MAX: Final = 160


def statement(invariant: str) -> str:
    """Say what an invariant promises, in the words of its checks."""
    return " ".join(rule.says for rule in RULES if rule.invariant == invariant)


def says(violation: Violation) -> str:
    """Say what the check that failed promises."""
    named = violation.message.removeprefix("in the end: ").partition(":")[0]
    found = [rule.says for rule in RULES if rule.name == named]
    return found[0] if found else statement(violation.invariant)


def again(case: Case) -> str:
    """Write the one line that plays a case again."""
    if case.decisions is None:
        arguments = f"--seed {case.seed}"
    else:
        told = written.write(case.decisions)
        arguments = f"--scenario '{case.scenario}' --seed {case.seed} --decisions '{told}'"
    return f'make simulate ARGS="{arguments}"'


def report(outcome: Outcome, case: Case) -> str:
    """Tell of a violation that `outcome` has shown and the shrunk `case` shows again."""
    played = act(case, is_traced=True)
    violation = (played.violations or outcome.violations)[0]
    lines = [
        f"{violation.invariant} is violated, {violation.at:.3f} s after the beginning",
        f"  {violation.message}",
        f"  invariant: {says(violation)}",
        f"  scenario:  {case.scenario}",
        f"  seed:      {outcome.case.seed}",
        f"  commit:    {commit()}",
        f"  decisions: {len(case.decisions or ())}, of {len(outcome.decisions)} at first",
        *_table(case.decisions or (), played.steps),
        *_state(violation),
        "  the last steps before it:",
        *(f"    {step}" for step in played.steps[-STEPS_MAX:]),
        f"  again: {again(case)}",
    ]
    return "\n".join(lines)


def _table(decisions: Sequence[Decision], steps: Sequence[str]) -> Iterable[str]:
    """Show decisions as a table: when, who, at which call, and what."""
    if not decisions:
        yield "    (none: it happens by itself)"
        return
    yield f"    {'time':>10}  {'who':<22} {'call':<34} what"
    for decision in decisions:
        at = decision.at
        who = f"{at.actor}#{at.turn}"
        what = " ".join(filter(None, (decision.kind, decision.name, _number(decision.number))))
        place = f"{at.operation} ({at.call})" if at.call else at.operation
        yield f"    {_when(decision, steps):>10}  {who:<22} {place:<34} {what}"


def _number(number: float) -> str:
    return f"{number:g}" if number else ""


def _when(decision: Decision, steps: Sequence[str]) -> str:
    """Find when a decision was taken, in a trace."""
    who, operation = f"{decision.at.actor}#{decision.at.turn}", decision.at.operation
    for step in steps:
        time, _, rest = step.strip().partition(" ")
        if rest.startswith(f"{who} ") and f"{operation} {decision.kind}" in rest:
            return time
    return ""


def _state(violation: Violation) -> Iterable[str]:
    """Show what of a row the violating step has changed."""
    before, after = _flat(violation.before), _flat(violation.after)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not names:
        return
    yield "  the violating step changed:"
    for name in names:
        yield f"    {name}: {_short(before.get(name))} -> {_short(after.get(name))}"


def _flat(item: Any) -> Mapping[str, Any]:
    """Lay a row out, a level deep into its document."""
    if not isinstance(item, Mapping):
        return {}
    told = {name: plain(value) for name, value in item.items()}
    inner = told.pop("job", None)
    return {**told, **({f"job.{n}": v for n, v in inner.items()} if inner else {})}


def _short(value: Any) -> str:
    text = json.dumps(value, default=_spelled, ensure_ascii=False)
    return text if len(text) <= VALUE_MAX else text[: VALUE_MAX - 1] + "…"


def _spelled(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
