"""Every way to behave, by name; the README of this folder says how to order one."""

from collections.abc import Mapping
from typing import Final

from local.simulators.facts import Facts
from local.simulators.scenario import Answer, Scenario
from local.simulators.scenarios_format import CALLBACKS, FAILURES, POLLS
from local.simulators.scenarios_numbered import CREATES, FILES, NUMBERED

SCENARIOS: Final[Mapping[str, Scenario]] = {
    **NUMBERED,
    **CREATES,
    **CALLBACKS,
    **FAILURES,
    **POLLS,
    **FILES,
}


def available(name: str, facts: Facts) -> bool:
    """Tell whether a provider can behave so: it may not have the refusal, or failure, at all."""
    scenario = SCENARIOS.get(name)
    if scenario is None:
        return False
    create = scenario.create
    if create and create.answer is Answer.REFUSED and create.refusal not in facts.refusals:
        return False
    return scenario.failure in facts.failures
