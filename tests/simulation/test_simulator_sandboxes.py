"""The processes of the simulator: real handlers, kept warm, apart from each other, and mortal."""

import ast
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

import cliphook
from tests.simulator import fast_types
from tests.simulator.decisions import Decision, Fixed, Kind, Point
from tests.simulator.logs import Ended, Said, Wrote
from tests.simulator.play import play
from tests.simulator.previous import BEFORE_MONEY, previous
from tests.simulator.release import ROOT, release
from tests.simulator.sandboxes import SANDBOXES
from tests.simulator.scenarios import SCENARIOS

PRODUCT = [*ROOT.glob("layers/cliphook/**/*.py"), *ROOT.glob("functions/*/handler.py")]
PUSH = SCENARIOS["one push job"]


def job(wrote: Wrote) -> Mapping[str, object]:
    assert wrote.after
    document: Mapping[str, object] = wrote.after["job"]["M"]
    return document


def test_nobody_in_the_product_survives_his_own_death() -> None:
    caught = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name) and node.id == "BaseException")
        or (isinstance(node, ast.ExceptHandler) and node.type is None)
    ]

    assert len(PRODUCT) > 100
    assert caught == []


def test_the_functions_are_those_of_the_release_and_not_those_of_the_tests() -> None:
    play(PUSH, Fixed(), 1)

    loaded = release().module("domain.fold")
    assert loaded.__file__ == str(ROOT / "layers/cliphook/python/cliphook/domain/fold.py")
    assert sys.modules["cliphook"] is cliphook
    assert loaded is not sys.modules.get("cliphook.domain.fold")


def test_nobody_reaches_a_real_network() -> None:
    play(PUSH, Fixed(), 1)
    guard = vars(release().module("adapters.address_guard"))

    with pytest.raises(AssertionError):
        guard["socket"].create_connection(("127.0.0.1", 9))
    with pytest.raises(AssertionError):
        guard["socket"].socket()


def test_a_release_may_run_beside_another() -> None:
    before = previous(BEFORE_MONEY)
    assert before.module("domain.job") is not release().module("domain.job")
    assert "cliphook.domain.ledger" not in before.modules
    old = Decision(Point("callback", 1, 0, "begin"), Kind.OLD_CODE)

    played = play(SCENARIOS["two releases at once"], Fixed([old]), 1)

    writes = [one for one in played.logs.of(Wrote) if one.key[1] == "JOB" and one.after]
    by_old = [one for one in writes if (one.actor, one.turn) == ("callback", 1)]
    assert [*played.decisions] == [old]
    assert played.ended
    # The newer one says in which format it has written.
    assert ["format" in job(one) for one in by_old] == [False]
    assert all("format" in job(one) for one in writes if one not in by_old)


def test_a_process_is_used_again_and_another_one_where_it_is_busy() -> None:
    play(SCENARIOS["early callbacks of two jobs"], Fixed(), 1)

    used = SANDBOXES.used
    assert len(used["submit"]) == 2
    assert len(used["sweep"]) == 1


def test_what_a_process_remembers_is_asked_for_once_in_a_history() -> None:
    def asked() -> list[str]:
        points = play(PUSH, Fixed(), 1).points
        return [str(at) for at, _ in points if at.operation == "secrets.get_secret_value"]

    assert asked()
    assert asked() == asked()


def test_a_process_that_died_is_used_again_with_what_it_remembers() -> None:
    dies = Decision(Point("callback", 1, 4, "kv.transact_write_items"), Kind.CRASH_BEFORE)

    played = play(PUSH, Fixed([dies]), 1)

    secret = ("callback", "secrets.get_secret_value")
    ended = next(one for one in played.logs.of(Ended) if one.actor == "callback")
    assert {at.turn for at, _ in played.points if (at.actor, at.operation) == secret} == {1}
    assert ended.outcome == "killed"


def test_a_download_of_a_process_that_died_is_left_behind_until_the_next_history() -> None:
    dies = Decision(Point("archive", 1, 3, "blob.put_object"), Kind.CRASH_BEFORE)
    play(PUSH, Fixed([dies]), 1)

    left = [path for sandbox in SANDBOXES.used["archive"] for path in sandbox.folder.rglob("file")]
    play(PUSH, Fixed(), 1)

    assert len(left) == 1
    assert not left[0].exists()


def test_invocations_at_the_same_time_do_not_see_each_other_s_request() -> None:
    played = play(SCENARIOS["a storm of one key"], Fixed(), 1)

    jobs = {wrote.key[0] for wrote in played.logs.of(Wrote) if wrote.key[1] == "JOB"}
    assert {key.split("#")[1][-1] for key in jobs} == {"A", "B"}


def test_what_a_function_logs_is_kept_as_it_would_be_written() -> None:
    lines = [said.line for said in play(PUSH, Fixed(), 1).logs.of(Said) if said.actor == "submit"]

    assert any('"message":"submitted"' in line and '"job_id":"job_' in line for line in lines)


@pytest.mark.parametrize(
    "value",
    [
        {"a": "x", "b": 1, "c": -7, "d": True, "e": None, "f": [1, "y", {"g": []}], "h": {}},
        {"empty": "", "tuple": (1, 2), "big": 10**37},
        {"set": {"one", "two"}, "numbers": {1, 2}, "bytes": b"\x00"},
    ],
)
def test_values_are_written_and_read_as_the_sdk_does(value: dict[str, object]) -> None:
    slow: Any = TypeSerializer().serialize(value)
    fast = fast_types.FastSerializer().serialize(value)

    assert fast == slow
    assert fast_types.FastDeserializer().deserialize(fast) == TypeDeserializer().deserialize(slow)


def test_what_the_sdk_refuses_is_refused() -> None:
    for bad in (1.5, 10**39, object()):
        with pytest.raises((TypeError, ArithmeticError)):
            fast_types.FastSerializer().serialize({"a": bad})


def test_bytes_are_read_as_the_sdk_reads_them() -> None:
    assert fast_types.read({"B": b"x"}) == Binary(b"x")


def test_nothing_is_left_on_the_disk_by_a_history_that_went_well() -> None:
    play(PUSH, Fixed(), 1)

    folders = [sandbox.folder for used in SANDBOXES.used.values() for sandbox in used]
    assert [path for folder in folders for path in Path(folder).iterdir()] == []
