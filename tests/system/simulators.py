"""The simulators behind the deployment: what they are to do next, and what they were asked."""

import json
from typing import Any

import httpx

from local.bring_up import Deployment

type Entry = dict[str, Any]


def order(deployment: Deployment, provider: str, scenario: str) -> None:
    """Have the next create at a provider that has no marker go so."""
    url = f"{deployment.addresses.simulators[provider]}/_sim/next"
    httpx.post(url, json={"scenario": scenario}, trust_env=False).raise_for_status()


def creates(deployment: Deployment, provider: str, words: str = "") -> list[Entry]:
    """List what a provider was asked to make, as far as the request has these words."""
    url = f"{deployment.addresses.simulators[provider]}/_sim/requests"
    entries: list[Entry] = httpx.get(url, trust_env=False).json()["requests"]
    return [entry for entry in entries if words in json.dumps(entry["body"])]


def asked(deployment: Deployment, words: str) -> list[str]:
    """Name the providers that were asked to make something with these words, once for each time."""
    return [
        provider
        for provider in deployment.addresses.simulators
        for _ in creates(deployment, provider, words)
    ]
