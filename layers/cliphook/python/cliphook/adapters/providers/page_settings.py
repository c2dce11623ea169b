"""What an operator may set of a provider's page: every assumption by name, with its default."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

# A host's name, or `*.` and the name that stands above it.
HostPattern = Annotated[str, Field(pattern=r"^(\*\.)?([a-z0-9-]+\.)+[a-z0-9-]+$")]


class PageSettings(BaseModel):
    """One page's settings. An unknown name stops the cold start, since it would have no effect."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    # From which hosts alone a provider's files are downloaded. None documents its own, and those
    # that were seen have changed: empty is any public one.
    audio_hosts: tuple[HostPattern, ...] = ()
