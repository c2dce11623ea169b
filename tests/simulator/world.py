"""A world: one deployment of the real functions, and everybody around it."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from cliphook.adapters import schema
from cliphook.adapters.items import timestamp
from cliphook.adapters.shards import shards
from tests.simulator.accounts import ACCOUNTS, fill
from tests.simulator.ambient import EPOCH, here
from tests.simulator.attackers import Attacker
from tests.simulator.clients import Clients
from tests.simulator.front import Front
from tests.simulator.functions import Functions
from tests.simulator.hosts import Host
from tests.simulator.logs import Logs
from tests.simulator.makers import Maker
from tests.simulator.net import Net
from tests.simulator.numbers import BUCKET, table_settings
from tests.simulator.operators import Operator
from tests.simulator.queues import make_queues
from tests.simulator.release import Release
from tests.simulator.run import Run
from tests.simulator.scenario import Habits, Scenario
from tests.simulator.schedule import Schedule
from tests.simulator.stream import Stream
from tests.simulator.wires import make_wires

# What only a newer release knows.
NEWER: Final = "x_newer"
# Neither we nor any release of ours has written this row. It says that it is to be sent.
POISON_AT_S: Final = 0.9
POISON: Final = {
    schema.PARTITION_KEY: {"S": "JOB#acct_01KAJ5T1W0000000000000000A#job_of_nobody"},
    schema.SORT_KEY: {"S": "EVENT#000001"},
    schema.ENTITY: {"S": schema.Entity.EVENT.value},
    schema.UNSENT.hash_key: {"S": shards()[0]},
    schema.UNSENT.range_key: {"S": timestamp(EPOCH)},
}


class World:
    """Everything in a run; what checkers see of it is here."""

    def __init__(self, run: Run, new: Release, old: Release | None = None) -> None:
        """Deploy, and let everybody get ready."""
        self.run = run
        cloud: Any = run.cloud
        cloud.dynamodb.create_table(**table_settings())
        cloud.s3.create_bucket(Bucket=BUCKET)
        fill(cloud)
        run.note_rows()
        self.functions = Functions(run, new, old)
        self.front = Front(run, self.functions)
        self.queues = make_queues(run, self.functions)
        self.stream = Stream(run, self.functions)
        if not run.scenario.strict:
            self.schedule = Schedule(run, self.functions)
        self.net = Net(run)
        evil = Host("files.villain.test", run)
        self.net.add(evil.name, evil)
        self.attacker = Attacker(run, evil)
        self.makers = {name: self._maker(name) for name in make_wires()}
        self.clients = Clients(run, self.front)
        self.operator = Operator(run, self.functions)
        here.net = self.net

    def begin(self) -> None:
        """Let everybody do what he means to do."""
        self.operator.begin()
        self.clients.begin()
        if self.scenario.redrive_at_s is not None:
            for queue in self.queues:
                self.run.scheduler.at(self.scenario.redrive_at_s, queue.redrive)
        for client, at_s in self.scenario.deleted:
            jobs = f"JOB#{ACCOUNTS[client]}#"
            self.run.scheduler.at(at_s, partial(self.run.delete, jobs))
        if self.scenario.newer:
            self.run.on_rows.append(lambda: self.run.scheduler.after(0.0, self._renew))
        if self.scenario.poison:
            self.run.scheduler.at(POISON_AT_S, partial(self.run.put, POISON))

    def _renew(self) -> None:
        """Be a newer release, which has things to say of new jobs that this one does not know."""
        for (_, row), item in [*self.run.rows.items()]:
            if row == "JOB" and NEWER not in item:
                document = {"M": {**item["job"]["M"], NEWER: {"S": "later"}}}
                self.run.put({**item, NEWER: {"S": "later"}, "job": document})

    def _maker(self, name: str) -> Maker:
        run = self.run
        wire = make_wires()[name]
        host = Host(f"files.{name}.test", run)
        habits = run.scenario.providers.get(name, Habits())
        maker = Maker(name, wire, habits, run=run, front=self.front, host=host)
        maker.on_task.append(self.attacker.see)
        self.net.add(host.name, host)
        self.net.add(wire.host, maker)
        return maker

    @property
    def scenario(self) -> Scenario:
        return self.run.scenario

    @property
    def now(self) -> float:
        """Tell the true time."""
        return self.run.now

    @property
    def faults_end_s(self) -> float:
        """Tell from when on no fault happens any more."""
        return self.run.faults_end_s

    @property
    def logs(self) -> Logs:
        return self.run.logs

    @property
    def rows(self) -> Mapping[tuple[Any, ...], Mapping[str, Any]]:
        """Give the table as it is."""
        return self.run.rows

    @property
    def objects(self) -> Mapping[str, bytes]:
        """Give the bucket as it is."""
        return self.run.objects

    @property
    def waiting(self) -> Mapping[str, int]:
        """Count the messages in each queue."""
        return {name: count for queue in self.queues for name, count in queue.waiting.items()}
