"""The operator: gives credit, and tries again until it is given."""

from functools import partial
from typing import Final

from tests.simulator.accounts import ACCOUNTS
from tests.simulator.functions import Functions
from tests.simulator.run import Run
from tests.simulator.scheduler import Invocation

AGAIN_S: Final = 5.0


class Operator:
    """Somebody with the right to call the operator's function."""

    def __init__(self, run: Run, functions: Functions) -> None:
        self._run = run
        self._functions = functions

    def begin(self) -> None:
        """Put what a scenario wants given on the agenda."""
        for client, amount in self._run.scenario.credit:
            self._run.scheduler.at(0.0, partial(self._grant, client, amount))

    def _grant(self, client: str, amount: str) -> None:
        order = {
            "command": "grant",
            "account_id": ACCOUNTS[client],
            "amount": amount,
            "reference": f"grant-{client}",
        }

        def hear(invocation: Invocation) -> None:
            if invocation.outcome != "done":
                again = partial(self._grant, client, amount)
                self._run.scheduler.after(AGAIN_S, again)

        self._functions.invoke("operator", order, hear)
