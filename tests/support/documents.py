"""What documents say about files, held against the files."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# `path`, `path::name`; a part in angle brackets or braces, or a star, stands for any name.
QUOTED: Final = re.compile(r"`([\w.<>{}*-]+(?:/[\w.<>{}*-]*)+)(?:::(\w+))?`")
PLACEHOLDER: Final = re.compile(r"<[^>]*>|\{[^}]*\}")
SUFFIXES: Final = (".py", ".md", ".json", ".toml", ".txt", ".yaml", ".yml", ".sh", ".mp3", ".wav")

# Made by make, so a fresh checkout has none of them.
GENERATED: Final = (".local/", ".tools/", ".venv", "cdk.out/", "node_modules/")


def missing_paths(text: str, *, root: Path) -> Iterator[str]:
    """
    Find quoted paths of this repository that do not exist, or do not hold the name after `::`.

    What begins with a folder of ours, or ends like a source file, is taken for a path.
    """
    for path, name in QUOTED.findall(text):
        if path.startswith(GENERATED) or not _is_ours(path, root):
            continue
        files = [*root.glob(PLACEHOLDER.sub("*", path.rstrip("/")))]
        if not files:
            yield path
        elif name and not any(_defines(file, name) for file in files):
            yield f"{path}::{name}"


def _is_ours(path: str, root: Path) -> bool:
    first = path.split("/", 1)[0]
    return bool(first) and ((root / first).is_dir() or path.endswith(SUFFIXES))


def _defines(file: Path, name: str) -> bool:
    return re.search(rf"\b{name}\b", file.read_text(encoding="utf-8")) is not None
