"""
The table's ports on plain dictionaries, keeping the promises that contract tests hold both to.

They stand on one `FakeTable`, so that what is committed by one is what is listed by another.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from cliphook.adapters import items
from cliphook.application.library_ports import ClipFilter, Page
from cliphook.application.ports import EventRow, Evidence, JobRef, Promise
from cliphook.domain.api_key import StoredKey
from cliphook.domain.change import Change
from cliphook.domain.clip import Clip
from cliphook.domain.deletion import Deletion
from cliphook.domain.errors import (
    FieldError,
    InvalidRequestError,
    ReusedKeyError,
    UnavailableStoreError,
    UnknownResourceError,
)
from cliphook.domain.gate import Gate
from cliphook.domain.ids import AccountId, ClipId
from cliphook.domain.job import Job
from tests.support.fake_books import Entries, Spent, balance_in, is_repeated, pay
from tests.support.hooks import Hook, no_hook, step

_CURSOR: Final = re.compile(r"(job|clip)_[0-9A-Z]{26}", re.ASCII)


@dataclass(slots=True)
class FakeTable:
    """What is stored. A commit changes all of it or nothing."""

    hook: Hook = no_hook
    jobs: dict[JobRef, Job] = field(default_factory=dict)
    promises: dict[tuple[AccountId, str], tuple[Promise, JobRef]] = field(default_factory=dict)
    evidence: dict[tuple[JobRef, str, bytes], Evidence] = field(default_factory=dict)
    rows: dict[tuple[str, str], EventRow] = field(default_factory=dict)
    unsent: set[tuple[str, str]] = field(default_factory=set)
    # Since when a row waits that was refused, and why one waits for an operator.
    refused: dict[tuple[str, str], datetime] = field(default_factory=dict)
    parked: dict[tuple[str, str], str] = field(default_factory=dict)
    # Until when, at which version of the job, the sweep looks no more at it.
    put_off: dict[JobRef, tuple[int, datetime]] = field(default_factory=dict)
    # What was deleted; of an account as a whole under no job's name.
    deletions: dict[JobRef, Deletion] = field(default_factory=dict)
    # Each account's events in the order of their places, and when they got them.
    feeds: dict[AccountId, list[tuple[EventRow, datetime]]] = field(default_factory=dict)
    keys: dict[str, StoredKey] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)
    entries: Entries = field(default_factory=dict)
    spent: Spent = field(default_factory=dict)

    def balance(self, account_id: AccountId) -> Decimal:
        """Add an account's entries up."""
        return balance_in(self.entries, account_id)

    def write(self, change: Change) -> None:
        """Store a job, the credit that moves with it, and what has to be announced of it."""
        pay(self.entries, self.spent, change)
        ref = JobRef(change.job.account_id, change.job.id)
        self.jobs[ref] = change.job
        written = [items.event_item(ref, event) for event in change.events]
        written += [items.order_item(ref, order, change.at) for order in change.orders]
        for row in map(items.event_row, written):
            self.rows[row.key] = row
            self.unsent.add(row.key)

    def keep(self, evidence: Evidence) -> None:
        """Store a body under itself; the first time counts, and the first reason."""
        key = (evidence.ref, evidence.origin, evidence.body)
        known = self.evidence.setdefault(key, evidence)
        self.evidence[key] = replace(known, quarantine=known.quarantine or evidence.quarantine)


class FakeJobs:
    """Jobs on the table."""

    def __init__(self, table: FakeTable) -> None:
        """Use that table."""
        self._table = table

    def add(self, change: Change, promise: Promise | None) -> JobRef:
        """Store a new job, or name the one that an earlier promise for the same key made."""
        ref = JobRef(change.job.account_id, change.job.id)
        with step(self._table.hook, "jobs.add"):
            if promise:
                key = (ref.account_id, promise.key_hash)
                earlier = self._table.promises.get(key)
                if earlier and earlier[0].expires_at > change.at:
                    return _redeemed(promise, *earlier)
            is_there = ref in self._table.jobs or ref in self._table.deletions
            if is_there or is_repeated(self._table.entries, change.entries):
                raise UnavailableStoreError
            self._table.write(change)
            if promise:
                self._table.promises[key] = (promise, ref)
        return ref

    def promised(self, account_id: AccountId, promise: Promise, now: datetime) -> JobRef | None:
        """Name the job that an earlier promise made."""
        with step(self._table.hook, "jobs.promised"):
            earlier = self._table.promises.get((account_id, promise.key_hash))
        if not earlier or earlier[0].expires_at <= now:
            return None
        return _redeemed(promise, *earlier)

    def load(self, ref: JobRef) -> Job | None:
        """Read a job."""
        with step(self._table.hook, "jobs.load"):
            return self._table.jobs.get(ref)

    def commit(self, change: Change, evidence: Evidence | None) -> bool:
        """Store a change, unless the job is not as it was before."""
        ref = JobRef(change.job.account_id, change.job.id)
        with step(self._table.hook, "jobs.commit"):
            known = self._table.jobs.get(ref)
            expected = change.before.version if change.before else None
            if (known.version if known else None) != expected:
                return False
            if is_repeated(self._table.entries, change.entries):
                return False
            self._table.write(change)
            if evidence:
                self._table.keep(evidence)
        return True

    def keep(self, evidence: Evidence) -> None:
        """Store a body that changes nothing."""
        with step(self._table.hook, "jobs.keep"):
            if evidence.ref not in self._table.jobs:
                raise UnknownResourceError
            self._table.keep(evidence)


