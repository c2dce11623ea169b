"""Synthesizes the CDK app for this machine, unless nothing it is made from has changed."""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from local.children import Children
from local.places import ROOT, Places, remove
from local.progress import Progress

SOURCES: Final = (
    "infra",
    "layers",
    "functions",
    "requirements",
    "cdk.json",
    "pyproject.toml",
    ".python-version",
)
NOT_SOURCES: Final = ("__pycache__", ".egg-info", ".dist-info")
HASH_DIGITS: Final = 16
DEPLOYMENT: Final = "local"


class ToolMissingError(Exception):
    """A program that must be on the PATH is not there."""


def synthesize(children: Children, places: Places, progress: Progress) -> Path:
    """
    Write the assembly if it is not there yet, and return its folder.

    Whoever comes while it is written waits, and takes what the first one wrote.
    """
    assembly = places.assemblies / fingerprint(ROOT)
    with places.synthesizing.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return write(assembly, children, places, progress)


def write(assembly: Path, children: Children, places: Places, progress: Progress) -> Path:
    """Write an assembly if it is not there yet, and return its folder."""
    if assembly.exists():
        assembly.touch()
        return assembly
    if shutil.which("node") is None:
        raise ToolMissingError("The CDK needs Node.js 20 or later: there is no `node` on the PATH.")
    partly = places.assemblies / f"{assembly.name}.{os.getpid()}"
    try:
        children.run("synth", [sys.executable, "-m", "infra.app"], env=environment(partly))
        appear(partly, assembly)
    finally:
        remove(partly)
    progress.tell("synthesized the CDK app")
    return assembly


def appear(partly: Path, whole: Path) -> None:
    """Give a finished folder its name, unless somebody else was faster."""
    try:
        partly.rename(whole)
    except OSError:
        if not whole.exists():
            raise


def environment(assembly: Path) -> Mapping[str, str]:
    """Tell the CDK app what to write and where; it keeps the rest, which tells uv of mirrors."""
    return os.environ | {
        "CDK_OUTDIR": str(assembly),
        "CDK_CONTEXT_JSON": json.dumps({"deployment": DEPLOYMENT}),
        "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
        "PYTHONUNBUFFERED": "1",
    }


def fingerprint(root: Path) -> str:
    """Hash all that the assembly is made from: files, their names, and the platform."""
    digest = hashlib.sha256(f"{platform.platform()} {sys.version}".encode())
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        digest.update(f"\0{name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:HASH_DIGITS]


def sources(root: Path) -> Iterator[Path]:
    """Find every file that the CDK app reads."""
    for source in SOURCES:
        found = root / source
        for path in sorted(found.rglob("*")) if found.is_dir() else [found]:
            if path.is_file() and not any(part.endswith(NOT_SOURCES) for part in path.parts):
                yield path
