"""An operation on an earlier clip goes to the provider that made it, or says why it cannot."""

from typing import Final

from cliphook.adapters.providers.able import able_for, list_names
from cliphook.adapters.providers.provider import Material, Provider
from cliphook.adapters.providers.table import Table
from cliphook.domain.errors import FieldError
from cliphook.domain.plan import Lineage
from cliphook.domain.request import MusicRequest, Operation

CLIP: Final = "source.clip_id"

# Providers go on only with the model that made the clip.
SAME_MODEL: Final = frozenset({Operation.EXTEND, Operation.SEPARATE})
# Where a file is gone on from by another operation than a clip is.
OF_FILES: Final = {Operation.EXTEND: Operation.EXTEND_UPLOAD}


def allows(lineage: Lineage | None, request: MusicRequest, provider: Provider, model: str) -> bool:
    """Tell whether a model may be asked to go on from what the request starts from."""
    if not lineage or not lineage.provider:
        return True
    if provider.name != lineage.provider:
        return False
    return request.operation not in SAME_MODEL or model == lineage.model


def elsewhere(lineage: Lineage, request: MusicRequest) -> FieldError:
    """Say that the request names somebody else than the one who made the clip."""
    made_by = lineage.provider
    if request.operation in SAME_MODEL:
        made_by = f"{lineage.provider}/{lineage.model}"
    return FieldError(CLIP, f"was made by {made_by}, and only that can {request.operation} it")


def unable(lineage: Lineage, request: MusicRequest, providers: Table) -> FieldError:
    """Say that the one who made the clip has no such operation, and who takes it as a file."""
    message = f"was made by {lineage.provider}, which cannot {request.operation} it"
    of_file = OF_FILES.get(request.operation, request.operation)
    if others := able_for("source.file_id", of_file, providers):
        message += f"; {of_file} takes it as an uploaded file at: {list_names(others)}"
    return FieldError(CLIP, message)


def check(lineage: Lineage | None, request: MusicRequest, provider: Provider) -> FieldError | None:
    """Ask a provider's page whether it can start from what is known of the source."""
    if not lineage or not provider.check_source:
        return None
    return provider.check_source(material(lineage), request.operation)


def material(lineage: Lineage, url: str | None = None, artifact_id: str | None = None) -> Material:
    """Make the material for a submission from what was found of the source."""
    return Material(
        task_id=lineage.task_id,
        provider_clip_id=lineage.provider_clip_id,
        index=lineage.index,
        url=url or lineage.url,
        artifact_id=artifact_id,
    )
