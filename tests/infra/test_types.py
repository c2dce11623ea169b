"""What is read of the construct library for its types is what is used."""

import ast
import tomllib
from collections.abc import Iterator

from local.places import ROOT

LIBRARY = "aws_cdk"
USERS = ("infra", "tests/infra", "docs/examples", "local", "benchmarks")


def test_every_part_of_the_construct_library_that_is_used_has_types() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]

    read = {
        name for one in settings if one.get("follow_imports") == "normal" for name in one["module"]
    }

    assert read == {LIBRARY, *used()}


def used() -> Iterator[str]:
    for folder in USERS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and node.module == LIBRARY:
                    names = (alias.name for alias in node.names)
                    yield from (f"{LIBRARY}.{name}" for name in names if name[0].islower())
                elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(LIBRARY):
                    yield node.module or ""
