"""Every invariant is named by a check, by other tests, and by a bug that breaks it."""

import ast
from functools import cache

import pytest

from tests.simulation.invariants import DOCUMENT, ROWS, Row, caught, rendered
from tests.simulator.cases import Case
from tests.simulator.planted.catalogue import CANARY, PATCHES
from tests.simulator.planted.patch import Patch, Piece, StalePatchError, patched, read, stale
from tests.simulator.planted_runs import case_of, remembered
from tests.simulator.scenarios import SCENARIOS
from tests.simulator.source import ROOT


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assigned = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return frozenset(functions | assigned)


def test_the_index_has_all_twenty_four() -> None:
    assert [row.id for row in ROWS] == [f"I{number}" for number in range(1, 25)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_an_invariant_is_checked_and_tested_by_what_there_is(row: Row) -> None:
    assert row.checks

    for test in row.tests:
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), path
        assert not name or name in names_in(path), test


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_its_check_fails_where_its_mechanism_is_taken_away(row: Row) -> None:
    assert row.bugs(caught())


def test_the_document_has_the_index_as_it_is() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")

    assert rendered(document) == document, "python -m tests.simulation.invariants"


def test_there_are_forty_bugs_at_least_and_none_is_stale() -> None:
    assert len(PATCHES) >= 40
    assert stale((*PATCHES, CANARY)) == []


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.name)
def test_a_bug_says_what_it_is_and_what_has_caught_it(patch: Patch) -> None:
    row = remembered()[patch.name]
    case = case_of(row)

    assert patch.says.endswith(".")
    assert row["invariant"] == patch.breaks
    assert case
    assert case.scenario in SCENARIOS


def test_what_is_remembered_is_of_bugs_that_there_are() -> None:
    assert remembered().keys() == {patch.name for patch in PATCHES}


def test_a_patch_whose_place_is_gone_is_stale() -> None:
    gone = Patch("gone", "Gone.", "I1", (Piece("functions/poll/handler.py", "no such line\n", ""),))

    with pytest.raises(StalePatchError, match="stands 0 times"):
        patched(gone)
    assert stale([gone]) == ["gone: a piece stands 0 times in functions/poll/handler.py"]


def test_a_patch_whose_place_is_twice_there_is_stale() -> None:
    twice = Patch("twice", "Twice.", "I1", (Piece("functions/poll/handler.py", "\n", "\n\n"),))

    with pytest.raises(StalePatchError, match="times"):
        patched(twice)


def test_a_patch_changes_its_lines_and_no_others() -> None:
    canary = read(CANARY.name)
    ((path, text),) = patched(canary).items()
    before = (ROOT / canary.pieces[0].path).read_text(encoding="utf-8")

    assert path == str(ROOT / canary.pieces[0].path)
    changed = [
        (one, other)
        for one, other in zip(before.splitlines(), text.splitlines(), strict=True)
        if one != other
    ]
    assert len(changed) == 1
    assert "size_bytes + 1" in changed[0][1]


def test_a_case_of_a_scenario_that_is_gone_is_none() -> None:
    row = {"scenario": "nobody is there", "seed": 1, "decisions": ""}

    assert case_of(row) is None
    assert case_of(row | {"scenario": "one push job"}) == Case("one push job")
