"""Who keeps files for good, as this deployment has it."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from cliphook.adapters import aws
from cliphook.adapters.examine import DOWNLOAD_PATIENCE_S, examine
from cliphook.adapters.providers.table import make_table
from cliphook.adapters.s3_shelf import S3Shelf
from cliphook.application.keep_clip import Keeper
from cliphook.application.keep_inline import PatientShelf


def audio_hosts(settings: Mapping[str, Mapping[str, object]]) -> Mapping[str, Sequence[str]]:
    """Tell from which hosts alone each provider's files may be downloaded; none named is any."""
    return {name: row.facts.audio_hosts for name, row in make_table(settings).items()}


def make_keeper(bucket: str) -> Keeper:
    """Make who keeps what can be asked for again."""
    patient = partial(examine, patience_s=DOWNLOAD_PATIENCE_S)
    return Keeper(S3Shelf(bucket, aws.s3()), patient)


def make_patient_keepers(bucket: str) -> Callable[[Iterable[float]], Keeper]:
    """Make who makes, for each answer, who keeps what is inside it and waits for the shelf."""
    shelf = S3Shelf(bucket, aws.s3())
    return lambda waits_s: Keeper(PatientShelf(shelf, time.sleep, iter(waits_s)), examine)
