"""A ticket is ours, for one provider and one attempt, and for three days; or it is nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cliphook.domain.errors import ForgedTicketError
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.ticket import Ticket, check, expiry, issue
from tests.support.makers import ACCOUNT, JOB, START
from tests.support.tickets import MASTER, OTHER, PERIOD, decoded, encoded, flipped

TICKET = Ticket(ACCOUNT, JOB, 1, "sunoapi", expiry(START))


def is_good(text: str, provider: str = "sunoapi", *masters: bytes, days: float = 0) -> bool:
    try:
        check(text, provider, masters or (MASTER,), START + timedelta(days=days))
    except ForgedTicketError:
        return False
    return True


def test_a_ticket_is_read_as_it_was_issued() -> None:
    assert check(issue(TICKET, MASTER, START), "sunoapi", [MASTER], START) == TICKET


def test_a_ticket_is_good_for_72_hours() -> None:
    assert expiry(START) == START + timedelta(hours=72)
    text = issue(TICKET, MASTER, START)

    assert is_good(text, days=3 - 1 / 86_400)
    assert not is_good(text, days=3)
    assert not is_good(text, days=3 + 1 / 86_400)


def test_the_path_to_us_is_short_and_needs_no_quoting() -> None:
    longest = replace(TICKET, provider="stratizon", attempt=99)
    text = issue(longest, MASTER, START)

    assert len(f"/callbacks/stratizon/{text}") <= 512
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_ticket_has_at_most_400_letters() -> None:
    def text(length: int) -> str:
        return issue(replace(TICKET, account_id=AccountId("a" * length)), MASTER, START)

    good = [len(text(length)) for length in range(190, 300) if is_good(text(length))]
    bad = [len(text(length)) for length in range(190, 300) if not is_good(text(length))]

    assert max(good) == 400
    assert min(bad) == 402


def test_any_flipped_bit_spoils_a_ticket() -> None:
    text = issue(TICKET, MASTER, START)
    assert is_good(text)

    others = {*flipped(text)}

    assert len(others) == sum(len(decoded(part)) * 8 for part in text.split("."))
    assert [other for other in others if is_good(other)] == []


def test_any_other_letter_spoils_a_ticket() -> None:
    text = issue(TICKET, MASTER, START)

    # The last letter of each part has bits to spare, which no other spelling may use.
    for place, letter in enumerate(text):
        for other in "AQgw_-.=é" + chr(ord(letter) ^ 1):
            assert other == letter or not is_good(text[:place] + other + text[place + 1 :])


def test_a_ticket_is_whole_and_alone() -> None:
    text = issue(TICKET, MASTER, START)
    head, tail = text.split(".")

    for end in range(len(text)):
        assert not is_good(text[:end])
        assert not is_good(text[end + 1 :])
    for more in (" ", "\n", "=", "A", ".", "/", "\0"):
        assert not is_good(text + more)
        assert not is_good(more + text)
    for wrong in (head, tail, f"{tail}.{head}", f"{head}.{head}", f"{head}.", f".{tail}", "", "."):
        assert not is_good(wrong)
    assert not is_good(f"{head}.{encoded(decoded(tail)[:16])}")


@pytest.mark.parametrize("provider", ["apikley", "SUNOAPI", "sunoapi ", "sunoapi\n", "suno", ""])
def test_a_ticket_is_for_one_provider(provider: str) -> None:
    assert not is_good(issue(TICKET, MASTER, START), provider)


def test_a_ticket_is_from_one_master() -> None:
    assert not is_good(issue(TICKET, OTHER, START))
    assert not is_good(issue(TICKET, MASTER, START), "sunoapi", OTHER)
    with pytest.raises(ForgedTicketError):
        check(issue(TICKET, MASTER, START), "sunoapi", [], START)


def test_the_master_before_is_still_believed() -> None:
    for text in (issue(TICKET, MASTER, START), issue(TICKET, OTHER, START)):
        assert is_good(text, "sunoapi", MASTER, OTHER)
        assert is_good(text, "sunoapi", OTHER, MASTER)


@pytest.mark.parametrize(("rotations", "is_kept"), [(0, True), (1, True), (2, True), (3, False)])
def test_a_key_outlives_two_rotations(rotations: int, *, is_kept: bool) -> None:
    lasting = replace(TICKET, expires_at=START + timedelta(days=365))
    text = issue(lasting, MASTER, START)

    assert is_good(text, days=30 * rotations) is is_kept


def test_the_key_changes_every_thirty_days_and_not_sooner() -> None:
    """The period of a ticket is the second field of its body, in the clear."""
    start = START - timedelta(seconds=START.timestamp() % PERIOD.total_seconds())

    def macs(*days: float) -> set[str]:
        instants = [start + timedelta(days=one) for one in days]
        return {issue(TICKET, MASTER, instant).split(".")[1] for instant in instants}

    assert len(macs(0, 15, 30 - 1 / 86_400)) == 1
    assert len(macs(0, 30, 60)) == 3


def test_a_key_of_a_time_to_come_is_not_believed_yet() -> None:
    lasting = replace(TICKET, expires_at=START + timedelta(days=365))

    assert not is_good(issue(lasting, MASTER, START + PERIOD))


names = st.text("ab", min_size=1, max_size=4)
tickets = st.builds(
    Ticket,
    account_id=names.map(AccountId),
    job_id=names.map(JobId),
    attempt=st.integers(1, 12),
    provider=names,
    expires_at=st.integers(1, 259_200).map(lambda seconds: START + timedelta(seconds=seconds)),
)


@given(one=tickets, other=tickets)
def test_fields_that_run_together_alike_are_signed_differently(one: Ticket, other: Ticket) -> None:
    assume(one != other)

    texts = [issue(ticket, MASTER, START).split(".") for ticket in (one, other)]

    assert texts[0][1] != texts[1][1]


def test_a_letter_that_moves_to_the_next_field_changes_the_signature() -> None:
    one = replace(TICKET, account_id=AccountId("acct_a"), job_id=JobId("bjob"))
    other = replace(TICKET, account_id=AccountId("acct_ab"), job_id=JobId("job"))

    assert issue(one, MASTER, START).split(".")[1] != issue(other, MASTER, START).split(".")[1]


@given(ticket=tickets)
def test_what_is_issued_is_read_again(ticket: Ticket) -> None:
    assert check(issue(ticket, MASTER, START), ticket.provider, [MASTER], START) == ticket


@given(text=st.text(max_size=120), provider=st.text(max_size=12))
def test_no_text_raises_anything_else(text: str, provider: str) -> None:
    assert not is_good(text, provider)
    assert not is_good(f"{encoded(text.encode('utf-8', 'surrogatepass'))}.{encoded(bytes(32))}")


@pytest.mark.parametrize(
    "text", ["\ud800", "é.é", "\0.\0", "A" * 100_000, "." * 400, "=.=", "A.A", "AA==.AA==", "🎵.🎵"]
)
def test_strange_text_is_no_ticket(text: str) -> None:
    assert not is_good(text)


@pytest.mark.parametrize("provider", ["\ud800", "é", "x" * 100_000, "\0", "sunoapi/../apikley"])
def test_a_strange_provider_has_no_tickets(provider: str) -> None:
    assert not is_good(issue(TICKET, MASTER, START), provider)
