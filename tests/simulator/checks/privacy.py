"""I12, I13: what belongs to one account, and what belongs to nobody's eyes."""

import re
from collections.abc import Iterator
from typing import Any, Final

from tests.simulator.accounts import ACCOUNTS, KEYS, MASTER, PEPPER, PROVIDER_KEY
from tests.simulator.checks.reading import document
from tests.simulator.checks.rules import in_the_end, whenever
from tests.simulator.checks.view import View
from tests.simulator.logs import Alarmed, Announced, Answered, Buried, Ended, Said, Submitted, Wrote

# Texts that a client or a provider gives, and that nobody else is to read.
TEXTS: Final = ("prompt", "lyrics", "style", "negative_style")
PROBLEM: Final = 400
# Short words may stand anywhere.
LENGTH_MIN: Final = 8


@in_the_end("I13")
def secrets_confined(view: View) -> Iterator[str]:
    """No prompt, lyrics, key, ticket or link stands in a log, event, alarm or dead letter."""
    secrets = sorted(_secrets(view))
    # All at once, since nearly always there is nothing to be found.
    logged = [one.words for one in view.sight.logs.of(Said)]
    whole = "\n".join([*logged, *(said for _, said in _told(view))])
    if not any(secret in whole for secret in secrets):
        return
    pattern = re.compile("|".join(map(re.escape, secrets)))
    for where, said in _sinks(view):
        if found := pattern.search(said):
            yield f"{where} tells {found.group()!r}"


@whenever("I12", Answered)
def isolation(answered: Answered, view: View) -> Iterator[str]:
    """Nothing of one account is told to another."""
    for asked in view.asked.values():
        if asked.client == answered.client:
            continue
        for words in _texts(document(asked.body or "")):
            if words in answered.body:
                yield f"{answered.client} was told {words!r}, which {asked.client} has asked for"
                return
    for job in view.jobs.values():
        if job.id in answered.body and job.account != ACCOUNTS[answered.client]:
            yield f"{answered.client} was told of {job.id}, which is {job.account}'s"


@whenever("I12", Wrote)
def rows_of_one_account(wrote: Wrote, _: View) -> Iterator[str]:
    """All rows of a job lie with its account, and name no other."""
    kind, _, rest = wrote.key[0].partition("#")
    account = rest.partition("#")[0]
    named = (wrote.after or {}).get("account_id", {}).get("S", account)
    if kind in {"JOB", "ACCOUNT"} and named != account:
        yield f"{wrote.key[1]} lies with {account}, and is {named}'s"


def _texts(request: Any) -> Iterator[str]:
    if isinstance(request, dict):
        for name in TEXTS:
            words = request.get(name)
            if isinstance(words, str) and len(words) >= LENGTH_MIN:
                yield words


def _secrets(view: View) -> set[str]:
    found = {MASTER, PEPPER, PROVIDER_KEY, *KEYS.values()}
    for asked in view.asked.values():
        found.update(_texts(document(asked.body or "")))
    for submitted in view.sight.logs.of(Submitted):
        if submitted.callback_url:
            found.add(submitted.callback_url.rpartition("/")[2])
    for job in view.jobs.values():
        for clip in job.document.get("clips", {}).values():
            found.update(_links(clip))
    return {one for one in found if len(one) >= LENGTH_MIN}


def _links(clip: dict[str, Any]) -> Iterator[str]:
    for name in ("audio_url", "source_url", "stream_url", "image_url", "lyrics"):
        if clip.get(name):
            yield clip[name][1]


def _sinks(view: View) -> Iterator[tuple[str, str]]:
    """Give everything that was said to whoever may read it."""
    yield from ((f"the log of {one.actor}", one.line) for one in view.sight.logs.of(Said))
    yield from _told(view)


def _told(view: View) -> Iterator[tuple[str, str]]:
    """Give what was said elsewhere than in a log."""
    logs = view.sight.logs
    yield from ((f"the event {one.detail_type}", one.detail) for one in logs.of(Announced))
    yield from ((f"the queue {one.queue}", one.body + one.reason) for one in logs.of(Buried))
    yield from (("an alarm", one.metric) for one in logs.of(Alarmed))
    yield from ((f"the error of {one.actor}", one.error) for one in logs.of(Ended) if one.error)
    for one in logs.of(Answered):
        if one.status >= PROBLEM:
            yield f"the answer {one.status} to {one.client}", one.body
