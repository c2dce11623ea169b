"""All promises."""

from typing import Final

from tests.contract.aws import (
    buckets,
    buses,
    checksums,
    conditions,
    dead_letters,
    indexes,
    limits,
    links,
    lists,
    messages,
    queries,
    queues,
    rows,
    scans,
    secrets,
    streams,
    tokens,
    transactions,
    updates,
)
from tests.contract.aws.case import Case

BOOKS: Final = (
    # First, since moto copies all rows for each transaction, and those to come are large.
    streams.BOOK,
    transactions.BOOK,
    tokens.BOOK,
    conditions.BOOK,
    updates.BOOK,
    rows.BOOK,
    limits.BOOK,
    queries.BOOK,
    scans.BOOK,
    indexes.BOOK,
    buses.BOOK,
    queues.BOOK,
    messages.BOOK,
    dead_letters.BOOK,
    buckets.BOOK,
    checksums.BOOK,
    lists.BOOK,
    links.BOOK,
    secrets.BOOK,
)
CASES: Final[tuple[Case, ...]] = tuple(case for book in BOOKS for case in book.cases)
