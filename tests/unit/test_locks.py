"""The locks pin everything, agree with each other, and one Python is meant everywhere."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ("runtime", "audio", "local", "dev", "aws", "uv")
PINNED = re.compile(r"([\w.-]+(?:\[[\w,-]+\])?)==([\w.]+)( ; [^\\]+)? \\")
HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}(?: \\)?")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def problems(lock: str) -> Iterator[str]:
    """Find what is not a pinned package, and packages without a hash below them."""
    lines = [line for line in lock.splitlines() if not line.startswith("#")]
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if not PINNED.fullmatch(line) and not HASH.fullmatch(line):
            yield f"not a pin: {line}"
        elif PINNED.fullmatch(line) and not HASH.fullmatch(below):
            yield f"no hash: {line}"


def pins(lock: str) -> dict[str, str]:
    """Read which version of each package a lock, or a list of wishes, names."""
    return dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+)", lock, re.MULTILINE))


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads(read("pyproject.toml"))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_lock_pins_everything_with_hashes(name: str) -> None:
    lock = read(f"requirements/{name}.txt")

    assert pins(lock)
    assert [*problems(lock)] == []


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_lock_holds_what_is_wished_for(name: str) -> None:
    wishes = pins(read(f"requirements/{name}.in"))

    assert wishes.items() <= pins(read(f"requirements/{name}.txt")).items()


def test_every_wish_names_one_version() -> None:
    for name in ENVIRONMENTS:
        lines = read(f"requirements/{name}.in").splitlines()
        wishes = [line for line in lines if line and not line.startswith(("#", "-r "))]

        assert len(pins("\n".join(wishes))) == len(wishes), name


def test_there_is_no_lock_that_nobody_checks() -> None:
    found = {path.stem for path in (ROOT / "requirements").glob("*.txt")}

    assert found == set(ENVIRONMENTS)


@pytest.mark.parametrize(
    ("smaller", "larger"), [("runtime", "local"), ("local", "dev"), ("audio", "dev")]
)
def test_what_is_tested_is_what_is_deployed(smaller: str, larger: str) -> None:
    small, large = (pins(read(f"requirements/{name}.txt")) for name in (smaller, larger))

    assert small.items() <= large.items()


@pytest.mark.parametrize(("layer", "lock"), [("vendor", "runtime"), ("audio", "audio")])
def test_a_layer_holds_its_lock(layer: str, lock: str) -> None:
    assert read(f"layers/{layer}/requirements.txt") == read(f"requirements/{lock}.txt")


def test_every_tool_of_npm_is_pinned_with_a_hash() -> None:
    wishes = json.loads(read("package.json"))["devDependencies"]
    packages = json.loads(read("package-lock.json"))["packages"]

    assert packages.pop("")["devDependencies"] == wishes
    assert all("integrity" in package for package in packages.values())
    assert wishes == {name: packages[f"node_modules/{name}"]["version"] for name in wishes}


def test_one_python_is_meant_everywhere(project: dict[str, Any]) -> None:
    tool = project["tool"]

    assert read(".python-version").strip() == "3.13"
    assert project["project"]["requires-python"] == ">=3.13,<3.14"
    assert tool["mypy"]["python_version"] == "3.13"
    assert tool["pyright"]["pythonVersion"] == "3.13"
    assert tool["ruff"]["target-version"] == "py313"


@pytest.mark.parametrize(
    "lock",
    [
        "six==1.17.0",
        "six>=1.17.0 \\\n    --hash=sha256:" + "0" * 64,
        "six==1.17.0 \\\nh11==0.16.0 \\\n    --hash=sha256:" + "0" * 64,
        "--index-url https://mirror.example/simple",
        "six==1.17.0 \\\n    --hash=md5:" + "0" * 32,
    ],
)
def test_a_lock_with_a_hole_is_caught(lock: str) -> None:
    assert [*problems(lock)]
