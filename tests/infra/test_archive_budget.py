"""The worker that archives has time for the longest download, look and store that may succeed."""

from cliphook.adapters import aws, examine, httpx_fetcher
from infra.flows import VISIBILITY_FACTOR, WORKERS

(WORKER,) = [worker for worker in WORKERS if worker.name == "archive"]

# What listening takes besides: to begin, to tell, and once more where whoever listens has died.
LISTEN_GRACE_S = 10
LISTENERS = 2
# We assume no slower bucket. Who gets less is stopped by the time limit, and the order comes again.
PUT_BYTES_S = 8 * 2**20
# The clip's job is loaded and stored, each with as many attempts as the SDK makes.
CALL_S = aws.ATTEMPTS_MAX * (aws.CONNECT_TIMEOUT_S + aws.READ_TIMEOUT_S)
CALLS = 2
COLD_START_S = 10

BUDGET_S = {
    "fetch": httpx_fetcher.LATEST_S,
    "walk": examine.WALK_MAX_S,
    "listen": LISTENERS * (examine.DOWNLOAD_PATIENCE_S + LISTEN_GRACE_S),
    "put": httpx_fetcher.SIZE_MAX_BYTES / PUT_BYTES_S,
    "record": CALLS * CALL_S,
    "start": COLD_START_S,
}


def test_all_that_may_take_long_fits_into_the_time_limit() -> None:
    assert sum(BUDGET_S.values()) <= WORKER.timeout_s


def test_an_order_is_not_given_to_another_while_it_is_worked_off() -> None:
    assert VISIBILITY_FACTOR * WORKER.timeout_s > sum(BUDGET_S.values())


def test_the_disk_holds_the_largest_download_and_one_that_was_left_by_the_killed() -> None:
    assert WORKER.storage_mb * 2**20 > 2 * httpx_fetcher.SIZE_MAX_BYTES
