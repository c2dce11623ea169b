"""The little world in which all samples play: an account, its key, and a job at each provider."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final

from cliphook.adapters import aws
from cliphook.domain.api_key import ID_BYTES, SECRET_BYTES, Scope, StoredKey, hash_secret, write_key
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.job import Job
from cliphook.domain.report import Accepted, Claimed, Report, Said, Via
from cliphook.domain.request import MusicRequest
from cliphook.domain.status import Stage
from cliphook.domain.ticket import Ticket, expiry, issue
from tests.support.makers import ACCOUNT, START, at, new_job
from tests.support.samples import TUNES

OTHER_ACCOUNT: Final = AccountId("acct_01KAJ5T1W0000000000000000B")

# Whoever finds these in a log has found a leak.
MASTER: Final = "canary-master-that-signs-the-samples-tickets"
PEPPER: Final = "canary-pepper-that-hashes-the-samples-keys"
SIGNING: Final = "canary-master-that-signs-the-samples-webhooks"
PROVIDER_KEYS: Final = {name: f"canary-key-of-{name}" for name in TUNES}
PROMPT: Final = "A canary sings of rain"
LYRICS: Final = "[Verse]\nCanary in the coal mine"


def key_of(number: int) -> str:
    """Write the same API key for the same number, always."""
    _, text = write_key(bytes([number] * ID_BYTES), bytes([number] * SECRET_BYTES))
    return text


KEY: Final = key_of(1)
OTHER_KEY: Final = key_of(2)


def stored_key(
    number: int, account_id: AccountId = ACCOUNT, scopes: tuple[Scope, ...] = tuple(Scope)
) -> StoredKey:
    """Make what the table knows of a key."""
    key, _ = write_key(bytes([number] * ID_BYTES), bytes([number] * SECRET_BYTES))
    return StoredKey(key.id, account_id, hash_secret(key, PEPPER.encode()), scopes, START)


@dataclass(frozen=True, slots=True)
class Sample:
    """A job at one provider, and what leads to it."""

    provider: str
    job_id: JobId
    ticket: str

    @property
    def queued(self) -> Change:
        """The job's first commit."""
        request = MusicRequest(prompt=PROMPT, model=f"{self.provider}/V5")
        return begin(new_job(id=self.job_id, provider=self.provider, request=request))

    def story(self, *reports: Report) -> tuple[Change, ...]:
        """Tell the commits that reports lead to, one after another."""
        return reduce(_told, reports, (self.queued,))

    @property
    def opening(self) -> tuple[Claimed, Accepted]:
        """The reports by which the provider takes the job."""
        return Claimed(1, "request-1", at(1)), Accepted(1, TUNES[self.provider].task_id, at(2))

    @property
    def claimed(self) -> tuple[Change, ...]:
        """The commits until the submission is under way."""
        return self.story(self.opening[0])

    @property
    def accepted(self) -> tuple[Change, ...]:
        """The commits until the provider has taken the job."""
        return self.story(*self.opening)

    @property
    def complete(self) -> tuple[Change, ...]:
        """The commits until the provider's own API has shown all the music."""
        return self.story(*self.opening, self.whole)

    @property
    def whole(self) -> Said:
        """The end, as the provider's own API tells it."""
        tune = TUNES[self.provider]
        word = tune.at(Stage.COMPLETE, *tune.clips, via_poll=True)
        return Said(1, word, Via.POLL, at(40))


def _told(changes: tuple[Change, ...], report: Report) -> tuple[Change, ...]:
    change = apply(changes[-1].job, report)
    assert isinstance(change, Change)
    return (*changes, change)


def _sample(number: int, provider: str) -> Sample:
    job_id = JobId(f"job_01KAJ5T1W000000000000000{number:02d}")
    ticket = Ticket(ACCOUNT, job_id, 1, provider, expiry(at(1)))
    return Sample(provider, job_id, issue(ticket, MASTER.encode(), at(1)))


SAMPLES: Final[Mapping[str, Sample]] = {
    provider: _sample(number, provider) for number, provider in enumerate(TUNES)
}


def clips_of(job: Job) -> tuple[str, ...]:
    """Name a job's clips, in their order."""
    return tuple(clip.id for clip in job.results)


def make_secrets(prefix: str) -> str:
    """Make the secrets of a deployment, and give their prefix."""
    keys = {f"provider/{name}": {"api_key": key} for name, key in PROVIDER_KEYS.items()}
    values = {name: json.dumps(key) for name, key in keys.items()}
    values |= {"callback": MASTER, "pepper": PEPPER, "webhooks": SIGNING}
    for name, value in values.items():
        aws.secretsmanager().create_secret(Name=f"{prefix}/{name}", SecretString=value)
    return prefix
