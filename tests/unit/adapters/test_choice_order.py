"""Of all who can make a request the best one is asked first, and why is told."""

from cliphook.adapters.providers.choice import Market, choose
from cliphook.domain.gate import Health
from cliphook.domain.plan import Option
from cliphook.domain.request import MusicRequest
from tests.support.market import market

REQUEST = MusicRequest(model="suno-v5", prompt="A calm piano")


def order(at: Market) -> list[str]:
    return [option.provider for option in choose(REQUEST, None, at)]


def options(at: Market) -> dict[str, Option]:
    return {option.provider: option for option in choose(REQUEST, None, at)}


def test_health_counts_before_price_and_price_before_the_table() -> None:
    prices = {"sunoapi": "10", "apikley": "9", "apiin": "1"}
    at = market(prices=prices, health={"apiin": Health.STRAINED, "apikley": Health.DOWN})

    assert order(at) == ["sunoapi", "apiin", "apikley"]


def test_an_option_tells_before_whom_it_is_asked_only_for_their_health() -> None:
    prices = {"sunoapi": "10", "apikley": "9", "apiin": "12"}
    at = market(prices=prices, health={"apikley": Health.DOWN, "sunoapi": Health.STRAINED})

    told = {provider: option.reason for provider, option in options(at).items()}

    assert told == {
        "apiin": "can honour every field; health good, price 12;"
        " asked before apikley (down), sunoapi (strained)",
        "sunoapi": "can honour every field; health strained, price 10; asked before apikley (down)",
        "apikley": "can honour every field; health down, price 9",
    }


def test_whoever_has_a_price_comes_before_whoever_has_none() -> None:
    assert order(market(prices={"apiin": "99"}))[0] == "apiin"


def test_what_costs_nothing_is_the_cheapest() -> None:
    at = market(prices={"apiin": "0", "sunoapi": "0.0001"})

    assert order(at) == ["apiin", "sunoapi", "apikley"]
    assert "price 0" in options(at)["apiin"].reason
    assert "without a price" in options(at)["apikley"].reason
