"""I4: every clip ends as the true file in the bucket, or where an operator sees it."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.simulator.checks.reading import number, sha256, text
from tests.simulator.checks.rules import in_the_end, whenever
from tests.simulator.checks.view import JobSeen, View
from tests.simulator.logs import Buried, Kept, Served, Wrote


@whenever("I4", Wrote)
def kept_before_it_is_said(wrote: Wrote, view: View) -> Iterator[str]:
    """A clip is said to be archived only when its file lies there, as long as and what is said."""
    after = wrote.after
    if not wrote.key[1].startswith("CLIP#") or not after or text(after, "status") != "archived":
        return
    key = text(after, "s3_key")
    if not key:
        return
    body = view.sight.objects.get(key)
    if body is None:
        yield f"{text(after, 'clip_id')} is archived, and {key} is not there"
    elif len(body) != number(after, "size_bytes") or sha256(body) != text(after, "sha256"):
        yield f"{text(after, 'clip_id')} is archived, and {key} is another file"


@whenever("I4", Kept)
def never_replaced(kept: Kept, _: View) -> Iterator[str]:
    """What lies under a key is never replaced by something else."""
    if kept.before is not None and kept.before != kept.body:
        yield f"{kept.key} was replaced"


@whenever("I7", Served)
def only_where_the_api_leads(served: Served, view: View) -> Iterator[str]:
    """Audio is downloaded from where the provider's own API has led, and from nowhere else."""
    hosts = {f"files.{provider}.test" for provider in view.sight.scenario.providers}
    hosts |= {f"files.{provider}.test" for provider, _ in view.tasks}
    # What came inside an answer was asked for nowhere.
    where = urlsplit(served.url)
    if where.scheme != "inline" and where.hostname not in hosts:
        yield f"{served.url} was asked for a file"


@in_the_end("I4")
def clip_conservation(view: View) -> Iterator[str]:
    """Every clip ends as the bytes that its host served whole, or is given up with an alarm."""
    served = _served(view)
    objects = view.sight.objects
    for job in view.jobs.values():
        if not job.item:
            continue
        for name, clip in job.document["clips"].items():
            yield from _judge(job, name, clip, served, objects)
    yield from _unheard_of(view)


def _judge(
    job: JobSeen,
    name: str,
    clip: Mapping[str, Any],
    served: Mapping[str, set[str]],
    objects: Mapping[str, bytes],
) -> Iterator[str]:
    passport = clip.get("passport")
    if not passport:
        return
    body = objects.get(passport["key"])
    if body is None or sha256(body) != passport["sha256"] or len(body) != passport["size_bytes"]:
        yield f"{name} of {job.id} is not what its passport says"
        return
    urls = [clip[kind][1] for kind in ("audio_url", "source_url") if clip.get(kind)]
    whole = set().union(*(served.get(url, set()) for url in urls))
    if urls and passport["sha256"] not in whole:
        yield f"{name} of {job.id} is a file that its host never served whole"


def _served(view: View) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in view.sight.logs.of(Served):
        if one.is_good:
            found.setdefault(one.url, set()).add(sha256(one.body))
    return found


def _unheard_of(view: View) -> Iterator[str]:
    """Find clips that were given up without anybody being told."""
    alarms = "".join(one.body for one in view.sight.logs.of(Buried))
    for job in view.jobs.values():
        told = [text(item, "detail_type") for item in job.rows.values()]
        clips = job.document.get("clips", {}).values()
        lost = [clip for clip in clips if clip.get("loss") and not clip.get("passport")]
        if lost and "clip.archive_failed" not in told:
            yield f"{len(lost)} clips of {job.id} were given up without an event"
        for clip in lost:
            if clip["id"] not in alarms:
                yield f"{clip['id']} of {job.id} was given up without an alarm"
