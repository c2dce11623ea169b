"""The assemblies that the tests read: synthesized once, without bundling, each with its checks."""

import pytest

from tests.infra.assembly import Assembly, synthesize


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return synthesize("prod", tmp_path_factory.mktemp("prod"))


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return synthesize("local", tmp_path_factory.mktemp("local"))


@pytest.fixture(scope="session", params=["prod", "local"])
def assembly(request: pytest.FixtureRequest) -> Assembly:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Assembly)
    return found
