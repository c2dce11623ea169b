"""The two parameters with which the same template serves a laptop and a domain of one's own."""

from dataclasses import dataclass
from typing import Self

from aws_cdk import CfnCondition, CfnParameter, Fn, Stack


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where clients and providers find us, and where we find providers."""

    public_url: str
    provider_urls: str

    @classmethod
    def of(cls, stack: Stack, *, api_url: str) -> Self:
        """
        Declare PublicUrl and ProviderUrls in a stack.

        Each stack that needs them declares them: the value of an export cannot be changed as long
        as another stack imports it.
        """
        public_url = CfnParameter(
            stack,
            "PublicUrl",
            default="",
            allowed_pattern="(https?://[^ ]+)?",
            description="Where this is reached from outside; empty is the API's own address.",
        )
        provider_urls = CfnParameter(
            stack,
            "ProviderUrls",
            default="{}",
            allowed_pattern="[{].*[}]",
            description="JSON, {provider: base URL}, in place of the published addresses.",
        )
        named = CfnCondition(
            stack,
            "PublicUrlNamed",
            expression=Fn.condition_not(Fn.condition_equals(public_url.value_as_string, "")),
        )
        chosen = Fn.condition_if(named.logical_id, public_url.value_as_string, api_url)
        return cls(public_url=chosen.to_string(), provider_urls=provider_urls.value_as_string)
