"""The suno format as a simulator: one for each provider that is a row of facts."""

from typing import Final

from starlette.routing import Route

from local.simulators import suno_further
from local.simulators.settings import Limit
from local.simulators.simulator import Simulator
from local.simulators.suno_facts import Facts
from local.simulators.suno_format import SunoFormat
from local.simulators.suno_scenario import SunoScenario
from local.simulators.suno_scenarios import scenarios_of
from local.simulators.suno_switches import SunoSwitches

_CREATES: Final = Limit(20, 10.0)
_POLLS: Final = Limit(3, 1.0)


def simulator(facts: Facts) -> Simulator[SunoScenario]:
    """Simulate a provider of the suno format."""
    form = SunoFormat(facts)
    return Simulator(
        provider=facts.provider,
        says=facts.says,
        routes=(
            Route("/api/v1/generate", form.create, methods=["POST"]),
            *suno_further.routes(form),
            Route(facts.credit_path, form.credit, methods=["GET"]),
        ),
        scenarios=scenarios_of(facts),
        nothing_here=form.nothing_here,
        example={
            "customMode": False,
            "instrumental": False,
            "model": "V5",
            "prompt": "A short relaxing piano tune [[sim:S1-happy]]",
            "callBackUrl": "http://127.0.0.1:9900/callback",
        },
        switches=SunoSwitches(),
        create_limit=_CREATES,
        poll_limit=_POLLS,
        changing_field="callBackUrl",
    )
