"""Where a provider is told to read the audio that a job starts from."""

from collections.abc import Callable
from datetime import datetime

from cliphook.adapters.secrets import Secrets
from cliphook.domain.ids import AccountId
from cliphook.domain.source_ticket import SourceTicket, issue_source, source_expiry


def source_urls(public_url: str, secrets: Secrets) -> Callable[[AccountId, str, datetime], str]:
    """Make the writer of source addresses for objects of an account, by their keys."""

    def write(account_id: AccountId, key: str, at: datetime) -> str:
        ticket = SourceTicket(account_id, key, source_expiry(at))
        master = secrets.callback_masters()[0]
        return f"{public_url}/sources/{issue_source(ticket, master, at)}"

    return write
