"""A run in which functions are killed: the proxy before a deployment, its clients, and the end."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from local import demo, front_door
from local.aws_server import free_port
from local.bring_up import Deployment, bring_up
from local.children import Children
from local.demo import Client, Job
from local.options import FOLDER, Options
from local.places import Places
from local.progress import Progress
from local.synth import DEPLOYMENT
from tests.system.kill_points import POINTS, Kill, Plan
from tests.system.kill_proxy import Proxy, opened
from tests.system.kill_songs import Asked, Song, ask, listed, songs
from tests.system.simulators import Entry, creates
from tests.system.steering import told

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient

AWS = "aws"
# Music is complete two seconds after it was asked for.
SCALE = 1 / 60
# Every clip is looked into, which takes as long as it is.
LASTS_S = 5.0
CLIENTS = 8
# How long a submission may be in doubt, which is five minutes otherwise.
UNKNOWN_DEADLINE_S = 60
# The schedule does so each minute.
SWEEP_EVERY_S = 5.0
LOOK_EVERY_S = 4.0
DONE_WITHIN_S = 480.0


@dataclass(frozen=True, slots=True)
class Run:
    """What clients were told, what providers were asked, and who was killed."""

    seed: int
    deployment: Deployment
    plan: Plan
    asked: list[Asked]
    jobs: Mapping[str, Job]
    # What each provider was asked to make.
    entries: Mapping[str, list[Entry]]
    took_s: float

    def kills_of(self, asked: Asked) -> list[Kill]:
        """List the processes that died over a job."""
        return [kill for kill in self.plan.kills if kill.names(asked.job_id, asked.song.name)]

    def entries_of(self, song: Song) -> list[Entry]:
        """List what was asked of all providers for a song."""
        return [
            entry
            for entries in self.entries.values()
            for entry in entries
            if song.name in json.dumps(entry["body"])
        ]


@contextmanager
def up(folder: Path, seed: int) -> Iterator[Deployment]:
    """Bring up a deployment of its own, where nobody else is disturbed."""
    places = Places(home=folder, cache=FOLDER)
    chosen = Options(
        port=free_port(),
        once=True,
        fresh=False,
        scale=SCALE,
        seed=seed,
        tunes=1,
        lasts_s=LASTS_S,
        providers={},
        places=places,
    )
    with ExitStack() as stack:
        door = stack.enter_context(front_door.opened(front_door.listen(chosen.port)))
        children = stack.enter_context(Children(places.logs))
        yield bring_up(chosen, places, children, door, Progress(StringIO()))


def play(deployment: Deployment, number: int, seed: int) -> Run:
    """Ask for so many songs, kill functions while they are made, and wait until all are done."""
    plan, began = Plan(POINTS, seed), time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(behind_a_proxy(deployment, plan))
        stack.enter_context(again_and_again(lambda: sweep(deployment), every_s=SWEEP_EVERY_S))
        stack.enter_context(again_and_again(deployment.witness.listen, every_s=0.0))
        api = stack.enter_context(demo.client(deployment.addresses))
        with ThreadPoolExecutor(CLIENTS) as pool:
            asked = [*pool.map(lambda song: ask(api.http, song), songs(number, seed))]
        while not is_over(found := jobs(api)) and time.monotonic() < began + DONE_WITHIN_S:
            time.sleep(LOOK_EVERY_S)
    return Run(
        seed=seed,
        deployment=deployment,
        plan=plan,
        asked=asked,
        jobs=found,
        entries={name: creates(deployment, name) for name in deployment.addresses.simulators},
        took_s=time.monotonic() - began,
    )


def jobs(api: Client) -> dict[str, Job]:
    """Read all jobs of the account, by their ids."""
    return {job["id"]: job for job in listed(api.http, "/v1/jobs")}


def is_over(found: Mapping[str, Job]) -> bool:
    """Tell whether nothing is left to do, and so nobody to die."""
    return all(job["done"] for job in found.values())


@contextmanager
def behind_a_proxy(deployment: Deployment, plan: Plan) -> Iterator[None]:
    """Let functions speak to AWS and to providers through the one who decides who dies."""
    addresses = deployment.addresses
    behind = {name: place(url) for name, url in addresses.simulators.items()}
    behind[AWS] = place(addresses.aws_endpoint_url)
    with ExitStack() as stack:
        proxy = stack.enter_context(opened(Proxy(str(deployment.places.home), plan.decide, behind)))
        for name in {point.function for point in POINTS}:
            changed = {
                "AWS_ENDPOINT_URL": proxy.url(AWS),
                "PROVIDER_URLS": json.dumps(
                    {name: proxy.url(name) for name in addresses.simulators}
                ),
                "UNKNOWN_DEADLINE_S": str(UNKNOWN_DEADLINE_S),
            }
            stack.enter_context(told(deployment, function(name), **changed))
        yield


def place(url: str) -> tuple[str, int]:
    """Read host and port of an address."""
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def function(name: str) -> str:
    """Name a function of the deployment."""
    return f"cliphook-{DEPLOYMENT}-{name}"


def sweep(deployment: Deployment) -> None:
    """Do what the schedule does."""
    functions: LambdaClient = deployment.aws.client("lambda")
    functions.invoke(FunctionName=function("sweep"))


@contextmanager
def again_and_again(act: Callable[[], object], *, every_s: float) -> Iterator[None]:
    """Do something beside all else until the end of the `with`, and raise what it raised."""
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(every_s):
            act()

    with ThreadPoolExecutor(1) as pool:
        repeating = pool.submit(repeat)
        try:
            yield
        finally:
            ended.set()
    repeating.result()
