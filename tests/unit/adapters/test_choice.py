"""A request goes to whoever can honour all of it, the best one first, or is told who could."""

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from cliphook.adapters.providers.choice import Market, choose
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.errors import InvalidRequestError
from cliphook.domain.ids import ClipId
from cliphook.domain.plan import Lineage
from cliphook.domain.request import MusicRequest, Operation, OutputFormat, Routing, Source
from tests.support.market import market

type Pair = tuple[str, str]

# Who offers what, by the names that the providers publish.
FAMILIES: dict[str, list[Pair]] = {
    "suno-v5": [("sunoapi", "V5"), ("apikley", "V5"), ("apiin", "suno-v5-0")],
    "suno-v4.5-all": [("sunoapi", "V4_5ALL"), ("apikley", "V4_5ALL")],
    "minimax-music-2.6": [("stratizon", "minimax-music-2.6")],
}


def asked(model: str = "auto", **fields: Any) -> MusicRequest:
    return MusicRequest(model=model, **{"prompt": "A calm piano", **fields})


def chosen(
    request: MusicRequest, lineage: Lineage | None = None, at: Market | None = None
) -> list[Pair]:
    """Name who may make a request, and with which model."""
    options = choose(request, lineage, at or market())
    return [(option.provider, option.model) for option in options]


def wrong(
    request: MusicRequest, lineage: Lineage | None = None, at: Market | None = None
) -> dict[str, str]:
    """Say what is wrong with a request, field by field."""
    with pytest.raises(InvalidRequestError) as caught:
        choose(request, lineage, at or market())
    return {error.field: error.message for error in caught.value.errors}


def test_what_is_left_to_us_may_go_to_everybody_and_to_each_once() -> None:
    assert [provider for provider, _ in chosen(asked())] == list(PROVIDERS)


@pytest.mark.parametrize(("family", "offers"), FAMILIES.items())
def test_a_family_goes_to_all_who_offer_it(family: str, offers: list[Pair]) -> None:
    assert chosen(asked(family)) == offers


@pytest.mark.parametrize(
    ("provider", "model"), [(row.name, model) for row in PROVIDERS.values() for model in row.models]
)
def test_a_named_model_of_a_provider_never_falls_back(provider: str, model: str) -> None:
    assert chosen(asked(f"{provider}/{model}")) == [(provider, model)]
    family = PROVIDERS[provider].models[model].family
    assert (provider, model) in chosen(asked(family))


def test_without_fallback_only_the_best_one_is_asked() -> None:
    assert chosen(asked(routing=Routing(fallback=False))) == chosen(asked())[:1]


def test_routing_keeps_a_request_with_those_it_names() -> None:
    found = chosen(asked(routing=Routing(("stratizon", "apikley"))))

    assert [provider for provider, _ in found] == ["apikley", "stratizon"]


def test_nobody_above_the_highest_price_is_asked() -> None:
    at = market(prices={"sunoapi": "10", "apikley": "10.0001", "apiin": "12"})

    assert chosen(asked("suno-v5", routing=Routing(max_price=Decimal(10))), at=at) == [
        ("sunoapi", "V5")
    ]
    refused = wrong(asked("suno-v5", routing=Routing(max_price=Decimal("9.9999"))), at=at)
    assert refused.keys() == {"routing.max_price"}
    assert "10" in refused["routing.max_price"]


def test_a_price_that_nobody_knows_is_above_every_price() -> None:
    assert "unknown" in wrong(asked(routing=Routing(max_price=Decimal(100))))["routing.max_price"]


def test_the_narrowest_price_counts() -> None:
    prices = {
        "sunoapi": "10",
        "sunoapi/V5": "11",
        "sunoapi/*/lyrics": "1",
        "sunoapi/V4/lyrics": "2",
    }
    at = market(prices=prices)

    def price(model: str, operation: Operation) -> Decimal | None:
        return choose(asked(f"sunoapi/{model}", operation=operation), None, at)[0].price

    assert price("V5", Operation.GENERATE) == Decimal(11)
    assert price("V4", Operation.GENERATE) == Decimal(10)
    assert price("V5", Operation.LYRICS) == Decimal(1)
    assert price("V4", Operation.LYRICS) == Decimal(2)


def test_a_request_goes_past_those_who_cannot_honour_it() -> None:
    sung: dict[str, Any] = {"prompt": None, "lyrics": "La", "style": "Rock"}

    # Only one of them takes so long a title, and only with some of its models.
    assert ("sunoapi", "V5") in chosen(asked("suno-v5", title="x" * 100, **sung))
    assert wrong(asked("apikley/V5", title="x" * 81, **sung)).keys() == {"title"}
    assert wrong(asked("suno-v4.5-all", title="x" * 81, **sung)).keys() == {"title"}


