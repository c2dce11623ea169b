"""What `Gates` promises."""

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

import pytest
from botocore.stub import Stubber
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cliphook.adapters.dynamodb_gates import DynamoDbGates
from cliphook.application.pass_gate import enter_gate, reserve_slot, tell_gate
from cliphook.application.ports import Gates
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.gate import CALLS_KEPT, Gate, Outcome, Rate
from tests.support.aws_table import make_table
from tests.support.fakes import FakeGates, FakeTable
from tests.support.makers import at

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

RATE = Rate(20, 10)
names = (f"gates-{number}" for number in count())
numbers = count()

times = st.floats(min_value=0, max_value=9000, allow_nan=False).map(at)
gates_as_they_may_be = st.builds(
    Gate,
    st.just("sunoapi"),
    st.lists(times, max_size=20).map(tuple),
    st.lists(st.tuples(times, st.sampled_from(Outcome)), max_size=CALLS_KEPT).map(tuple),
    st.none() | times,
    st.none() | times,
    st.just(1),
)


@pytest.fixture(params=["fake", "dynamodb"])
def gates(request: pytest.FixtureRequest) -> Gates:
    if request.param == "fake":
        return FakeGates(FakeTable())
    client: DynamoDBClient = request.getfixturevalue("client")
    return DynamoDbGates(make_table(client, next(names)), client)


def test_a_provider_of_which_nothing_is_known_has_a_new_gate(gates: Gates) -> None:
    assert gates.swap(Gate("apikley", version=1), 0)

    assert gates.load("sunoapi") == Gate("sunoapi")


def test_a_gate_is_loaded_as_it_was_stored(gates: Gates) -> None:
    full = Gate(
        "sunoapi",
        slots=(at(1), at(2.000001)),
        calls=((at(1), Outcome.WELL), (at(2), Outcome.BROKE), (at(3), Outcome.UNWELL)),
        opened_at=at(3),
        probed_at=at(33.5),
        version=1,
        under_way=(at(900), at(901.5)),
    )

    assert gates.swap(full, 0)

    assert gates.load("sunoapi") == full


@settings(
    max_examples=40,
    # Every example has a gate of its own, so the table may be shared.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(gate=gates_as_they_may_be)
def test_whatever_a_gate_knows_is_kept_exactly(gates: Gates, gate: Gate) -> None:
    own = Gate(
        f"provider-{next(numbers)}", gate.slots, gate.calls, gate.opened_at, gate.probed_at, 1
    )

    assert gates.swap(own, 0)

    assert gates.load(own.provider) == own


def test_each_provider_has_a_gate_of_its_own(gates: Gates) -> None:
    suno, apikley = Gate("sunoapi", (at(1),), version=1), Gate("apikley", (at(2),), version=1)

    assert gates.swap(suno, 0)
    assert gates.swap(apikley, 0)

    assert (gates.load("sunoapi"), gates.load("apikley")) == (suno, apikley)


@pytest.mark.parametrize("version", [0, 1, 5])
def test_of_two_swaps_from_one_version_one_wins(gates: Gates, version: int) -> None:
    for known in range(version):
        assert gates.swap(Gate("sunoapi", version=known + 1), known)
    one = Gate("sunoapi", (at(1),), version=version + 1)
    other = Gate("sunoapi", (at(2),), version=version + 1)

    assert gates.swap(one, version)
    assert not gates.swap(other, version)

    assert gates.load("sunoapi") == one


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_swap_from_a_version_that_there_is_not_stores_nothing(gates: Gates, version: int) -> None:
    assert gates.swap(Gate("sunoapi", version=1), 0)
    assert gates.swap(Gate("sunoapi", version=2), 1)

    assert not gates.swap(Gate("sunoapi", (at(9),), version=version + 1), version)

    assert gates.load("sunoapi") == Gate("sunoapi", version=2)


def test_a_swap_from_a_version_that_is_not_yet_stores_nothing(gates: Gates) -> None:
    assert not gates.swap(Gate("sunoapi", version=2), 1)

    assert gates.load("sunoapi") == Gate("sunoapi")


def test_a_gate_that_is_passed_remembers_all_of_it(gates: Gates) -> None:
    for _ in range(RATE.count):
        assert enter_gate("sunoapi", RATE, at(1), gates=gates) is None
    tell_gate("sunoapi", Outcome.UNWELL, at(2), gates=gates)

    assert enter_gate("sunoapi", RATE, at(2), gates=gates)
    assert reserve_slot("sunoapi", RATE, at(2), at(600), gates=gates) == at(13)
    assert gates.load("sunoapi").calls == ((at(2), Outcome.UNWELL),)
    assert gates.load("sunoapi").version == RATE.count + 2


@pytest.fixture
def stubber(client: "DynamoDBClient") -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


def test_a_table_that_is_not_there_has_no_gates(client: "DynamoDBClient") -> None:
    gates = DynamoDbGates("nobody", client)

    with pytest.raises(UnavailableStoreError):
        gates.load("sunoapi")
    with pytest.raises(UnavailableStoreError):
        gates.swap(Gate("sunoapi", version=1), 0)


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerError"])
def test_a_refusal_that_is_no_lost_race_is_none(
    code: str, client: "DynamoDBClient", stubber: Stubber
) -> None:
    stubber.add_client_error("put_item", code)

    with pytest.raises(UnavailableStoreError):
        DynamoDbGates("gates", client).swap(Gate("sunoapi", version=1), 0)
