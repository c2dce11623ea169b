"""
The main job on one machine: `make run`.

Brings up the deployed stack, makes music with it, and stays up until Ctrl-C. Nothing listens
beyond loopback, and nothing stays behind.
"""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final, NoReturn

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from local import (
    aws_server,
    demo,
    deploy,
    front_door,
    inspection,
    options,
    probe,
    seed,
    simulated,
    synth,
)
from local.bring_up import Deployment, bring_up
from local.children import ChildDiedError, Children
from local.options import Options
from local.places import Places
from local.progress import Progress
from local.witness import tally

WATCH_EVERY_S: Final = 0.5
INTERRUPTED: Final = 128 + signal.SIGINT
TERMINATED: Final = 128 + signal.SIGTERM


class AlreadyUpError(Exception):
    """Another deployment is up in the same folder."""


# What can be wrong with the machine, the request or the deployment: told in words.
EXPECTED: Final = (
    AlreadyUpError,
    BotoCoreError,
    ChildDiedError,
    ClientError,
    aws_server.AwsNotReadyError,
    aws_server.NotInstalledError,
    demo.ApiError,
    demo.NotDoneError,
    deploy.DeploymentError,
    probe.NotAnsweringError,
    front_door.PortTakenError,
    httpx.HTTPError,
    seed.OperatorError,
    simulated.SimulatorNotReadyError,
    synth.ToolMissingError,
)


def main() -> int:
    """Run, and say in words what went wrong."""
    chosen = options.read(sys.argv[1:], os.environ)
    signal.signal(signal.SIGTERM, terminate)
    # Also where a shell that started this in the background has Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    forget_aws_account()
    try:
        return run(chosen, chosen.places, Progress())
    except KeyboardInterrupt:
        return INTERRUPTED
    except EXPECTED as error:
        print(f"\nCliphook could not run: {error}", file=sys.stderr)
        return 1


def run(chosen: Options, places: Places, progress: Progress) -> int:
    """Do what `make run` promises, and return its exit status."""
    with ExitStack() as stack:
        stack.enter_context(only_one(places))
        listener = front_door.listen(chosen.port)
        door = stack.enter_context(front_door.opened(listener))
        if chosen.fresh:
            places.forget()
        children = stack.enter_context(Children(places.logs))
        deployment = bring_up(chosen, places, children, door, progress)
        progress.tell(f"Cliphook is ready at {deployment.addresses.api_url}")
        made = make_music(deployment, progress)
        if not chosen.once:
            stay_up(children, progress)
    return 0 if made else 1


def make_music(deployment: Deployment, progress: Progress) -> bool:
    """Make music end to end, look whether all was kept and announced, and say where it is."""
    places, addresses, witness = deployment.places, deployment.addresses, deployment.witness
    with demo.client(addresses) as api:
        jobs = demo.make_music(api, demo.requests(), progress)
        wrong = inspection.complaints(
            jobs, aws=deployment.aws, bucket=addresses.bucket_name, witness=witness
        )
        clips = [*inspection.download(api, jobs, places.clips)]
    progress.say("")
    for complaint in wrong:
        progress.say(f"  WRONG    {complaint}")
    for clip in clips:
        progress.say(f"  clip     {clip}")
    for line in (
        f"bucket   s3://{addresses.bucket_name}/clips/",
        f"events   {tally(witness, [job['id'] for job in jobs])} (bus {addresses.bus_name})",
        f"API      {addresses.api_url}/v1/jobs",
        f"AWS      {addresses.aws_endpoint_url} (credentials test/test, {addresses.region})",
        f"keys     {places.addresses}",
        f"logs     {places.logs}",
    ):
        progress.say(f"  {line}")
    progress.say("")
    return not wrong


def stay_up(children: Children, progress: Progress) -> None:
    """Stay until Ctrl-C, as long as everybody is alive."""
    progress.say("Ctrl-C ends it.")
    try:
        while True:
            children.check()
            time.sleep(WATCH_EVERY_S)
    except KeyboardInterrupt:
        progress.say("")


@contextmanager
def only_one(places: Places) -> Iterator[None]:
    """Hold the folder; the kernel lets go of it however this process ends."""
    places.home.mkdir(parents=True, exist_ok=True)
    with places.lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyUpError(
                f"it is up already, at the address in {places.addresses}."
            ) from error
        yield


def forget_aws_account() -> None:
    """Make sure that no AWS but the embedded one can be meant."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


def terminate(*_: object) -> NoReturn:
    """End as Ctrl-C does, through every `finally`."""
    sys.exit(TERMINATED)


if __name__ == "__main__":
    sys.exit(main())
