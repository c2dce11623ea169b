"""Whatever breaks no rule of ours is written in a way that breaks none of infery's documents."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cliphook.adapters.providers.provider import Picture, Submission
from cliphook.domain.ids import ClipId
from cliphook.domain.request import (
    Image,
    MusicRequest,
    Operation,
    OutputFormat,
    PersonaKind,
    Sound,
    Source,
    Stems,
    VocalGender,
    asked_fields,
)
from local.simulators.infery_checks import Choices, check
from local.simulators.infery_switches import InferySwitches
from tests.support.infery_requests import ALL, CLIP, KNOWN, PRO, SUNO, row

# A clip of ours can be a source everywhere.
CLIP_SOURCE = Source(clip_id=ClipId("clip_01KAJ9W4T6Z2M8X3V5C7B9N1QD"))

weights = st.none() | st.decimals(0, 1, places=2)


def texts(length_max: int) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(["", " ", "Rock", "x" * length_max, "x" * (length_max + 1)])


requests = st.builds(
    MusicRequest,
    operation=st.sampled_from(Operation),
    prompt=st.just("A tune") | texts(500) | texts(5000),
    lyrics=texts(5000),
    style=texts(1000),
    title=texts(100),
    instrumental=st.booleans(),
    negative_style=st.sampled_from(["Metal", None]),
    vocal_gender=st.none() | st.sampled_from(VocalGender),
    style_weight=weights,
    weirdness=weights,
    audio_weight=weights,
    persona_id=st.none() | st.just("persona-1"),
    persona_kind=st.none() | st.sampled_from(PersonaKind),
    duration_s=st.none() | st.integers(29, 181),
    output_format=st.sampled_from(OutputFormat),
    images=st.just(()) | st.just((Image("image/png", data="aGVsbG8="),)),
    source=st.sampled_from([CLIP_SOURCE, CLIP_SOURCE, None]),
    continue_at_s=st.none() | st.decimals(0, 60, places=1),
    keep_source_settings=st.booleans(),
    stems=st.none() | st.sampled_from(Stems),
    sound=st.none() | st.builds(Sound, st.booleans(), st.integers(0, 301), st.just("Am")),
)


ROWS = {False: row(), True: row(needs_upstream=True)}


def mended(request: MusicRequest, model: str, *, upstream: bool = False) -> MusicRequest | None:
    """Do as a client is told: leave out what is refused, and give up where that does not help."""
    provider = ROWS[upstream]
    for _ in range(3):
        able = provider.models[model].abilities[request.operation]
        wrong = [name for name in asked_fields(request) if name not in able]
        wrong += [error.field for error in provider.check(request, model)]
        if not wrong:
            return request
        fields = {name.partition(".")[0] for name in wrong}
        plain: dict[str, Any] = {name: getattr(MusicRequest(), name) for name in fields}
        request = replace(request, **plain)
    return None


def complaint(request: MusicRequest, model: str, *, upstream: bool = False) -> str | None:
    """Say what the simulated infery, which has read the same documents, would answer."""
    pictures = tuple(Picture(one.mime_type, one.data or "") for one in request.images)
    submission = Submission(request, model, "https://unused.test", "1", KNOWN, pictures)
    written = {
        name: Decimal(str(value)) if isinstance(value, float) else value
        for name, value in (ROWS[upstream].write_create(submission).body or {}).items()
    }
    problem = check(written, Choices(InferySwitches(upstream_operation_fields=upstream)))
    return problem.message if problem else None


@pytest.mark.parametrize("request_", ALL)
def test_every_kind_of_request_is_accepted(request_: MusicRequest) -> None:
    assert complaint(request_, SUNO) is None


@settings(max_examples=400)
@given(request=requests, upstream=st.booleans())
def test_what_breaks_no_rule_is_accepted(request: MusicRequest, *, upstream: bool) -> None:
    fit = mended(request, SUNO, upstream=upstream)

    assert fit is None or complaint(fit, SUNO, upstream=upstream) is None


@given(request=requests, model=st.sampled_from([CLIP, PRO]))
def test_what_lyria_can_do_is_accepted(request: MusicRequest, model: str) -> None:
    fit = mended(replace(request, operation=Operation.GENERATE), model)

    assert fit is None or complaint(fit, model) is None
