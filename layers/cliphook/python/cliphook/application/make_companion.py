"""A provider is asked to make what is wanted beside a clip's audio, as seldom as can be."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from cliphook.application.companion_ports import CompanionMaker
from cliphook.application.diagnose_letter import find_clip
from cliphook.application.poll_job import Early
from cliphook.application.ports import JobRef, Jobs, Shelf
from cliphook.application.record import record
from cliphook.domain.change import Change
from cliphook.domain.clip import Clip
from cliphook.domain.clips import clip_key
from cliphook.domain.companion import (
    Begun,
    Companion,
    Denied,
    Found,
    KeptFile,
    Made,
    Part,
    Timed,
)
from cliphook.domain.companions import companion_of, is_made, is_wanted
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.ids import ClipId
from cliphook.domain.job import Job
from cliphook.domain.report import Accompanied

# Each may cost credit, and one whose answer was lost may have.
ASKS_MAX: Final = 3
# Longer than whoever asks can be at it: until then nobody else does.
LEASE: Final = timedelta(seconds=90)
# When it is first looked how far something is, and until when at doubling gaps.
LOOK_S: Final = 10.0
LOOKED_FOR: Final = timedelta(minutes=10)

DOCUMENT_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Workshop:
    """Who makes companions, and where they are kept."""

    jobs: Jobs
    maker: CompanionMaker
    shelf: Shelf
    clock: Callable[[], datetime]


def make_companion(ref: JobRef, clip_id: ClipId, part: Part, workshop: Workshop) -> Early | None:
    """
    Have a part of a clip made, if it is still wanted.

    Every question that may cost is counted in a commit before it is put, and one is put at a time,
    so however many orders there are, no more than `ASKS_MAX` are paid for. What was asked for is
    looked for until it is there, or for ten minutes.
    """
    job = workshop.jobs.load(ref)
    clip = find_clip(job, clip_id) if job else None
    if not job or not clip or not is_wanted(job, clip, part) or not is_made(clip, part):
        return None
    companion = companion_of(clip, part)
    if companion.is_settled:
        return None
    if companion.task_id:
        return _Making(ref, job, clip, part, workshop).look(companion, companion.task_id)
    return _Making(ref, job, clip, part, workshop).ask(companion)


@dataclass(frozen=True, slots=True)
class _Making:
    ref: JobRef
    job: Job
    clip: Clip
    part: Part
    workshop: Workshop

    def ask(self, companion: Companion) -> Early | None:
        """Ask the provider, if nobody is at it and it was not asked too often."""
        now = self.workshop.clock()
        number, since = companion.asked or (0, now - LEASE)
        if now < since + LEASE:
            return Early((since + LEASE - now).total_seconds())
        if number == ASKS_MAX:
            return self._take(Denied("unanswered"))
        if not self._learn(Companion(asked=(number + 1, now))):
            return Early(LEASE.total_seconds())
        try:
            made = self.workshop.maker.make(self.job, self.clip, self.part)
        except UnansweredPollError:
            return Early(LEASE.total_seconds())
        return self._take(made)

    def look(self, companion: Companion, task_id: str) -> Early | None:
        """Ask how far the provider is."""
        _, since = companion.asked or (0, self.job.created_at)
        now = self.workshop.clock()
        try:
            made = self.workshop.maker.look(self.job, self.part, task_id)
        except UnansweredPollError:
            made = Begun(task_id)
        if isinstance(made, Begun):
            if now > since + LOOKED_FOR:
                return self._take(Denied("not_made_in_time"))
            return Early(max(LOOK_S, (now - since).total_seconds()))
        return self._take(made)

    def _take(self, made: Made) -> Early | None:
        match made:
            case Timed():
                self._learn(Companion(file=self._keep(made)))
            case Begun(task_id):
                self._learn(Companion(task_id=task_id))
                return Early(LOOK_S)
            case Found(url):
                self._learn(Companion(url=url))
            case Denied(reason):
                self._learn(Companion(loss=(self.workshop.clock(), reason)))
            case unknown:
                assert_never(unknown)
        return None

    def _keep(self, timed: Timed) -> KeptFile:
        """Put the words on the shelf, as a document whose shape is ours."""
        words = [
            {"text": word.text, "start_s": float(word.start_s), "end_s": float(word.end_s)}
            for word in timed.words
        ]
        text = json.dumps({"version": DOCUMENT_VERSION, "words": words}, ensure_ascii=False)
        body = text.encode()
        sha256 = hashlib.sha256(body).hexdigest()
        key = clip_key(self.job, self.clip, sha256, "lyrics.json")
        self.workshop.shelf.put_document(key, text)
        return KeptFile(key, sha256, len(body), "application/json", self.workshop.clock())

    def _learn(self, said: Companion) -> bool:
        """Record what was learnt, and tell whether it was news."""
        report = Accompanied(self.clip.provider_clip_id, self.part, said, self.workshop.clock())
        return isinstance(record(self.ref, report, jobs=self.workshop.jobs), Change)
