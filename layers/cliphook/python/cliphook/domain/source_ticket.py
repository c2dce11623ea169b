"""
The ticket inside a source URL: by it a provider reads the audio that a job starts from.

A link of S3's own lives as long as the session of the role that signed it, which is hours at best,
and a provider may fetch later than that. So it is given a ticket, and a fresh link whenever it
comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cliphook.domain.errors import ForgedTicketError
from cliphook.domain.ids import AccountId
from cliphook.domain.ticket_text import Purpose, read_ticket, write_ticket

VALID_H: Final = 72

# What an account's clips and files lie under; nothing else of the bucket is anybody's source.
PREFIXES: Final = ("clips/", "files/")

_PURPOSE: Final = Purpose("cliphook source")
_FIELDS: Final = 2


@dataclass(frozen=True, slots=True)
class SourceTicket:
    """Which object of which account may be read, and until when."""

    account_id: AccountId
    key: str
    expires_at: datetime


def source_expiry(submitted_at: datetime) -> datetime:
    """Tell until when a source is to be readable: longer than a provider keeps a job waiting."""
    return submitted_at + timedelta(hours=VALID_H)


def issue_source(ticket: SourceTicket, master: bytes, now: datetime) -> str:
    """Write a ticket as one path segment, signed with the key of the running period."""
    fields = (ticket.account_id, ticket.key)
    return write_ticket(fields, ticket.expires_at, _PURPOSE, master, now)


def check_source(text: str, masters: Sequence[bytes], now: datetime) -> SourceTicket:
    """
    Read a ticket that came back from a provider.

    Total: whatever is wrong with it raises the one `ForgedTicketError`, and so does an object
    that is not the account's own.
    """
    (account_id, key), expires_at = read_ticket(text, _PURPOSE, masters, now, fields=_FIELDS)
    if not key.startswith(tuple(f"{prefix}{account_id}/" for prefix in PREFIXES)):
        raise ForgedTicketError
    return SourceTicket(AccountId(account_id), key, expires_at)
