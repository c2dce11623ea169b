"""How a provider's callbacks are read, and held to its signature where the operator expects one."""

from collections.abc import Callable, Mapping

from cliphook.adapters.providers.kie_signature import is_signed
from cliphook.adapters.providers.provider import Provider
from cliphook.adapters.secrets import Secrets
from cliphook.domain.errors import ForgedTicketError, UnconfiguredProviderError
from cliphook.domain.report import Silence, Word
from cliphook.runtime.clock import now


def callback_reader(
    provider: Provider, headers: Mapping[str, str], secrets: Secrets
) -> Callable[[bytes], Word]:
    """
    Make the reader of one callback.

    It raises `UnreadableReportError`, and `ForgedTicketError` for a callback that should be signed
    and is not: whoever sent it learns no more than from a bad ticket.
    """
    if not provider.facts.callback_signature:
        return provider.read_callback
    try:
        key = secrets.webhook_key(provider.name)
    except UnconfiguredProviderError as error:
        raise ForgedTicketError from error

    def read(body: bytes) -> Word:
        word = provider.read_callback(body)
        task_id = None if isinstance(word, Silence) else word.task_id
        if not is_signed(headers, task_id, key=key, now=now()):
            raise ForgedTicketError
        return word

    return read