@pytest.mark.parametrize(
    "model",
    ["", "V5", "AUTO", "suno-V5", "sunoapi", "sunoapi/", "sunoapi/V9", "/V5", "infery/V5", " auto"],
)
def test_an_unknown_model_is_told_all_that_there_are(model: str) -> None:
    errors = wrong(asked(model))

    assert errors.keys() == {"model"}
    assert "routing" not in errors["model"]
    for name in ("auto", *FAMILIES, "sunoapi/V4_5ALL", "apikley/V5"):
        assert name in errors["model"]


def test_a_model_of_a_provider_that_routing_excludes_is_unknown() -> None:
    errors = wrong(asked("sunoapi/V5", routing=Routing(("apikley",))))

    assert errors.keys() == {"model"}
    assert "routing" in errors["model"]


@pytest.mark.parametrize("names", [("nobody",), ("sunoapi", "nobody"), ("", "apikley")])
def test_an_unknown_provider_is_not_passed_over(names: tuple[str, ...]) -> None:
    errors = wrong(asked(routing=Routing(names)))

    assert errors.keys() == {"routing.providers"}
    assert "apikley" in errors["routing.providers"]


def test_a_field_that_another_can_honour_names_the_other() -> None:
    errors = wrong(asked("sunoapi/V5", duration_s=60, output_format=OutputFormat.WAV))

    assert errors.keys() == {"duration_s", "output_format"}
    assert "providers that can: infery" in errors["output_format"]


def test_a_field_that_nobody_can_honour_says_so() -> None:
    mute = {
        name: replace(model, abilities={Operation.GENERATE: frozenset({"prompt"})})
        for name, model in PROVIDERS["sunoapi"].models.items()
    }
    rows = MappingProxyType({"sunoapi": replace(PROVIDERS["sunoapi"], models=mute)})

    errors = wrong(asked(title="One"), at=market(rows))

    assert "no provider here can" in errors["title"]


def test_an_operation_that_another_can_do_names_the_other() -> None:
    errors = wrong(asked("stratizon/suno-5.5", operation=Operation.LYRICS))

    assert errors.keys() == {"operation"}
    assert "sunoapi" in errors["operation"]


def test_metadata_is_ours_and_stands_in_nobodys_way() -> None:
    assert chosen(asked(metadata={"order": "17"})) == chosen(asked())


def test_everything_that_is_wrong_is_named_at_once() -> None:
    request = asked(
        "sunoapi/V5",
        routing=Routing(("sunoapi", "nobody")),
        prompt="x" * 501,
        duration_s=30,
        style_weight=Decimal("0.5"),
    )

    assert wrong(request).keys() == {"routing.providers", "duration_s", "prompt", "style_weight"}


CLIP = ClipId("clip_01KAJ5T1W0000000000000000C")
MADE = Lineage("sunoapi", "V4_5", "task-1", "clip-1", 0, "clips/a.mp3")


def extended(model: str = "auto", **fields: Any) -> MusicRequest:
    """Ask for more of an earlier clip."""
    values: dict[str, Any] = {"prompt": None, "keep_source_settings": True, **fields}
    return asked(model, operation=Operation.EXTEND, source=Source(CLIP), **values)


def test_an_operation_on_a_clip_goes_to_who_made_it_with_the_same_model() -> None:
    assert chosen(extended(), MADE) == [("sunoapi", "V4_5")]
    assert chosen(extended("suno-v4.5"), MADE) == [("sunoapi", "V4_5")]


@pytest.mark.parametrize("model", ["apikley/V4_5", "suno-v5", "sunoapi/V5"])
def test_an_operation_on_a_clip_goes_to_nobody_else_and_says_so(model: str) -> None:
    errors = wrong(extended(model), MADE)

    assert errors.keys() == {"source.clip_id"}
    assert "sunoapi/V4_5" in errors["source.clip_id"]


def test_a_clip_of_a_provider_without_the_operation_says_what_else_would_do() -> None:
    made = Lineage("stratizon", "suno-5.5", "task-1", "art-1", 0, "clips/a.mp3")

    errors = wrong(extended(), made)

    assert errors.keys() == {"source.clip_id"}
    assert "stratizon, which cannot extend" in errors["source.clip_id"]
    assert "extend_upload takes it as an uploaded file at: apikley" in errors["source.clip_id"]


def test_a_clip_is_sent_to_nobody_as_a_file_where_files_are_not_taken() -> None:
    made = Lineage("stratizon", "suno-5.5", "task-1", "art-1", 0, "clips/a.mp3")
    request = asked(operation=Operation.SEPARATE, source=Source(CLIP), prompt=None)

    assert wrong(request, made) == {
        "source.clip_id": "was made by stratizon, which cannot separate it"
    }