def _redeemed(promise: Promise, earlier: Promise, ref: JobRef) -> JobRef:
    if promise.fingerprint != earlier.fingerprint:
        raise ReusedKeyError
    return ref


class FakeLibrary:
    """An account's look-ups on the table."""

    def __init__(self, table: FakeTable) -> None:
        """Use that table."""
        self._table = table

    def load(self, ref: JobRef) -> Job | None:
        """Read a job."""
        with step(self._table.hook, "library.load"):
            return self._table.jobs.get(ref)

    def find_clip(self, account_id: AccountId, clip_id: ClipId) -> JobRef | None:
        """Tell which job a clip belongs to."""
        with step(self._table.hook, "library.find_clip"):
            for ref, job in self._table.jobs.items():
                names = {clip.id for clip in job.clips.values()}
                if ref.account_id == account_id and clip_id in names:
                    return ref
        return None

    def list_jobs(self, account_id: AccountId, limit: int, cursor: str | None) -> Page[Job]:
        """List jobs, newest first."""
        _check("job", cursor)
        with step(self._table.hook, "library.list_jobs"):
            own = [job for ref, job in self._table.jobs.items() if ref.account_id == account_id]
            later = [job for job in own if cursor is None or job.id < cursor]
            newest = sorted(later, key=lambda job: job.id, reverse=True)
        page = tuple(newest[:limit])
        return Page(page, page[-1].id if len(newest) > limit else None)

    def list_clips(
        self, account_id: AccountId, wanted: ClipFilter, limit: int, cursor: str | None
    ) -> Page[tuple[Job, Clip]]:
        """List clips with their jobs, newest first."""
        _check("clip", cursor)
        with step(self._table.hook, "library.list_clips"):
            own = [job for ref, job in self._table.jobs.items() if ref.account_id == account_id]
            found = [(job, clip) for job in own for clip in job.clips.values()]
        later = [(job, clip) for job, clip in found if cursor is None or clip.id < cursor]
        kept = [(job, clip) for job, clip in later if wanted.keeps(job, clip)]
        newest = sorted(kept, key=lambda pair: pair[1].id, reverse=True)
        page = tuple(newest[:limit])
        return Page(page, page[-1][1].id if len(newest) > limit else None)


def _check(kind: str, cursor: str | None) -> None:
    match = None if cursor is None else _CURSOR.fullmatch(cursor)
    if cursor is not None and (not match or match[1] != kind):
        raise InvalidRequestError(FieldError("cursor", "is not one that a page gave"))


class FakeGates:
    """The gates before the providers, on the table."""

    def __init__(self, table: FakeTable) -> None:
        """Use that table."""
        self._table = table

    def load(self, provider: str) -> Gate:
        """Read a provider's gate."""
        with step(self._table.hook, "gates.load"):
            return self._table.gates.get(provider, Gate(provider))

    def swap(self, gate: Gate, version: int) -> bool:
        """Store a gate as the next after a version."""
        with step(self._table.hook, "gates.swap"):
            known = self._table.gates.get(gate.provider, Gate(gate.provider))
            if known.version != version:
                return False
            self._table.gates[gate.provider] = gate
        return True


class FakeKeys:
    """API keys on the table."""

    def __init__(self, table: FakeTable) -> None:
        """Use that table."""
        self._table = table

    def find(self, key_id: str) -> StoredKey | None:
        """Find a key by its public part."""
        with step(self._table.hook, "keys.find"):
            return self._table.keys.get(key_id)

    def add(self, key: StoredKey, name: str) -> None:  # noqa: ARG002 - nobody reads it yet
        """Store a new key."""
        with step(self._table.hook, "keys.add"):
            if key.id in self._table.keys:
                raise UnavailableStoreError
            self._table.keys[key.id] = key
