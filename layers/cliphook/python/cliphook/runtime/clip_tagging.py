"""Copies of clips that say what they are, as they are fetched: the story of `tagged`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_library import DynamoDbLibrary
from cliphook.adapters.s3_copies import S3Copies
from cliphook.adapters.s3_shelf import S3Shelf
from cliphook.adapters.tags.tagged import tagged
from cliphook.application.library_ports import Library
from cliphook.application.tag_clip import Copies, tag_clip
from cliphook.domain.ids import AccountId
from cliphook.runtime.clip_finding import Disposition, Links, file_name, find_clip
from cliphook.runtime.clock import now, within
from cliphook.runtime.paging import read_choice
from cliphook.runtime.settings import TaggedSettings

# For reading and writing; the function has 29 s, and what is under way may hang for some.
COPYING_S: Final = 18


@dataclass(frozen=True, slots=True)
class ClipTagging:
    """Tagged copies of one account's clips; what belongs to another one does not exist."""

    library: Library
    links: Links
    make_copies: Callable[[], Copies]

    def tagged_link(self, account_id: AccountId, clip_id: str, query: Mapping[str, str]) -> str:
        """Sign a link to a tagged copy; raises what `tag_clip` does, and `InvalidRequestError`."""
        asked = read_choice(Disposition, "disposition", query.get("disposition"))
        job, clip = find_clip(self.library, account_id, clip_id)
        key = tag_clip(job, clip, copies=self.make_copies(), write=tagged)
        return self.links.link(key, file_name(job, clip, key), asked or Disposition.INLINE)


def make_clip_tagging(settings: TaggedSettings) -> ClipTagging:
    """Put the parts together at cold start."""
    bucket, client = settings.BUCKET_NAME, aws.s3_copying()
    jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
    library = DynamoDbLibrary(settings.TABLE_NAME, aws.dynamodb(), jobs)

    def make_copies() -> Copies:
        return S3Copies(bucket, client, clock=now, has_time=within(COPYING_S))

    return ClipTagging(library, S3Shelf(bucket, client), make_copies)
