"""I24: A callback is answered within ten seconds in every case, and the API within 25."""

from tests.simulator.freezing import replay

DECISIONS = ("submit#1.16 kv.get_item: outage",)


def test_an_answer_that_the_table_does_not_take_keeps_no_client_waiting() -> None:
    assert replay("canceled while nobody knows", 288, *DECISIONS).violations == ()
