"""The example of docs/providers.md is a provider like the others once it stands in the table."""

import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Final

import httpx
import pytest

from cliphook.adapters.providers.choice import choose
from cliphook.adapters.providers.provider import Declined, Provider, Taken
from cliphook.adapters.providers.table import PROVIDERS, Table
from cliphook.domain.errors import InvalidRequestError, UnreadableReportError
from cliphook.domain.report import Accepted, Failure, Progress, Silence
from cliphook.domain.request import MusicRequest, Operation
from cliphook.domain.status import Stage
from tests.support import provider_docs
from tests.support.makers import at, claimed, new_job, told
from tests.support.market import market
from tests.support.speaking import make_sender

FOLDER: Final = Path(__file__).parents[2] / "docs/examples/sixth_provider"
SAMPLES: Final = FOLDER / "samples"


class AnyKey:
    """An operator's keys."""

    def api_key(self, provider: str, *, fresh: bool = False) -> str:
        """Give a key that tells whose it is."""
        return f"{provider}-{fresh}"


def load() -> ModuleType:
    spec = spec_from_file_location("hummingbird", FOLDER / "hummingbird.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def row() -> Provider:
    page = load()
    made: Provider = page.make_row(page.Settings())
    return made


@pytest.fixture
def table(row: Provider) -> Table:
    return MappingProxyType({**PROVIDERS, row.name: row})


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def test_a_request_finds_its_way_to_the_new_one(table: Table) -> None:
    options = choose(MusicRequest(model="hum-2", prompt="A waltz"), None, market(table))
    anybody = choose(MusicRequest(prompt="A waltz"), None, market(table))

    assert [(one.provider, one.model) for one in options] == [("hummingbird", "hum-2")]
    assert [one.provider for one in anybody] == list(table)


def test_what_it_cannot_honour_is_refused_with_the_names_of_those_who_can(table: Table) -> None:
    request = MusicRequest(model="hum-2", prompt="x" * 601, style="Rock")

    with pytest.raises(InvalidRequestError) as caught:
        choose(request, None, market(table))

    errors = {error.field: error.message for error in caught.value.errors}
    assert errors.keys() == {"prompt", "style"}
    assert "sunoapi" in errors["style"]


def test_every_sample_is_read(row: Provider) -> None:
    generate = Operation.GENERATE

    assert row.read_created(200, sample("created"), generate) == Taken("hum-0001")
    refused = row.read_created(402, sample("refused_402"), generate)
    assert isinstance(refused, Declined)
    assert refused.error.code == "provider_out_of_credit"
    assert row.read_polled(sample("polled_waiting"), generate) == Silence()
    half, done, failed = (
        row.read_polled(sample(f"polled_{state}"), generate) for state in ("half", "done", "failed")
    )
    assert isinstance(half, Progress)
    assert isinstance(done, Progress)
    assert (half.stage, done.stage) == (Stage.FIRST, Stage.COMPLETE)
    assert half.clips[0].audio_url == "https://cdn.hummingbird.example/song-1.mp3"
    assert isinstance(failed, Failure)
    with pytest.raises(UnreadableReportError):
        row.read_callback(sample("polled_done"))


def test_a_job_goes_to_it_as_to_any_other(row: Provider, table: Table) -> None:
    seen: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        name = "created" if request.method == "POST" else "polled_done"
        return httpx.Response(200, stream=httpx.ByteStream(sample(name)))

    sender = make_sender({}, AnyKey(), transport=httpx.MockTransport(serve), providers=table)
    request = MusicRequest(prompt="A waltz", provider_options={row.name: '{"tempo": 90}'})
    job = told(claimed(), job=new_job(provider=row.name, model="hum-2", request=request))

    answer, _ = sender.submit(job, "https://music.test/callbacks/none", at(2))
    word, _ = sender.ask(told(answer, job=job))

    assert answer == Accepted(1, "hum-0001", at(2))
    assert isinstance(word, Progress)
    assert str(seen[0].url) == "https://api.hummingbird.example/songs"
    assert json.loads(seen[0].content) == {"text": "A waltz", "model": "hum-2", "tempo": 90}
    assert str(seen[1].url) == "https://api.hummingbird.example/songs/hum-0001"
    assert {one.headers["authorization"] for one in seen} == {"Bearer hummingbird-False"}


def test_the_page_is_as_short_as_those_it_is_an_example_of() -> None:
    lines = (FOLDER / "hummingbird.py").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 150


def test_the_document_is_what_the_rows_say_and_shows_the_example_as_it_is() -> None:
    assert provider_docs.PAGE.read_text(encoding="utf-8") == provider_docs.text(), "run make docs"
