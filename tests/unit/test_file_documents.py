"""What the API's document says of files is so."""

import re
from pathlib import Path
from typing import Final

from cliphook.domain import file, source_ticket
from cliphook.domain.file import TYPES
from infra.routes import ROUTES

ROOT: Final = Path(__file__).parents[2]
API: Final = (ROOT / "docs/api.md").read_text(encoding="utf-8")
FILES: Final = API.split("\n## Files\n")[1].split("\n## ")[0]
MIB: Final = 1024 * 1024


def test_every_kind_is_in_the_table_with_its_names_and_its_limit() -> None:
    rows = re.findall(r"^\| (`\w+/.*?) \| ?(.*?) \| (\d+) MiB \|$", FILES, re.MULTILINE)
    written = {
        name: (kind.strip("`"), int(size) * MIB)
        for kind, others, size in rows
        for name in re.findall(r"`([^`]+)`", f"{kind} {others}")
    }

    assert written == {
        name: (kind.content_type, kind.size_max_bytes) for name, kind in TYPES.items()
    }


def test_times_and_lengths_are_those_that_hold() -> None:
    assert file.KEPT.days == 7
    assert "kept for seven days" in FILES
    assert file.UPLOAD_VALID.total_seconds() == 15 * 60
    assert "a\nquarter of an hour" in FILES
    assert f"1 to {file.FILENAME_MAX} characters" in FILES
    assert f"for {source_ticket.VALID_H} hours" in API


def test_the_routes_are_in_the_document() -> None:
    ours = [route for route, name in ROUTES.items() if name == "files"]

    assert ours
    assert [route for route in ours if f"| `{route}` |" not in API] == []
