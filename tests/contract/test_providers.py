"""
Every row of the table has a name, samples of what it can send, and tests that read them.

What each sample must become stands in `test_<format>_samples.py`. Its `READ` names, for each of
its providers, the samples that its tests read.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from cliphook.adapters import schema
from cliphook.adapters.providers.provider import Arrival
from cliphook.adapters.providers.table import PROVIDERS, find_provider
from cliphook.domain.errors import UnknownProviderError
from tests.support import samples

ROWS = sorted(PROVIDERS)
# What no row can do without, by how the names of samples begin.
CREATED = {"created", "refused"}
CALLED_BACK = {"text", "first", "complete", "error"}

every = pytest.mark.parametrize("provider", ROWS)


@cache
def read() -> Mapping[str, set[str]]:
    """Gather which samples the tests of all formats read."""
    found: dict[str, set[str]] = {}
    for path in sorted(Path(__file__).parent.glob("test_*_samples.py")):
        found |= import_module(f"tests.contract.{path.stem}").READ
    return found


@every
def test_a_row_has_a_name_that_everybody_knows(provider: str) -> None:
    assert provider in schema.PROVIDERS
    assert find_provider(provider).name == provider


@every
def test_a_row_has_samples_of_what_it_can_send(provider: str) -> None:
    pushes = PROVIDERS[provider].facts.arrival is Arrival.PUSH

    for beginning in CREATED | (CALLED_BACK if pushes else set()):
        assert any(name.startswith(beginning) for name in samples.names(provider)), beginning


@every
def test_every_sample_is_read_by_a_test(provider: str) -> None:
    assert set(samples.names(provider)) == read()[provider]


def test_no_row_has_another_name() -> None:
    for name in ("", "SUNOAPI", "suno", "__class__", "nobody", "\ud800"):
        with pytest.raises(UnknownProviderError):
            find_provider(name)
