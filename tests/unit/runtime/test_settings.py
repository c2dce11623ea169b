"""Prices and caps as an operator writes them: a slip of the hand stops the functions at once."""

from decimal import Decimal
from typing import Any

import pytest

from cliphook.runtime.settings import CatalogueSettings, SubmitSettings

TOLD: dict[str, str] = {
    "DEPLOYMENT": "test",
    "TABLE_NAME": "jobs",
    "PUBLIC_URL": "https://music.test",
    "PROVIDER_URLS": "{}",
    "PROVIDER_SETTINGS": "{}",
    "SECRETS_PREFIX": "cliphook/test",
    "BUCKET_NAME": "clips",
    "PRICES": "{}",
    "DAILY_CAPS": "{}",
    "FETCH_LOOPBACK": "false",
    "POLL_FIRST_S": "90",
    "POLLED_FIRST_S": "10",
    "JOB_DEADLINE_S": "7200",
    "UNKNOWN_DEADLINE_S": "3600",
}


def read(**told: str) -> SubmitSettings:
    return SubmitSettings.model_validate(TOLD | told)


def test_without_prices_and_caps_there_are_none() -> None:
    assert (read().PRICES, read().DAILY_CAPS) == ({}, {})


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", "0"),
        ("0.0000", "0"),
        ("0.0001", "0.0001"),
        ("10", "10"),
        ("12.5", "12.5"),
        ("999999.9999", "999999.9999"),
        ("1000000", "1000000"),
    ],
)
def test_a_price_is_a_text_with_at_most_four_decimals(text: str, amount: str) -> None:
    prices = read(PRICES=f'{{"sunoapi": "{text}"}}').PRICES

    assert prices == {"sunoapi": Decimal(amount)}


AMOUNTS: tuple[Any, ...] = (
    *('"10.00001"', '"-1"', '"-0.0001"', '"1000000.0001"', '"1e3"', '"NaN"', '"Infinity"'),
    *(
        '""',
        '" 1"',
        '"1,5"',
        '".5"',
        '"1."',
        '"+1"',
        '"\u0661"',
        "10",
        "10.5",
        "null",
        "true",
        "[]",
    ),
)


@pytest.mark.parametrize("amount", AMOUNTS)
def test_a_price_that_is_none_stops_the_cold_start(amount: str) -> None:
    prices = f'{{"apikley": "1", "sunoapi": {amount}}}'

    with pytest.raises(ValueError, match=r"PRICES\.sunoapi"):
        read(PRICES=prices)
    with pytest.raises(ValueError, match=r"PRICES\.sunoapi"):
        CatalogueSettings.model_validate(TOLD | {"PRICES": prices})


@pytest.mark.parametrize("amount", [*AMOUNTS[:3], *AMOUNTS[4:], '"1000000000.0001"'])
def test_a_cap_that_is_none_stops_the_cold_start(amount: str) -> None:
    with pytest.raises(ValueError, match=r"DAILY_CAPS\.sunoapi"):
        read(DAILY_CAPS=f'{{"sunoapi": {amount}}}')


def test_a_cap_may_be_above_every_price_and_may_be_nothing() -> None:
    caps = read(DAILY_CAPS='{"sunoapi": "1000000000", "infery": "0"}').DAILY_CAPS

    assert caps == {"sunoapi": Decimal(1_000_000_000), "infery": Decimal(0)}


NAMES = ("sunoapi", "sunoapi/V5", "sunoapi/*/lyrics", "stratizon/suno-5.5/generate")


@pytest.mark.parametrize("name", NAMES)
def test_a_price_stands_for_a_provider_a_model_or_an_operation(name: str) -> None:
    prices = read(PRICES=f'{{"{name}": "1"}}').PRICES

    assert prices == {name: Decimal(1)}


@pytest.mark.parametrize(
    "name",
    [
        *("", "suno", "Sunoapi", "*", "sunoapi/", "sunoapi/*", "sunoapi//lyrics"),
        *("sunoapi/V5/", "sunoapi/V5/lyrcs", "sunoapi/lyrics/V5", "sunoapi/V5/lyrics/1"),
        *("sunoapi/V5\\n", "sunoapi/V 5", "sunoapi/V*/lyrics", " sunoapi"),
    ],
)
def test_a_name_that_no_job_looks_up_has_no_price(name: str) -> None:
    with pytest.raises(ValueError, match="PRICES"):
        read(PRICES=f'{{"{name}": "1"}}')


@pytest.mark.parametrize("name", ["", "suno", "sunoapi/V5", "*"])
def test_a_cap_stands_for_a_provider(name: str) -> None:
    with pytest.raises(ValueError, match="DAILY_CAPS"):
        read(DAILY_CAPS=f'{{"{name}": "1"}}')
