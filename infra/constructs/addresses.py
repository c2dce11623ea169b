"""The parameters with which the same template serves a laptop and a domain of one's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from aws_cdk import CfnCondition, CfnParameter, Fn, Stack


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where clients and providers find us, where we find providers, and what we think of them."""

    public_url: str
    provider_urls: str
    provider_settings: str

    @classmethod
    def of(cls, stack: Stack, *, api_url: str) -> Self:
        """
        Declare PublicUrl, ProviderUrls and ProviderSettings in a stack.

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
        provider_urls = _json(
            stack,
            "ProviderUrls",
            "JSON, {provider: base URL}, in place of the published addresses.",
        )
        provider_settings = declare_provider_settings(stack)
        named = CfnCondition(
            stack,
            "PublicUrlNamed",
            expression=Fn.condition_not(Fn.condition_equals(public_url.value_as_string, "")),
        )
        chosen = Fn.condition_if(named.logical_id, public_url.value_as_string, api_url)
        return cls(
            public_url=chosen.to_string(),
            provider_urls=provider_urls,
            provider_settings=provider_settings,
        )


def declare_provider_settings(stack: Stack) -> str:
    """Declare ProviderSettings in a stack."""
    says = "JSON, {provider: {setting: value}}; docs/providers.md lists the settings."
    return _json(stack, "ProviderSettings", says)


def declare_prices(stack: Stack, prices: Mapping[str, str]) -> str:
    """Declare Prices in a stack, with a deployment's own as they stand."""
    return _json(
        stack,
        "Prices",
        "JSON, {provider[/model[/operation]]: credits as a text}; empty charges nothing.",
        default=json.dumps(prices),
    )


def declare_caps(stack: Stack, caps: Mapping[str, str]) -> str:
    """Declare DailyCaps in a stack, with a deployment's own as they stand."""
    return _json(
        stack,
        "DailyCaps",
        "JSON, {provider: credits as a text} that an account may spend there in a day.",
        default=json.dumps(caps),
    )


def _json(stack: Stack, name: str, description: str, default: str = "{}") -> str:
    parameter = CfnParameter(
        stack, name, default=default, allowed_pattern="[{].*[}]", description=description
    )
    return parameter.value_as_string
