"""The list of gaps speaks of promises that there are, and README.md shows it as it is."""

import pytest

from tests.contract.aws.cases import CASES
from tests.contract.aws.gaps import GAPS
from tests.contract.aws.readme import README, render

PROMISED = {case.sentence: case.seen for case in CASES}


def test_no_two_promises_share_a_sentence() -> None:
    assert len(PROMISED) == len(CASES)


def test_there_are_enough_promises_to_hold_a_fake_by() -> None:
    assert len(CASES) >= 150


@pytest.mark.parametrize("keeper", GAPS)
def test_each_gap_is_of_a_promise(keeper: str) -> None:
    assert GAPS[keeper].keys() <= PROMISED.keys()


@pytest.mark.parametrize("keeper", GAPS)
def test_each_gap_is_another_thing_than_the_promise(keeper: str) -> None:
    same = [one for one, instead in GAPS[keeper].items() if instead == PROMISED[one]]

    assert same == []


def test_the_document_shows_the_list() -> None:
    assert render() in README.read_text(encoding="utf-8")
