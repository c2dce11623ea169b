"""An Idempotency-Key stands for one body: through upgrades, and down to its pictures."""

import hashlib
from decimal import Decimal

import pytest

from cliphook.domain.ids import FileId
from cliphook.domain.request import (
    Image,
    MusicRequest,
    Routing,
    Sound,
    Source,
    Stems,
    VocalGender,
)
from cliphook.runtime.idempotency import read_promise
from tests.support.makers import START

FILE = FileId("file_01KAJ5T1W0000000000000000F")
SIMPLE = MusicRequest(prompt="A calm piano", model="sunoapi/V5")
CUSTOM = MusicRequest(
    lyrics="[Verse]\nKäfer",
    style="folk",
    title="K",
    style_weight=Decimal("0.65"),
    vocal_gender=VocalGender.FEMALE,
    routing=Routing(("apikley",)),
    metadata={"episode": "12"},
)
# What the first version took the fingerprint of.
FIRST = {
    '{"instrumental": false, "metadata": {}, "model": "sunoapi/V5", "operation": "generate", '
    '"output_format": "mp3", "prompt": "A calm piano", "routing": {"providers": []}}': SIMPLE,
    '{"instrumental": false, "lyrics": "[Verse]\\nK\\u00e4fer", "metadata": {"episode": "12"}, '
    '"model": "auto", "operation": "generate", "output_format": "mp3", "routing": {"providers": '
    '["apikley"]}, "style": "folk", "style_weight": 0.65, "title": "K", "vocal_gender": "f"}': (
        CUSTOM
    ),
}
OTHERS = (
    MusicRequest(prompt="A calm piano"),
    MusicRequest(prompt="A calm piano", routing=Routing(("sunoapi",))),
    MusicRequest(prompt="A calm piano", routing=Routing(fallback=False)),
    MusicRequest(prompt="A calm piano", routing=Routing(max_price=Decimal(12))),
    MusicRequest(prompt="A calm piano", keep_source_settings=True),
    MusicRequest(prompt="A calm piano", images=(Image("image/png", "AAAA"),)),
    MusicRequest(prompt="A calm piano", images=(Image("image/png", "AAAB"),)),
    MusicRequest(prompt="A calm piano", images=(Image("image/png", file_id=FILE),)),
    MusicRequest(prompt="A calm piano", images=(Image("image/png", "AAAA"),) * 2),
    MusicRequest(prompt="A calm piano", source=Source(file_id=FILE)),
    MusicRequest(prompt="A calm piano", source=Source(url="https://host.test/a.mp3")),
    MusicRequest(prompt="A calm piano", continue_at_s=Decimal(0)),
    MusicRequest(prompt="A calm piano", stems=Stems.TWO),
    MusicRequest(prompt="A calm piano", sound=Sound(loop=False)),
    MusicRequest(prompt="A calm piano", provider_options={"suno": "{}"}),
    MusicRequest(prompt="A calm piano", provider_options={"suno": '{"a": 1}'}),
)


def fingerprint(request: MusicRequest) -> str:
    promise = read_promise("key", request, START)
    assert promise
    return promise.fingerprint


@pytest.mark.parametrize(("asked", "request_"), FIRST.items())
def test_a_promise_outlives_an_upgrade(asked: str, request_: MusicRequest) -> None:
    assert fingerprint(request_) == hashlib.sha256(asked.encode()).hexdigest()


def test_whatever_is_asked_otherwise_is_another_body() -> None:
    assert len({*map(fingerprint, OTHERS)}) == len(OTHERS)
