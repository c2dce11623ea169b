"""A request goes to the first provider that can honour all of it, or is told who could."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from cliphook.adapters.providers.choice import choose
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.application.submit_job import Choice
from cliphook.domain.errors import InvalidRequestError
from cliphook.domain.request import MusicRequest, Operation, OutputFormat, Routing

FAMILIES = {
    "suno-v5": "V5",
    "suno-v4.5-plus": "V4_5PLUS",
    "suno-v4.5-all": "V4_5ALL",
    "suno-v4.5": "V4_5",
    "suno-v4": "V4",
}
SUNOAPI = Routing(("sunoapi",))
APIKLEY = Routing(("apikley",))


def asked(model: str = "auto", **fields: Any) -> MusicRequest:
    return MusicRequest(model=model, **{"prompt": "A calm piano", **fields})


def wrong(request: MusicRequest) -> dict[str, str]:
    """Say what is wrong with a request, field by field."""
    with pytest.raises(InvalidRequestError) as caught:
        choose(request)
    return {error.field: error.message for error in caught.value.errors}


def test_the_first_provider_takes_what_is_left_to_us() -> None:
    assert choose(asked()) == Choice("sunoapi", "V5")


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
@pytest.mark.parametrize(("family", "model"), FAMILIES.items())
def test_a_model_is_found_by_its_name_and_by_its_family(
    provider: str, family: str, model: str
) -> None:
    assert choose(asked(f"{provider}/{model}")) == Choice(provider, model)
    assert choose(asked(family, routing=Routing((provider,)))) == Choice(provider, model)
    assert choose(asked(family)) == Choice("sunoapi", model)


def test_no_provider_has_another_family() -> None:
    for row in PROVIDERS.values():
        assert set(row.models.values()) == FAMILIES.keys()


def test_routing_keeps_a_request_with_those_it_names() -> None:
    assert choose(asked(routing=APIKLEY)) == Choice("apikley", "V5")
    assert choose(asked(routing=Routing(("apikley", "sunoapi")))) in {
        Choice("apikley", "V5"),
        Choice("sunoapi", "V5"),
    }


def test_a_request_goes_past_a_provider_that_cannot_honour_it() -> None:
    sung: dict[str, Any] = {"prompt": None, "lyrics": "La", "style": "Rock"}

    # Only one of the two takes so long a title, and only with some of its models.
    assert choose(asked("suno-v5", title="x" * 100, **sung)) == Choice("sunoapi", "V5")
    assert wrong(asked("apikley/V5", title="x" * 81, **sung)).keys() == {"title"}
    assert wrong(asked("suno-v4", title="x" * 81, **sung)).keys() == {"title"}
    assert wrong(asked(routing=APIKLEY, title="x" * 81, **sung)).keys() == {"title"}


def test_a_named_model_is_never_replaced() -> None:
    long: dict[str, Any] = {"prompt": None, "lyrics": "x" * 3001, "style": "Rock", "title": "One"}

    assert choose(asked("auto", **long)) == Choice("sunoapi", "V5")
    assert wrong(asked("sunoapi/V4", **long)).keys() == {"lyrics"}


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
    errors = wrong(asked("sunoapi/V5", routing=APIKLEY))

    assert errors.keys() == {"model"}
    assert "routing" in errors["model"]


@pytest.mark.parametrize(
    "names", [("nobody",), ("sunoapi", "nobody"), ("infery",), ("", "apikley")]
)
def test_an_unknown_provider_is_not_passed_over(names: tuple[str, ...]) -> None:
    errors = wrong(asked(routing=Routing(names)))

    assert errors.keys() == {"routing.providers"}
    assert "apikley, sunoapi" in errors["routing.providers"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("duration_s", 30), ("persona_kind", "voice_persona"), ("output_format", OutputFormat.WAV)],
)
def test_a_field_that_nobody_can_honour_is_refused(field: str, value: object) -> None:
    fields: dict[str, Any] = {field: value}

    errors = wrong(asked(**fields))

    assert errors.keys() == {field}
    assert "no provider here can" in errors[field]


def test_a_field_that_another_can_honour_names_the_other() -> None:
    poor = replace(PROVIDERS["sunoapi"], fields=PROVIDERS["sunoapi"].fields - {"title"})
    rows = {"sunoapi": poor, "apikley": PROVIDERS["apikley"]}
    sung: dict[str, Any] = {"prompt": None, "lyrics": "La", "style": "Rock", "title": "One"}

    with pytest.raises(InvalidRequestError) as caught:
        choose(asked("sunoapi/V5", **sung), rows)

    (error,) = caught.value.errors
    assert error.field == "title"
    assert "providers that can: apikley" in error.message
    assert choose(asked("suno-v5", **sung), rows) == Choice("apikley", "V5")


@pytest.mark.parametrize("operation", sorted(set(Operation) - {Operation.GENERATE}))
def test_an_operation_that_nobody_knows_is_refused(operation: Operation) -> None:
    errors = wrong(asked(operation=operation, prompt=None))

    assert errors.keys() == {"operation"}
    assert "no provider here can" in errors["operation"]


def test_metadata_is_ours_and_stands_in_nobodys_way() -> None:
    assert choose(asked(metadata={"order": "17"})) == Choice("sunoapi", "V5")


def test_everything_that_is_wrong_is_named_at_once() -> None:
    request = asked(
        "V9",
        routing=Routing(("nobody",)),
        prompt="x" * 501,
        duration_s=30,
        persona_kind="voice_persona",
        style_weight=Decimal("0.5"),
    )

    assert [*wrong(request)] == [
        "routing.providers",
        "model",
        "persona_kind",
        "duration_s",
        "prompt",
        "style_weight",
    ]


def test_an_unknown_operation_hides_no_field_that_cannot_be_honoured() -> None:
    request = asked(operation=Operation.EXTEND, duration_s=30)

    assert wrong(request).keys() == {"operation", "duration_s"}
