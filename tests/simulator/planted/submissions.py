"""What keeps a job from being submitted, and paid for, more than once."""

from typing import Final

from tests.simulator.planted.patch import Patch, Piece

SUBMISSIONS: Final = (
    Patch(
        "call-again-after-doubt",
        "I6",
        "A submission whose answer never came is made again.",
        (
            Piece(
                "adapters/httpx_sender.py",
                'return Unanswered(number, error, at), b""',
                'return Unsent(number, error, at), b""',
            ),
        ),
    ),
    Patch(
        "doubt-rolls-the-claim-back",
        "I6",
        "An answer in doubt puts the job back to where nothing was sent.",
        (
            Piece(
                "domain/submissions.py",
                "            status=AttemptStatus.UNKNOWN,\n            answered_at=report.at,",
                "            status=AttemptStatus.UNSENT,\n            answered_at=report.at,\n"
                "            retry_at=report.at,",
            ),
        ),
    ),
    Patch(
        "read-timeout-is-unsent",
        "I6",
        "A time-out while waiting for the answer counts as a request that never left.",
        (
            Piece(
                "adapters/httpx_sender.py",
                "    httpx.ConnectTimeout,\n",
                "    httpx.ConnectTimeout,\n    httpx.ReadTimeout,\n",
            ),
        ),
    ),
    Patch(
        "no-id-is-a-refusal",
        "I6",
        "An answer without an id counts as a refusal.",
        (
            Piece(
                "adapters/httpx_sender.py",
                "                return Unanswered(number, error, at)\n\n    def _finish",
                "                return Refused(number, error, may_retry=True, at=at)\n\n"
                "    def _finish",
            ),
        ),
    ),
    Patch(
        "claim-after-the-call",
        "I6",
        "The claim is committed only after the provider was called.",
        (
            Piece(
                "application/dispatch_job.py",
                "        claimed = record(ref, choice, jobs=jobs)\n",
                "        from cliphook.domain.change import apply\n\n"
                "        claimed = apply(job, choice)\n",
            ),
            Piece(
                "application/dispatch_job.py",
                "    # It may have taken minutes.\n",
                "    record(ref, choice, jobs=jobs)\n",
            ),
        ),
    ),
    Patch(
        "lost-race-counts-as-won",
        "I6",
        "Whoever loses the race for a claim goes on as if it had won.",
        (
            Piece(
                "application/record.py",
                "            if jobs.commit(change, evidence):\n                return change\n"
                "            continue\n",
                "            jobs.commit(change, evidence)\n            return change\n",
            ),
        ),
    ),
    Patch(
        "claim-without-looking",
        "I6",
        "A claim is not held against the claims that there are.",
        (
            Piece(
                "domain/submissions.py",
                "    may_send = last is None or (last.retry_at is not None and last.retry_at "
                "<= report.at)\n",
                "    may_send = last is None or True\n",
            ),
            Piece(
                "domain/submissions.py",
                "    if job.verdict or not may_send or report.attempt != len(job.attempts) + 1:\n",
                "    if job.verdict or not may_send:\n",
            ),
            Piece(
                "domain/submissions.py",
                "    attempt = Attempt(\n        report.attempt,",
                "    attempt = Attempt(\n        len(job.attempts) + 1,",
            ),
        ),
    ),
    Patch(
        "claim-expires-by-the-clock",
        "I20",
        "A claim may be taken over when it is four minutes old by the clock of whoever looks.",
        (
            Piece(
                "domain/submissions.py",
                "    may_send = last is None or (last.retry_at is not None and last.retry_at "
                "<= report.at)\n",
                "    from datetime import timedelta\n\n"
                "    may_send = last is None or last.claimed_at + timedelta(minutes=4) < report.at"
                " or (last.retry_at is not None and last.retry_at <= report.at)\n",
            ),
        ),
    ),
    Patch(
        "canceled-job-is-sent",
        "I18",
        "A job that was canceled, and paid back, can still be claimed and sent.",
        (
            Piece(
                "domain/submissions.py",
                "    if job.verdict or not may_send or",
                "    if not may_send or",
            ),
        ),
    ),
    Patch(
        "promise-apart-from-the-job",
        "I10",
        "What an Idempotency-Key stands for is written after the job, not with it.",
        (
            Piece(
                "adapters/dynamodb_jobs.py",
                "            if not reasons:\n                return ref\n",
                "            if not reasons:\n                self._transact(late)\n"
                "                return ref\n",
            ),
            Piece(
                "adapters/dynamodb_jobs.py",
                "            writes = [self._put_promise(ref, promise, int(change.at.timestamp())),"
                " *writes]\n",
                "            if earlier := self.promised(ref.account_id, promise, change.at):\n"
                "                return earlier\n"
                "        late = [self._put_promise(ref, promise, int(change.at.timestamp()))]"
                " if promise else []\n",
            ),
        ),
    ),
    Patch(
        "promise-without-condition",
        "I10",
        "The same Idempotency-Key makes a second job when it comes at the same time.",
        (
            Piece(
                "adapters/dynamodb_jobs.py",
                '"ConditionExpression": "attribute_not_exists(pk) OR expires_at <= :now"',
                '"ConditionExpression": "attribute_not_exists(pk) OR expires_at > :now"',
            ),
        ),
    ),
    Patch(
        "promise-soon-forgotten",
        "I10",
        "What an Idempotency-Key stands for is forgotten after a second.",
        (
            Piece(
                "runtime/idempotency.py",
                "KEPT: Final = timedelta(days=7)",
                "KEPT: Final = timedelta(seconds=1)",
            ),
        ),
    ),
    Patch(
        "promise-for-any-body",
        "I10",
        "The same Idempotency-Key with another body gives the earlier job.",
        (
            Piece(
                "adapters/dynamodb_jobs.py",
                '    if row["fingerprint"] != promise.fingerprint:\n        raise ReusedKeyError\n',
                "",
            ),
        ),
    ),
)
