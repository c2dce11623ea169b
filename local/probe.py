"""Asks each public function something harmless, so that it is known to answer, and warm."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpx

ANSWERS_WITHIN_S: Final = 35.0


class NotAnsweringError(Exception):
    """A public function answered something else than it must."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request that nobody needs a key for, and how it must be answered."""

    method: str
    path: str
    answer: HTTPStatus


QUESTIONS: Final = (
    Question("GET", "/v1/health", HTTPStatus.OK),
    Question("POST", "/v1/jobs", HTTPStatus.UNAUTHORIZED),
    Question("POST", "/callbacks/sunoapi/nobody", HTTPStatus.NOT_FOUND),
)


def probe(api_url: str) -> None:
    """Ask everything at once, since each first answer takes a function's start."""
    with ThreadPoolExecutor(len(QUESTIONS)) as threads:
        answers = [*threads.map(lambda question: ask(api_url, question), QUESTIONS)]
    for question, answer in zip(QUESTIONS, answers, strict=True):
        if answer.status_code != question.answer:
            raise NotAnsweringError(
                f"{question.method} {question.path} answered {answer.status_code}, "
                f"not {question.answer}: {answer.text}"
            )


def ask(api_url: str, question: Question) -> httpx.Response:
    """Ask one question."""
    return httpx.request(
        question.method, f"{api_url}{question.path}", timeout=ANSWERS_WITHIN_S, trust_env=False
    )
