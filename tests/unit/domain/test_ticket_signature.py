"""A ticket's signature: made as documented, over every field, compared in constant time."""

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta

import pytest

from cliphook.domain.errors import ForgedTicketError
from cliphook.domain.ticket import Ticket, check, expiry, issue
from tests.support.makers import ACCOUNT, JOB, START
from tests.support.tickets import MASTER, OTHER, PERIOD, decoded, encoded, hkdf, packed
from tests.support.watching import comparisons

TICKET = Ticket(ACCOUNT, JOB, 1, "sunoapi", expiry(START))


def is_good(text: str, *masters: bytes) -> bool:
    try:
        check(text, "sunoapi", masters or (MASTER,), START)
    except ForgedTicketError:
        return False
    return True


def test_the_signature_is_the_whole_hmac_under_a_derived_key() -> None:
    head, tail = issue(TICKET, MASTER, START).split(".")
    period = str(int(START.timestamp()) // 2_592_000).encode()
    expires = str(int(START.timestamp()) + 72 * 3600).encode()

    body = packed(b"1", period, ACCOUNT.encode(), JOB.encode(), b"1", expires)
    key = hkdf(MASTER, packed(b"cliphook callback", b"sunoapi", period))

    assert decoded(head) == body
    assert decoded(tail) == hmac.digest(key, packed(b"sunoapi") + body, hashlib.sha256)


@pytest.mark.parametrize("masters", [(MASTER,), (MASTER, OTHER), (OTHER, MASTER)])
def test_every_refusal_of_a_key_costs_the_same_comparisons(masters: tuple[bytes, ...]) -> None:
    lasting = replace(TICKET, expires_at=START + timedelta(days=365))
    good = issue(lasting, MASTER, START)
    body = packed(b"1", b"no number", b"a", b"j", b"1", b"5")
    texts = [
        good,
        issue(lasting, b"nobody's", START),
        issue(lasting, MASTER, START - 3 * PERIOD),
        issue(lasting, MASTER, START + PERIOD),
        f"{encoded(body)}.{good.split('.')[1]}",
        f"{encoded(b'')}.{good.split('.')[1]}",
    ]

    counts = [
        comparisons(lambda text=text: is_good(text, *masters))  # type: ignore[misc]
        for text in texts
    ]

    assert counts == [len(masters)] * len(texts)


def signed(*fields: bytes) -> str:
    """Sign a body that we never write, with the right key."""
    period = str(int(START.timestamp()) // 2_592_000).encode()
    body = packed(*(field or period for field in fields))
    key = hkdf(MASTER, packed(b"cliphook callback", b"sunoapi", period))
    mac = hmac.digest(key, packed(b"sunoapi") + body, hashlib.sha256)
    return f"{encoded(body)}.{encoded(mac)}"


def test_a_ticket_of_another_version_is_none() -> None:
    expires = str(int(START.timestamp()) + 60).encode()

    assert is_good(signed(b"1", b"", b"acct", b"job", b"1", expires))
    assert not is_good(signed(b"2", b"", b"acct", b"job", b"1", expires))


@pytest.mark.parametrize("more", [(), (b"",), (b"", b"acct", b"job"), (b"",) * 6])
def test_a_ticket_with_another_number_of_fields_is_none(more: tuple[bytes, ...]) -> None:
    expires = str(int(START.timestamp()) + 60).encode()

    assert not is_good(signed(b"1", *more))
    assert not is_good(signed(b"1", *more, expires))


def test_a_ticket_with_a_field_more_or_less_is_none() -> None:
    expires = str(int(START.timestamp()) + 60).encode()

    assert not is_good(signed(b"1", b"", b"acct", b"job", b"1", b"more", expires))
    assert not is_good(signed(b"1", b"", b"acct", b"job", expires))
