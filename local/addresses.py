"""What a client of the local deployment needs to know, as `.local/cliphook.json` says it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

# It holds keys.
ONLY_MINE: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Addresses, names and keys; other programs read the file, so a name stays."""

    api_url: str
    api_key: str
    other_api_key: str
    aws_endpoint_url: str
    region: str
    bus_name: str
    table_name: str
    bucket_name: str
    simulators: dict[str, str]

    def write(self, path: Path) -> None:
        """Write the file whole, readable by nobody else."""
        partly = path.with_suffix(".part")
        partly.unlink(missing_ok=True)
        descriptor = os.open(partly, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_MINE)
        with open(descriptor, "w") as file:  # noqa: PTH123 (a descriptor is no path)
            file.write(json.dumps(asdict(self), indent=2) + "\n")
        partly.rename(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what was written."""
        return cls(**json.loads(path.read_text()))
