"""POST /v1/files, GET /v1/files/{id}: reference audio and pictures are promised, then uploaded."""

import secrets as chance
from http import HTTPStatus
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.api_files import read_file_request, show_file, show_upload
from cliphook.adapters.dynamodb_files import DynamoDbFiles
from cliphook.adapters.s3_files import S3Files
from cliphook.application.accept_file import accept_file
from cliphook.application.find_file import find_file, is_ready
from cliphook.domain.api_key import Scope
from cliphook.domain.ids import AccountId
from cliphook.runtime.auth import make_doorman
from cliphook.runtime.clock import now
from cliphook.runtime.http import answer, make_app, raw_body
from cliphook.runtime.observability import logger
from cliphook.runtime.settings import FilesSettings

ENTROPY_BYTES: Final = 10

settings = FilesSettings.from_environment()
doorman = make_doorman(settings.TABLE_NAME, settings.SECRETS_PREFIX)
files = DynamoDbFiles(settings.TABLE_NAME, aws.dynamodb())
shelf = S3Files(settings.BUCKET_NAME, aws.s3_brief())
app = make_app()


def caller(scope: Scope) -> AccountId:
    """Tell whose API key the request has, if it may do that."""
    return doorman.admit(app.current_event.headers.get("authorization"), scope)


@app.post("/v1/files")
def post_file() -> Response[str]:
    """Answer 201 with the form by which the bytes are to be posted, which is shown this once."""
    account_id, at = caller(Scope.JOBS_WRITE), now()
    request, entropy = read_file_request(raw_body(app)), chance.token_bytes(ENTROPY_BYTES)
    file, upload = accept_file(
        request, account_id, files=files, shelf=shelf, now=at, entropy=entropy
    )
    logger.info("file promised", extra={"file_id": file.id, "size_bytes": file.size_bytes})
    body = {**show_file(file, is_ready=False), "upload": show_upload(upload)}
    return answer(HTTPStatus.CREATED, body, {"Location": f"/v1/files/{file.id}"})


@app.get("/v1/files/<file_id>")
def get_file(file_id: str) -> Response[str]:
    """Answer one file, and whether its bytes have come."""
    file = find_file(caller(Scope.JOBS_READ), file_id, files=files, now=now())
    return answer(HTTPStatus.OK, show_file(file, is_ready=is_ready(file, shelf=shelf)))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
