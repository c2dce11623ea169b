"""What documents tell people to type, typed."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

BLOCK: Final = re.compile(r"^( *)```bash\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks(document: str, heading: str) -> list[str]:
    """Find the commands under a heading, each block without its indentation."""
    section = document.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    return [
        "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))
        for indent, text in BLOCK.findall(section)
    ]


def run(script: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Run commands in a shell that stops at the first one which fails."""
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", script],
        check=False,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
