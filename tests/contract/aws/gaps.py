"""
The written list of gaps: who does otherwise than AWS promises, and what instead.

A gap that is none any more fails the suite, as a new one does; so the list is what is known, no
more and no less. README.md shows it, with what no case can prove.
"""

from typing import Final

from tests.contract.aws.gaps_of_moto import MOTO

# From the documents: nobody here can ask AWS. None of it is used by our functions.
FAKE: Final[dict[str, object]] = {
    "rows: a caller may ask what a call has cost": "UnknownParameterError!",
    "rows: rows can be written in a batch": "AttributeError!",
    "checksums: what was put without a checksum has one all the same": False,
    "lists: a list can be cut at slashes": "UnknownParameterError!",
}

MINISTACK: Final[dict[str, object]] = {
    "transactions: an action of two kinds is refused": "taken",
    "conditions: a number begins with nothing": "ValidationException",
    "conditions: a set of numbers contains a number": False,
    "conditions: a function that is none is refused": "ConditionalCheckFailedException",
    "conditions: a function is spelled small": "ConditionalCheckFailedException",
    "conditions: nothing begins with a number": "ConditionalCheckFailedException",
    "updates: SET cannot add to a text": {"a": {"S": "x"}},
    "updates: REMOVE from a list moves the rest up": {"l": {"L": [{"N": "2"}]}},
    "updates: a clause stands once": {"b": {"N": "1"}},
    "updates: two writes to one place are refused": {"a": {"N": "1"}},
    "queries: a query knows no differing": "taken",
    "queries: a query knows no OR": "taken",
    "queries: a filter may not be of the key": "taken",
    "queries: numbers are the same key however they are spelled": "KeyError!",
    "indexes: an index of keys cannot show whole rows": "taken",
    "indexes: an index cannot show what it does not hold": "taken",
    "buses: a detail that is no JSON is refused": "taken",
    "buses: a detail with a comma too many is refused": "taken",
    "buses: a detail that is no number of JSON's is refused": "taken",
    "buses: an event without a source is refused": "taken",
    "buses: an event with an empty source is refused": "taken",
    "buses: an event without a type is refused": "taken",
    "buses: an event without a detail is refused": "taken",
    "buses: each entry is judged by itself, in order": ["taken", "taken", "taken"],
    "buses: the answer counts what was refused": 0,
    "buses: what is taken has an id, what is refused has a code": [True, True],
    "buses: more than a MiB is refused whole": "taken",
    "queues: deleting twice is no error": "ReceiptHandleIsInvalid",
    "queues: deleting with an older handle is no error": "ReceiptHandleIsInvalid",
    "queues: nobody may hold a message for more than twelve hours": "taken",
    "queues: twelve hours begin when it was received": "taken",
    "queues: a message that was deleted cannot be hidden": "ReceiptHandleIsInvalid",
    "queues: hiding a message too late does not hide it": [],
    "messages: a delay has a quarter of an hour at most": "taken",
    "buckets: an object of no type is bytes": "application/octet-stream",
    "buckets: a key of a byte more is refused": "taken",
    "checksums: the right checksum is taken, and told": "KeyError!",
    "checksums: a checksum that can be none is refused": "BadDigest",
    "checksums: a checksum of half the length is refused": "BadDigest",
    "links: a link can say how its object is shown": "KeyError!",
    "links: a link for reading is no link for a head": 200,
    "links: a link for a head is no link for reading": 200,
    "links: a link to another object than was signed is refused": 200,
    "links: a link whose time was changed is refused": 200,
    "links: a link dies": 200,
    "links: a form with another signature is refused": 400,
    "secrets: a secret without a value has none": "KeyError!",
    "secrets: a version and a label that do not go together are refused": "2",
    "secrets: the same value under the same token is one version": "ResourceNotFoundException",
    "secrets: another value under the same token is refused": "taken",
    "secrets: more than 64 KiB are refused": "taken",
}

GAPS: Final[dict[str, dict[str, object]]] = {
    "fake": FAKE,
    "moto": MOTO,
    "MiniStack": MINISTACK,
    # Whoever asks an account first finds out.
    "account": {},
}

# What no case can show, since nobody can bring it about at will: what it is, what the fake does,
# and what AWS does.
UNPROVEN: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "two transactions meet on a row",
        "conflicts when it is told to, and never by itself",
        "`TransactionConflict` as a reason, `TransactionConflictException` for a single write",
    ),
    (
        "too many calls",
        "throttles when it is told to",
        "`ThrottlingException` or the like, after the SDK's attempts",
    ),
    (
        "a call whose answer is lost once",
        "is lost for good, as if every attempt of the SDK's had been",
        "is repeated by the SDK, so a write on a condition may be refused by its own first attempt",
    ),
    (
        "an index, or a read that did not ask for the latest",
        "is behind when it is told to: by two seconds, and by the latest request at least",
        "is behind by moments, rarely by more",
    ),
    (
        "the order in which a stream tells a transaction's rows",
        "as they were written",
        "any; only the order of one row's changes is kept",
    ),
    (
        "the page of a query that holds more than a megabyte",
        "ends after the row that goes beyond it",
        "ends before it, perhaps",
    ),
    (
        "a row without its key in a transaction",
        "`ValidationException`",
        "that, or a cancellation with `ValidationError`",
    ),
    (
        "rows that have outlived their time",
        "are deleted when it is told to",
        "are deleted within days",
    ),
    (
        "a call to the bus between 256 KiB and 1 MiB",
        "refused",
        "refused by the older documents, taken by the newer ones",
    ),
    (
        "a detail that is JSON and no object",
        "breaks the test that sends it",
        "not documented",
    ),
    (
        "a message that comes twice, or out of order",
        "never; whoever reads the queue for a function can bring it about",
        "now and then",
    ),
    (
        "a receiver that waits for messages",
        "is answered at once",
        "is answered when there is one, or its time is over",
    ),
    (
        "queues that keep an order (FIFO)",
        "unknown",
        "as their name says",
    ),
    (
        "what an object's lifecycle or versions make of it",
        "nothing; a delete is for good",
        "older versions stay for as long as the bucket says",
    ),
)
