"""What tests of the adapters share."""

from collections.abc import Iterator

import pytest

from tests.support.loopback import Loopback, loopback


@pytest.fixture
def host() -> Iterator[Loopback]:
    """Start a host that a test can teach its manners."""
    with loopback() as server:
        yield server
