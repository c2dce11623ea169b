"""Somebody who knows more than he should, and calls back in a provider's name."""

from functools import partial
from typing import Final

from tests.simulator.courses import State
from tests.simulator.hosts import Host
from tests.simulator.makers import Letter, Maker, Task
from tests.simulator.run import Run
from tests.simulator.scenario import Attack, Audio
from tests.simulator.wires import Track

# When an attack comes: while the task is at work, and long after; the last time is after the
# ticket's, whatever clock is asked.
SOON_S: Final = 20.0
LATER_S: Final = (200.0, 3 * 86_400.0 + 1_200.0)
# A signature of the right length.
_FORGED: Final = "A" * 43


class Attacker:
    """Sends what each scenario's attack is, once for every task."""

    def __init__(self, run: Run, host: Host) -> None:
        """Have a host of his own."""
        self._run = run
        self._host = host
        self._tasks: list[Task] = []

    def see(self, maker: Maker, task: Task) -> None:
        """Learn of a task that a provider has taken, its callbacks' address included."""
        earlier = [one for one in self._tasks if one.id != task.id]
        self._tasks.append(task)
        number, names = task.number, [str(one) for one in maker.habits.attacks]
        attack = Attack(self._run.choose(f"provider.{maker.name}", number, "attack", names))
        if attack is not Attack.NONE and task.callback_url:
            times = LATER_S if attack is Attack.REPLAYED else (SOON_S,)
            other = earlier[-1] if earlier else None
            letter = self._letter(maker, task, attack, other)
            for after_s in times:
                self._run.scheduler.after(after_s, partial(maker.send, task, letter))

    def _letter(self, maker: Maker, task: Task, attack: Attack, other: Task | None) -> Letter:
        url = str(task.callback_url)
        write = maker.wire.callback
        bad = tuple(
            Track(track.id, self._host.put(f"{track.id}-of-mine", Audio.GOOD))
            for track in task.tracks
        )
        match attack:
            case Attack.RANDOM_TICKET:
                # It names the job, and somebody else has signed it.
                url = f"{url.rpartition('.')[0]}.{_FORGED}"
                return Letter(url, write(task.id, State.COMPLETE, bad), State.COMPLETE, attack)
            case Attack.OTHER_TICKET:
                # Of two jobs, what is said of the one under the ticket of the other.
                to = str(other.callback_url) if other else url
                body = write(task.id, State.COMPLETE, task.tracks)
                return Letter(to, body, State.COMPLETE, attack)
            case Attack.REPLAYED:
                return Letter(url, write(task.id, State.FIRST, task.tracks), State.FIRST, attack)
            case Attack.FALSE_END:
                return Letter(url, write(task.id, State.ERROR, task.tracks), State.ERROR, attack)
            case _:
                return Letter(url, write(task.id, State.COMPLETE, bad), State.COMPLETE, attack)
