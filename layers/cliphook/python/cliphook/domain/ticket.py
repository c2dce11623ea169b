"""
The ticket: the signed secret inside a callback URL.

A provider may call back before its answer to our submission is stored, and ids drift, so the URL
alone says which attempt of which job is meant. The ticket is checked before anything is read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cliphook.domain.errors import ForgedTicketError
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.ticket_text import Purpose, read_ticket, write_ticket

VALID_H: Final = 72

_PROVIDER: Final = re.compile(r"[a-z0-9_-]{1,64}", re.ASCII)
_FIELDS: Final = 3


@dataclass(frozen=True, slots=True)
class Ticket:
    """Which attempt of which job a callback may speak of, and until when."""

    account_id: AccountId
    job_id: JobId
    attempt: int
    provider: str
    expires_at: datetime


def expiry(submitted_at: datetime) -> datetime:
    """Tell until when a ticket is to be good: longer than any provider keeps calling."""
    return submitted_at + timedelta(hours=VALID_H)


def issue(ticket: Ticket, master: bytes, now: datetime) -> str:
    """Write a ticket as one path segment, signed with the key of the running period."""
    fields = (ticket.account_id, ticket.job_id, str(ticket.attempt))
    return write_ticket(fields, ticket.expires_at, _purpose(ticket.provider), master, now)


def check(text: str, provider: str, masters: Sequence[bytes], now: datetime) -> Ticket:
    """
    Read a ticket that came back from a provider.

    Total: whatever is wrong with it raises the one `ForgedTicketError`. Several masters are
    given while the secret itself is being replaced.
    """
    # A provider's name is in the address too, and nobody's secret.
    if not _PROVIDER.fullmatch(provider):
        raise ForgedTicketError
    told, expires_at = read_ticket(text, _purpose(provider), masters, now, fields=_FIELDS)
    account_id, job_id, attempt = told
    return Ticket(AccountId(account_id), JobId(job_id), int(attempt), provider, expires_at)


def _purpose(provider: str) -> Purpose:
    return Purpose("cliphook callback", (provider,))
