"""What becomes of objects with the time. No clip is ever deleted, unless a row says so."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3

from cliphook.adapters import schema
from infra.deployment import Deployment, Storage

DELETED_CLIP_DAYS: Final = 30
# A day more than the API promises: a job that begins in a file's last hour can still be read.
FILE_DAYS: Final = 8
DELETED_FILE_DAYS: Final = 1
# A copy with tags is made again whenever somebody asks for it.
COPY_DAYS: Final = 1

_CLASSES: Final = {
    Storage.INTELLIGENT_TIERING: s3.StorageClass.INTELLIGENT_TIERING,
    Storage.INFREQUENT_ACCESS: s3.StorageClass.INFREQUENT_ACCESS,
}


def lifecycle_rules(deployment: Deployment) -> list[s3.LifecycleRule]:
    """Write the rules of a deployment's bucket."""
    return [
        s3.LifecycleRule(
            abort_incomplete_multipart_upload_after=Duration.days(1),
            # A clip is never overwritten: an old version is one that somebody deleted by hand.
            noncurrent_version_expiration=Duration.days(DELETED_CLIP_DAYS),
        ),
        s3.LifecycleRule(
            prefix=schema.FILES_PREFIX,
            expiration=Duration.days(FILE_DAYS),
            noncurrent_version_expiration=Duration.days(DELETED_FILE_DAYS),
        ),
        s3.LifecycleRule(
            prefix=schema.TAGGED_PREFIX,
            expiration=Duration.days(COPY_DAYS),
            noncurrent_version_expiration=Duration.days(COPY_DAYS),
        ),
        *_clip_rules(deployment),
    ]


def _clip_rules(deployment: Deployment) -> list[s3.LifecycleRule]:
    """Say what becomes of clips, where a deployment wants anything of them."""
    tier, expiry_days = deployment.clip_tier, deployment.clip_expiry_days
    if not tier and expiry_days is None:
        return []
    transition = tier and s3.Transition(
        storage_class=_CLASSES[tier.storage], transition_after=Duration.days(tier.after_days)
    )
    return [
        s3.LifecycleRule(
            prefix=schema.CLIPS_PREFIX,
            transitions=[transition] if transition else None,
            expiration=Duration.days(expiry_days) if expiry_days is not None else None,
        )
    ]
