"""GET /v1/clips/{id}/tagged: a clip's file, in a copy that says what it is."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.domain.api_key import Scope
from cliphook.runtime.auth import make_doorman
from cliphook.runtime.clip_tagging import make_clip_tagging
from cliphook.runtime.http import make_app, redirect
from cliphook.runtime.settings import TaggedSettings

settings = TaggedSettings.from_environment()
doorman = make_doorman(settings.TABLE_NAME, settings.SECRETS_PREFIX)
tagging = make_clip_tagging(settings)
app = make_app()


@app.get("/v1/clips/<clip_id>/tagged")
def get_tagged(clip_id: str) -> Response[str]:
    """Lead to a copy with tags, which is made unless it lies there."""
    event = app.current_event
    caller = doorman.admit(event.headers.get("authorization"), Scope.JOBS_READ)
    return redirect(tagging.tagged_link(caller, clip_id, event.query_string_parameters))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
