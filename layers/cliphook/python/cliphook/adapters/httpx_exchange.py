"""
One call to a provider: its key, its time limit, one try, and an answer of a bounded size.

A second call is made only with a newer key, where the answer says that the first was refused.
"""

import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Protocol

import httpx

from cliphook.adapters.answer_bytes import ACCEPTED, read_answer
from cliphook.adapters.inline_audio import Split, split
from cliphook.adapters.providers.provider import Call, Provider
from cliphook.adapters.tls import USER_AGENT, tls_context
from cliphook.domain.errors import UnconfiguredProviderError

CONNECT_S: Final = 3
WRITE_S: Final = 5
# A file is sent in many pieces, over whatever line the provider has.
WRITE_FILE_S: Final = 30
# How long an answer that has begun may take to end.
BODY_S: Final = 5

_KEY: Final = re.compile(r"[\x21-\x7e]+", re.ASCII)

type IsUnauthorized = Callable[[int, bytes], bool]


class ProviderKeys(Protocol):
    """Where the operator's keys for the providers are."""

    def api_key(self, provider: str, *, fresh: bool = False) -> str:
        """Give a key; `fresh` asks again. Raises `UnconfiguredProviderError`."""
        ...


class HttpxExchange:
    """Calls providers over HTTPS, each call on a connection of its own."""

    def __init__(
        self,
        keys: ProviderKeys,
        base_urls: Mapping[str, str],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Call the published addresses, but for the providers that `base_urls` names."""
        self._keys = keys
        self._base_urls = base_urls
        self._transport = transport

    @contextmanager
    def call(
        self,
        provider: Provider,
        call: Call,
        *,
        answer_s: float,
        is_unauthorized: IsUnauthorized,
        body_s: float = BODY_S,
        form: Mapping[str, Any] | None = None,
    ) -> Generator[tuple[int, Split]]:
        """
        Make one call; audio inside the answer lies in files until the context ends.

        An answer has `answer_s` to begin, and then `body_s` to end. Raises
        `UnconfiguredProviderError` without a key or an address, `UnavailableStoreError` if the key
        cannot be read, `OversizedBodyError`, and what httpx raises.
        """
        key = _sendable(self._keys.api_key(provider.name))
        with self._send(provider, call, key, (answer_s, body_s), form) as answer:
            newer = None
            if is_unauthorized(answer[0], answer[1].body):
                newer = _sendable(self._keys.api_key(provider.name, fresh=True))
            if newer in {None, key}:
                yield answer
                return
        with self._send(provider, call, newer or key, (answer_s, body_s), form) as answer:
            yield answer

    @contextmanager
    def _send(
        self,
        provider: Provider,
        call: Call,
        key: str,
        limits_s: tuple[float, float],
        form: Mapping[str, Any] | None,
    ) -> Generator[tuple[int, Split]]:
        base_url = self._base_urls.get(provider.name, provider.base_url)
        if base_url is None:
            raise UnconfiguredProviderError
        write_s = WRITE_FILE_S if form else WRITE_S
        timeout = httpx.Timeout(connect=CONNECT_S, read=limits_s[0], write=write_s, pool=1)
        with (
            httpx.Client(
                verify=tls_context(),
                trust_env=False,
                timeout=timeout,
                transport=self._transport,
                event_hooks={"response": [_stay]},
            ) as client,
            client.stream(
                call.method,
                base_url + call.path,
                params=dict(call.query) or None,
                json=call.body,
                files=form,
                headers={
                    **call.headers,
                    provider.facts.key_header: f"{provider.facts.key_scheme} {key}".strip(),
                    "Accept-Encoding": ACCEPTED,
                    "User-Agent": USER_AGENT,
                },
            ) as answer,
            split(read_answer(answer, limits_s[1])) as parts,
        ):
            yield answer.status_code, parts


def _stay(answer: httpx.Response) -> None:
    """
    Forget where an answer leads.

    Nobody goes there, but httpx looks all the same: over an odd address it raises what else means
    that nothing was sent.
    """
    answer.headers.pop("Location", None)


def _sendable(key: str) -> str:
    """Take the line break that came with a pasted key away; refuse what no header can hold."""
    key = key.strip()
    if not _KEY.fullmatch(key):
        raise UnconfiguredProviderError
    return key
