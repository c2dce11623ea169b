"""The scenarios, by name."""

from collections.abc import Mapping
from typing import Final

from tests.simulator.scenario import Ask, Scenario

ONE_PUSH_JOB: Final = Scenario("one push job", (Ask({"prompt": "Rain", "model": "sunoapi/V5"}),))

SCENARIOS: Final[Mapping[str, Scenario]] = {row.name: row for row in (ONE_PUSH_JOB,)}
