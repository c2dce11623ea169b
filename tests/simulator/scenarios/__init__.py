"""The scenarios, by name."""

from collections.abc import Mapping
from typing import Final

from tests.simulator.scenario import Scenario
from tests.simulator.scenarios import arrivals, refusals, troubles, wishes

SCENARIOS: Final[Mapping[str, Scenario]] = {
    row.name: row for row in (*arrivals.ROWS, *refusals.ROWS, *troubles.ROWS, *wishes.ROWS)
}
