"""I4: what is kept beside a clip is a true file too, or given up where an operator sees it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.simulator.checks.reading import sha256, text
from tests.simulator.checks.rules import in_the_end
from tests.simulator.checks.view import JobSeen, View
from tests.simulator.logs import Buried, Served

# What the provider's own API has told weighs at least so much.
TRUSTED: Final = 10


@in_the_end("I4")
def companion_conservation(view: View) -> Iterator[str]:
    """Every ordered cover ends as the bytes that its host served whole, or with an alarm."""
    alarms = "".join(one.body for one in view.sight.logs.of(Buried))
    for job in view.jobs.values():
        if not job.item:
            continue
        ordered = _ordered(job)
        for clip in job.document["clips"].values():
            companions = clip.get("companions", {})
            for companion in companions.values():
                yield from _judge(job, clip, companion, view)
            lost = {part for part, one in companions.items() if one.get("loss")}
            kept = {part for part, one in companions.items() if one.get("file")}
            owed = lost | {part for clip_id, part in ordered if clip_id == clip["id"]}
            for part in owed - kept:
                if clip["id"] not in alarms:
                    yield f"{part} of {clip['id']} is neither kept nor was there an alarm"


@in_the_end("I4", needs_sweep=True)
def nothing_forgotten(view: View) -> Iterator[str]:
    """Of music that is complete every cover is kept or given up, but for an older release's."""
    if view.sight.scenario.before:
        return
    for job in view.jobs.values():
        for clip in job.document.get("clips", {}).values():
            told = clip.get("image_url")
            cover = clip.get("companions", {}).get("image", {})
            is_wanted = clip.get("delivered_at") and told and told[0] >= TRUSTED
            if is_wanted and "complete" in job.document["stages"] and not cover:
                yield f"the cover of {clip['id']} was forgotten"


def _judge(
    job: JobSeen, clip: Mapping[str, Any], companion: Mapping[str, Any], view: View
) -> Iterator[str]:
    file = companion.get("file")
    if not file:
        return
    body = view.sight.objects.get(file["key"])
    if body is None or sha256(body) != file["sha256"] or len(body) != file["size_bytes"]:
        yield f"what is beside {clip['id']} of {job.id} is not what is said of it"
        return
    told = view.sight.logs.of(Served)
    whole = {sha256(one.body) for one in told if one.is_good and one.url == clip["image_url"][1]}
    if file["sha256"] not in whole:
        yield f"the cover of {clip['id']} is a file that its host never served whole"


def _ordered(job: JobSeen) -> set[tuple[str, str]]:
    """Name the clips and parts for which there was ever an order."""
    details = [json.loads(text(row, "detail")) for row in job.rows.values() if "detail" in row]
    parts = [detail["part"] for detail in details if "part" in detail]
    return {(part["clip_id"], part["name"]) for part in parts}
