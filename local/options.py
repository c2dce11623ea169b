"""What may be chosen for `make run`, by flags in ARGS and by the environment."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.places import ROOT, Places

PORT: Final = 8787
FOLDER: Final = ROOT / ".local"
PORT_MAX: Final = 65_535
FALSE: Final = ("", "0", "false", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One run's choices."""

    port: int
    once: bool
    fresh: bool
    # None is the simulators' own pace.
    scale: float | None
    seed: int
    # 0 is a different one for every request; few are quick to render.
    tunes: int
    # None is as long as a tune wants; short ones are quick to render and to hear.
    lasts_s: float | None
    providers: dict[str, str]
    places: Places


def read(arguments: Sequence[str], environment: Mapping[str, str]) -> Options:
    """Read the choices, or end the program with how it should have been said."""
    parser = argparse.ArgumentParser(
        prog='make run ARGS="…"',
        description="The main job on an embedded AWS. Beside ARGS: ONCE=1, PORT=8787.",
    )
    parser.add_argument(
        "--provider",
        metavar="NAME=URL",
        action="append",
        default=[],
        type=provider,
        help="put another server in place of a simulator; may be repeated",
    )
    parser.add_argument("--scale", type=float, help="slow down or speed up the simulators' clock")
    parser.add_argument("--seed", type=int, default=1, help="choose the simulators' chance")
    parser.add_argument("--tunes", type=int, default=0, help="how many tunes they know; 0: all")
    parser.add_argument("--lasts", type=float, metavar="SECONDS", help="how long their tunes play")
    parser.add_argument("--fresh", action="store_true", help="synthesize and unpack all anew")
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="where to write what this deployment leaves"
    )
    flags = parser.parse_args(arguments)
    try:
        port = port_number(environment.get("PORT") or str(PORT))
    except ValueError as error:
        parser.error(str(error))
    return Options(
        port=port,
        once=environment.get("ONCE", "").lower() not in FALSE,
        fresh=flags.fresh,
        scale=flags.scale,
        seed=flags.seed,
        tunes=flags.tunes,
        lasts_s=flags.lasts,
        providers=dict(flags.provider),
        places=Places(home=flags.folder.resolve(), cache=FOLDER),
    )


def provider(text: str) -> tuple[str, str]:
    """Read `name=http://…`."""
    name, _, url = text.partition("=")
    if not name or not url.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=URL with http:// or https://")
    return name, url.rstrip("/")


def port_number(text: str) -> int:
    """Read a port that can be listened on."""
    if not text.isdecimal() or not 0 < int(text) <= PORT_MAX:
        raise ValueError(f"PORT={text} is no port between 1 and {PORT_MAX}")
    return int(text)
