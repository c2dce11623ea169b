"""
Makes music end to end as any client would, over HTTP alone, and then looks at what it left behind.

The two requests are a sentence, which goes to every provider, and the custom-mode example of a
provider's own documents; all are sent at once.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx

from local.addresses import Addresses
from local.progress import Progress

CUSTOM_MODEL: Final = "sunoapi/V5"
MODELS: Final = (
    CUSTOM_MODEL,
    "apikley/V4_5",
    "apiin/suno-v5-0",
    "infery/suno-v4",
    "stratizon/suno-5.5",
)
SENTENCE: Final[Mapping[str, object]] = {
    "prompt": "Upbeat indie folk about a sunrise coastal drive"
}
CUSTOM: Final[Mapping[str, object]] = {
    "lyrics": (
        "Verse 1: Walking down the street, feeling so free\nChorus: Summer dreams are calling me"
    ),
    "style": "pop, upbeat, electronic, 120 bpm",
    "title": "Summer Dreams",
    "instrumental": False,
}

STAGES: Final = ("text", "first", "complete")
LOOK_EVERY_S: Final = 0.3
DONE_WITHIN_S: Final = 900.0
ANSWER_WITHIN_S: Final = 35.0

type Job = dict[str, Any]


class ApiError(Exception):
    """The API answered a request of the demonstration with an error."""


class NotDoneError(Exception):
    """A job did not come to an end in time."""


@dataclass(frozen=True, slots=True)
class Client:
    """The API as one account sees it."""

    http: httpx.Client

    def submit(self, request: Mapping[str, object]) -> Job:
        """Ask for music."""
        return self._json("POST", "/v1/jobs", json=request)

    def job(self, job_id: str) -> Job:
        """Read a job."""
        return self._json("GET", f"/v1/jobs/{job_id}")

    def audio(self, clip_id: str) -> bytes:
        """Read a clip's file by its redirect."""
        answer = self.http.get(f"/v1/clips/{clip_id}/audio", follow_redirects=True)
        if not answer.is_success:
            raise ApiError(f"GET /v1/clips/{clip_id}/audio: {answer.status_code}")
        return answer.content

    def _json(self, method: str, path: str, *, json: object = None) -> Job:
        answer = self.http.request(method, path, json=json)
        if not answer.is_success:
            raise ApiError(f"{method} {path}: {answer.status_code} {answer.text}")
        body: Job = answer.json()
        return body


@contextmanager
def client(addresses: Addresses) -> Iterator[Client]:
    """Open a client with the first account's key."""
    with httpx.Client(
        base_url=addresses.api_url,
        headers={"Authorization": f"Bearer {addresses.api_key}"},
        timeout=ANSWER_WITHIN_S,
        trust_env=False,
    ) as http:
        yield Client(http)


def requests() -> Iterator[dict[str, object]]:
    """Write the requests of the demonstration."""
    for model in MODELS:
        yield {"model": model, **SENTENCE}
    yield {"model": CUSTOM_MODEL, **CUSTOM}


def make_music(
    api: Client, wanted: Iterable[Mapping[str, object]], progress: Progress
) -> list[Job]:
    """Send every request, show what passes, and return the jobs when nothing will change more."""
    jobs = [api.submit(request) for request in wanted]
    shown: set[tuple[str, str]] = set()
    deadline = time.monotonic() + DONE_WITHIN_S
    while True:
        for job in jobs:
            show(job, shown, progress)
        if all(job["done"] for job in jobs):
            return jobs
        if time.monotonic() > deadline:
            raise NotDoneError(f"Not all jobs were done after {DONE_WITHIN_S:.0f} s.")
        time.sleep(LOOK_EVERY_S)
        jobs = [job if job["done"] else api.job(job["id"]) for job in jobs]


def show(job: Job, shown: set[tuple[str, str]], progress: Progress) -> None:
    """Write a line for each step that was not shown yet: the stages passed, and the status."""
    passed = [stage for stage in STAGES if job["stages"].get(stage)]
    for step in (*passed, job["status"]):
        if (job["id"], step) not in shown:
            shown.add((job["id"], step))
            model = f"{job['provider']}/{job['model']}"
            progress.tell(f"{job['id']}  {model:<18} {step:<9} {said_of(job)}".rstrip())


def said_of(job: Job) -> str:
    """Say what is worth knowing at this point: titles as they come, or what went wrong."""
    if error := job.get("error"):
        return f"{error['code']}: {error['message']}"
    titles = [clip["title"] for clip in job.get("clips", ()) if clip.get("title")]
    return ", ".join(titles)
