"""
Measures the peak memory of `dispatch` where an answer holds 16 MiB of audio, and where 160 MiB.

Both go through the deployed template on the embedded AWS, each in a process of its own, whose
largest resident set Linux remembers. Ends with 1 where the larger one needs more than its share.
"""

import re
import sys
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from local import demo, front_door
from local.aws_server import free_port
from local.bring_up import Deployment, bring_up
from local.children import Children
from local.options import FOLDER, Options
from local.places import Places
from local.progress import Progress
from local.simulators import Served, SimulatorSettings, serve
from local.simulators.infery_switches import InferySwitches

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient

SIZES_MIB: Final = (16, 160)
RATIO_MAX: Final = 1.1
FUNCTION: Final = "cliphook-local-dispatch"

_MIB: Final = 1024 * 1024
_PEAK: Final = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
_SETTINGS: Final = replace(SimulatorSettings.local(), tunes=1)


def main() -> int:
    """Measure, and tell."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        infery = stack.enter_context(serve("infery", _SETTINGS))
        deployment = _bring_up(stack, folder, infery)
        peaks = [_measure(deployment, infery, size_mib) for size_mib in SIZES_MIB]
    for size_mib, peak_mib in zip(SIZES_MIB, peaks, strict=True):
        print(f"{size_mib:4} MiB inline: {peak_mib:6.1f} MiB at its peak")
    ratio = peaks[-1] / peaks[0]
    print(f"ratio {ratio:.3f}, at most {RATIO_MAX}")
    return int(ratio > RATIO_MAX)


def _bring_up(stack: ExitStack, folder: Path, infery: Served) -> Deployment:
    places = Places(home=folder, cache=FOLDER)
    chosen = Options(
        port=free_port(),
        once=True,
        fresh=False,
        scale=None,
        seed=1,
        lasts_s=None,
        tunes=1,
        providers={"infery": infery.base_url},
        places=places,
    )
    door = stack.enter_context(front_door.opened(front_door.listen(chosen.port)))
    children = stack.enter_context(Children(places.logs))
    return bring_up(chosen, places, children, door, Progress(StringIO()))


def _measure(deployment: Deployment, infery: Served, size_mib: int) -> float:
    """Have a job made whose one result is of that size, and tell what it took, in MiB."""
    switches = InferySwitches(fallback_b64=True, n_items=1, inline_bytes=size_mib * _MIB)
    infery.world.settings = replace(_SETTINGS, switches=switches)
    _start_anew(deployment, str(size_mib))
    with demo.client(deployment.addresses) as api:
        wanted = [{"model": "infery/suno-v4", "prompt": f"A song of {size_mib} MiB"}]
        (job,) = demo.make_music(api, wanted, Progress(StringIO()))
    if [clip["audio"]["size_bytes"] for clip in job["clips"]] != [size_mib * _MIB]:
        raise ValueError(f"{job['id']} was not made as it should be: {job['error']}")
    return max(_peaks(str(deployment.places.aws)))


def _start_anew(deployment: Deployment, mark: str) -> None:
    """End the processes that run the function: what they hold would count as well."""
    functions: LambdaClient = deployment.aws.client("lambda")
    told = functions.get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=FUNCTION, Environment={"Variables": told | {"MEASURED": mark}}
    )


def _peaks(folder: str) -> list[float]:
    """Find the largest resident set of each process that runs the function, in MiB."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        # Processes come and go while they are looked through.
        with suppress(OSError):
            command = (process / "cmdline").read_text(errors="replace")
            if folder in command and f"-{FUNCTION}-" in command:
                told = _PEAK.findall((process / "status").read_text())
                found += [int(kib) / 1024 for kib in told]
    return found


if __name__ == "__main__":
    sys.exit(main())
