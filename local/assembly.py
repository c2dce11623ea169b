"""The synthesized app as it lies on disk: its stacks in order, and the assets they need."""

import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

STACK: Final = "aws:cloudformation:stack"
ASSET_MANIFEST: Final = "cdk:asset-manifest"
# The same bytes for the same files: a zip has a date for each, and 1980 is its first year.
ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
# Beyond this, time is lost that no byte saves on the way to the next process.
ZIP_LEVEL: Final = 1


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack, its template, and where that lies in S3 once its assets do."""

    id: str
    name: str
    template: dict[str, Any]
    place: str
    needs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file, or a folder to zip, and where the template expects it."""

    hash: str
    path: Path
    is_folder: bool
    bucket: str
    key: str


def stacks(assembly: Path) -> list[Stack]:
    """Read the stacks, each after those it needs."""
    artifacts = _artifacts(assembly)
    found = {
        id_: Stack(
            id_,
            artifact["properties"].get("stackName", id_),
            json.loads((assembly / artifact["properties"]["templateFile"]).read_text()),
            artifact["properties"]["stackTemplateAssetObjectUrl"],
            frozenset(artifact.get("dependencies", ())),
        )
        for id_, artifact in artifacts.items()
        if artifact["type"] == STACK
    }
    ordered: dict[str, Stack] = {}
    while left := [stack for id_, stack in found.items() if id_ not in ordered]:
        ready = [stack for stack in left if not stack.needs & {other.id for other in left}]
        ordered |= {stack.id: stack for stack in ready}
    return [*ordered.values()]


def assets(assembly: Path, *, account: str, region: str) -> Iterator[Asset]:
    """Read the assets of all stacks, each once, at the addresses of one account and region."""
    seen: set[str] = set()
    for artifact in _artifacts(assembly).values():
        if artifact["type"] != ASSET_MANIFEST:
            continue
        manifest = json.loads((assembly / artifact["properties"]["file"]).read_text())
        for hash_, entry in manifest["files"].items():
            if hash_ in seen:
                continue
            seen.add(hash_)
            (place,) = entry["destinations"].values()
            yield Asset(
                hash=hash_,
                path=assembly / entry["source"]["path"],
                is_folder=entry["source"]["packaging"] == "zip",
                bucket=located(place["bucketName"], account=account, region=region),
                key=place["objectKey"],
            )


def zipped(asset: Asset, zips: Path) -> Path:
    """Zip a folder as the CDK's own command does, once for each content; a file stays as it is."""
    if not asset.is_folder:
        return asset.path
    target = zips / f"{asset.hash}.zip"
    if not target.exists():
        zips.mkdir(parents=True, exist_ok=True)
        partly = zips / f"{asset.hash}.{os.getpid()}"
        with zipfile.ZipFile(partly, "w", zipfile.ZIP_DEFLATED, compresslevel=ZIP_LEVEL) as archive:
            for path in sorted(asset.path.rglob("*")):
                if path.is_file():
                    _add(archive, path, name=path.relative_to(asset.path).as_posix())
        partly.rename(target)
    return target


def _add(archive: zipfile.ZipFile, path: Path, *, name: str) -> None:
    entry = zipfile.ZipInfo(name, ZIP_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = path.stat().st_mode << 16
    archive.writestr(entry, path.read_bytes(), compresslevel=ZIP_LEVEL)


def _artifacts(assembly: Path) -> dict[str, dict[str, Any]]:
    artifacts: dict[str, dict[str, Any]] = json.loads((assembly / "manifest.json").read_text())[
        "artifacts"
    ]
    return artifacts


def located(name: str, *, account: str, region: str) -> str:
    """Fill in of which account and region a bucket is."""
    return name.replace("${AWS::AccountId}", account).replace("${AWS::Region}", region)
