"""Who keeps files for good, as this deployment has it."""

import time

from cliphook.adapters import aws
from cliphook.adapters.examine import examine
from cliphook.adapters.s3_shelf import S3Shelf
from cliphook.application.keep_clip import Keeper
from cliphook.application.keep_inline import PatientShelf


def make_keeper(bucket: str) -> Keeper:
    """Make who keeps what can be asked for again."""
    return Keeper(S3Shelf(bucket, aws.s3()), examine)


def make_patient_keeper(bucket: str) -> Keeper:
    """Make who keeps what came inside an answer, and comes no second time."""
    return Keeper(PatientShelf(S3Shelf(bucket, aws.s3()), time.sleep), examine)
