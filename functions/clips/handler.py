"""GET /v1/clips…: what an account has made, and where it can be heard."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.domain.api_key import Scope
from cliphook.domain.ids import AccountId
from cliphook.runtime.auth import make_doorman
from cliphook.runtime.clip_reading import make_clip_reading
from cliphook.runtime.http import answer, make_app, plain, redirect
from cliphook.runtime.settings import ClipsSettings

settings = ClipsSettings.from_environment()
doorman = make_doorman(settings.TABLE_NAME, settings.SECRETS_PREFIX)
reading = make_clip_reading(settings)
app = make_app()


def caller() -> AccountId:
    """Tell whose API key the request has."""
    return doorman.admit(app.current_event.headers.get("authorization"), Scope.JOBS_READ)


@app.get("/v1/clips")
def list_clips() -> Response[str]:
    """Answer a page of clips, newest first."""
    query = app.current_event.query_string_parameters
    return answer(HTTPStatus.OK, reading.list_clips(caller(), query))


@app.get("/v1/clips/<clip_id>")
def get_clip(clip_id: str) -> Response[str]:
    """Answer one clip."""
    return answer(HTTPStatus.OK, reading.show_clip(caller(), clip_id))


@app.get("/v1/clips/<clip_id>/audio")
def get_audio(clip_id: str) -> Response[str]:
    """Lead to the archived file, or to the provider's stream while there is none."""
    query = app.current_event.query_string_parameters
    return redirect(reading.audio_link(caller(), clip_id, query))


@app.get("/v1/clips/<clip_id>/<part>")
def get_part(clip_id: str, part: str) -> Response[str]:
    """Lead to what there is beside a clip's audio, or answer it."""
    query = app.current_event.query_string_parameters
    found = reading.find_part(caller(), clip_id, part, query)
    return redirect(found.link) if found.link else plain(found.text)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
