"""What an operator may set of a provider's page: every assumption by name, with its default."""

from pydantic import BaseModel, ConfigDict


class PageSettings(BaseModel):
    """One page's settings. An unknown name stops the cold start, since it would have no effect."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
