"""A source's ticket opens one object of one account for three days, and nothing else does."""

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.domain import ticket
from cliphook.domain.errors import ForgedTicketError
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.source_ticket import (
    SourceTicket,
    check_source,
    issue_source,
    source_expiry,
)
from tests.support.makers import ACCOUNT, JOB, START
from tests.support.tickets import MASTER, OTHER, PERIOD, decoded, encoded, flipped, hkdf, packed
from tests.support.watching import comparisons

KEY = f"files/{ACCOUNT}/file_01KAJ5T1W0000000000000000F.mp3"
CLIP_KEY = f"clips/{ACCOUNT}/{JOB}/clip_01KAJ5T1W0000000000000000C/{'ab' * 32}.flac"
TICKET = SourceTicket(ACCOUNT, KEY, source_expiry(START))


def is_good(text: str, *masters: bytes, days: float = 0) -> bool:
    try:
        check_source(text, masters or (MASTER,), START + timedelta(days=days))
    except ForgedTicketError:
        return False
    return True


@pytest.mark.parametrize("key", [KEY, CLIP_KEY])
def test_a_ticket_is_read_as_it_was_issued(key: str) -> None:
    told = replace(TICKET, key=key)

    assert check_source(issue_source(told, MASTER, START), [MASTER], START) == told


def test_a_ticket_is_good_for_72_hours() -> None:
    assert source_expiry(START) == START + timedelta(hours=72)
    text = issue_source(TICKET, MASTER, START)

    assert is_good(text, days=3 - 1 / 86_400)
    assert not is_good(text, days=3)


def test_the_longest_key_makes_a_short_path_that_needs_no_quoting() -> None:
    text = issue_source(replace(TICKET, key=CLIP_KEY), MASTER, START)

    assert len(f"/sources/{text}") <= 512
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_the_signature_is_the_whole_hmac_under_a_derived_key() -> None:
    head, tail = issue_source(TICKET, MASTER, START).split(".")
    period = str(int(START.timestamp()) // 2_592_000).encode()
    expires = str(int(START.timestamp()) + 72 * 3600).encode()

    body = packed(b"1", period, ACCOUNT.encode(), KEY.encode(), expires)
    key = hkdf(MASTER, packed(b"cliphook source", period))

    assert decoded(head) == body
    assert decoded(tail) == hmac.digest(key, body, hashlib.sha256)


def test_a_callbacks_ticket_opens_no_source() -> None:
    """Not even one whose fields would read as a source's."""
    for job_id in (JOB, JobId(KEY)):
        told = ticket.Ticket(ACCOUNT, job_id, 1, "sunoapi", ticket.expiry(START))

        assert not is_good(ticket.issue(told, MASTER, START))


@pytest.mark.parametrize("provider", ["sunoapi", "apikley", "source", "1"])
def test_a_sources_ticket_is_no_callbacks(provider: str) -> None:
    text = issue_source(TICKET, MASTER, START)

    with pytest.raises(ForgedTicketError):
        ticket.check(text, provider, [MASTER], START)


def test_any_flipped_bit_spoils_a_ticket() -> None:
    text = issue_source(TICKET, MASTER, START)
    assert is_good(text)

    others = {*flipped(text)}

    assert len(others) == sum(len(decoded(part)) * 8 for part in text.split("."))
    assert [other for other in others if is_good(other)] == []


def test_a_ticket_is_from_one_master_or_the_one_before() -> None:
    text = issue_source(TICKET, OTHER, START)

    assert not is_good(text)
    assert is_good(text, MASTER, OTHER)


@pytest.mark.parametrize(("rotations", "is_kept"), [(0, True), (2, True), (3, False)])
def test_a_key_outlives_two_rotations(rotations: int, *, is_kept: bool) -> None:
    lasting = replace(TICKET, expires_at=START + timedelta(days=365))

    assert is_good(issue_source(lasting, MASTER, START), days=30 * rotations) is is_kept


def test_a_key_of_a_time_to_come_is_not_believed_yet() -> None:
    lasting = replace(TICKET, expires_at=START + timedelta(days=365))

    assert not is_good(issue_source(lasting, MASTER, START + PERIOD))


OTHER_ACCOUNT = AccountId("acct_01KAJ5T1W0000000000000000B")
FOREIGN = (
    KEY.replace(ACCOUNT, OTHER_ACCOUNT),
    CLIP_KEY.replace(ACCOUNT, OTHER_ACCOUNT),
    f"files/{ACCOUNT}",
    f"files/{ACCOUNT}0/x.mp3",
    f"secrets/{ACCOUNT}/x.mp3",
    f"/files/{ACCOUNT}/x.mp3",
    ACCOUNT,
    "",
)


@pytest.mark.parametrize("key", FOREIGN)
def test_a_signed_ticket_still_opens_only_what_is_the_accounts_own(key: str) -> None:
    assert not is_good(issue_source(replace(TICKET, key=key), MASTER, START))


def test_every_refusal_of_a_key_costs_the_same_comparisons() -> None:
    good = issue_source(TICKET, MASTER, START)
    foreign = ticket.Ticket(ACCOUNT, JOB, 1, "sunoapi", ticket.expiry(START))
    texts = [
        good,
        issue_source(TICKET, b"nobody's", START),
        issue_source(TICKET, MASTER, START - 3 * PERIOD),
        ticket.issue(foreign, MASTER, START),
        f"{encoded(b'')}.{good.split('.')[1]}",
    ]

    counts = [
        comparisons(lambda text=text: is_good(text, MASTER, OTHER))  # type: ignore[misc]
        for text in texts
    ]

    assert counts == [2] * len(texts)


@given(text=st.text(max_size=120))
def test_no_text_raises_anything_else(text: str) -> None:
    assert not is_good(text)
    assert not is_good(f"{encoded(text.encode('utf-8', 'surrogatepass'))}.{encoded(bytes(32))}")


@pytest.mark.parametrize("text", ["", ".", "\ud800", "é.é", "A" * 100_000, "." * 400, "=.=", "🎵"])
def test_strange_text_is_no_ticket(text: str) -> None:
    assert not is_good(text)
