"""What keeps a job from being submitted, and paid for, more than once."""

from typing import Final

from tests.simulator.planted.patch import plant

SENDER: Final = "adapters/httpx_sender.py"
JOBS: Final = "adapters/dynamodb_jobs.py"
RULES: Final = "domain/submissions.py"
DISPATCH: Final = "application/dispatch_job.py"

_MAY_SEND: Final = (
    "    may_send = last is None or (last.retry_at is not None and last.retry_at <= report.at)\n"
)
_GUARD: Final = "    if job.verdict or not may_send or report.attempt != len(job.attempts) + 1:\n"

SUBMISSIONS: Final = (
    plant(
        "call-again-after-doubt",
        "I6",
        "A submission whose answer never came is made again.",
        (
            SENDER,
            'return Unanswered(number, error, at), b""',
            'return Unsent(number, error, at), b""',
        ),
    ),
    plant(
        "doubt-rolls-the-claim-back",
        "I6",
        "An answer in doubt puts the job back to where nothing was sent.",
        (
            RULES,
            "            status=AttemptStatus.UNKNOWN,\n            answered_at=report.at,",
            "            status=AttemptStatus.UNSENT,\n            answered_at=report.at,\n"
            "            retry_at=report.at,",
        ),
    ),
    plant(
        "read-timeout-is-unsent",
        "I6",
        "A time-out while waiting for the answer counts as a request that never left.",
        (
            SENDER,
            "    httpx.ConnectTimeout,\n",
            "    httpx.ConnectTimeout,\n    httpx.ReadTimeout,\n",
        ),
    ),
    plant(
        "no-id-is-a-refusal",
        "I6",
        "An answer that says neither yes nor no counts as a refusal.",
        (
            SENDER,
            "                return Unanswered(number, error, at)\n\n    def _finish",
            "                return Refused(number, error, may_retry=True, at=at)\n\n"
            "    def _finish",
        ),
    ),
    plant(
        "claim-after-the-call",
        "I6",
        "The claim is committed only after the provider was called.",
        (
            DISPATCH,
            "        claimed = record(ref, choice, jobs=jobs)\n",
            "        from cliphook.domain.change import apply\n\n"
            "        claimed = apply(job, choice)\n",
        ),
        (
            DISPATCH,
            "    # It may have taken minutes.\n",
            "    record(ref, choice, jobs=jobs)\n",
        ),
    ),
    plant(
        "lost-race-counts-as-won",
        "I6",
        "Whoever loses the race for a claim goes on as if it had won.",
        (
            "application/record.py",
            "            if jobs.commit(change, evidence):\n                return change\n"
            "            continue\n",
            "            jobs.commit(change, evidence)\n            return change\n",
        ),
    ),
    plant(
        "claim-without-looking",
        "I6",
        "A claim is not held against the claims that there are.",
        (RULES, _MAY_SEND, "    may_send = last is None or True\n"),
        (RULES, _GUARD, "    if job.verdict or not may_send:\n"),
        (
            RULES,
            "    attempt = Attempt(\n        report.attempt,",
            "    attempt = Attempt(\n        len(job.attempts) + 1,",
        ),
    ),
    plant(
        "claim-expires-by-the-clock",
        "I6",
        "A claim may be taken over when it is old by the clock of whoever looks.",
        (
            RULES,
            _MAY_SEND,
            "    from datetime import timedelta\n\n"
            "    is_old = last is not None and last.claimed_at + timedelta(minutes=4) < report.at\n"
            "    may_send = last is None or is_old or (\n"
            "        last.retry_at is not None and last.retry_at <= report.at\n    )\n",
        ),
        (
            "domain/due.py",
            "    if not attempt.task:\n",
            "    if not attempt.task and not attempt.answered_at:\n"
            "        return Call(Work.DISPATCH, attempt.claimed_at + timedelta(minutes=4))\n"
            "    if not attempt.task:\n",
        ),
    ),
    plant(
        "canceled-job-is-sent",
        "I18",
        "A job that was canceled, and paid back, can still be claimed and sent.",
        (RULES, "    if job.verdict or not may_send or", "    if not may_send or"),
        ("domain/due.py", "    if job.verdict or Stage.COMPLETE", "    if Stage.COMPLETE"),
    ),
    plant(
        "promise-apart-from-the-job",
        "I10",
        "What an Idempotency-Key stands for is written after the job, not with it.",
        (
            JOBS,
            "            writes = [self._put_promise(ref, promise, int(change.at.timestamp())),"
            " *writes]\n",
            "            if kept := self.promised(ref.account_id, promise, change.at):\n"
            "                return kept\n",
        ),
        (
            JOBS,
            "        if not reasons:\n            return ref\n",
            "        if not reasons and promise:\n"
            "            late = self._put_promise(ref, promise, int(change.at.timestamp()))\n"
            "            transact(self._client, [late])\n"
            "        if not reasons:\n            return ref\n",
        ),
    ),
    plant(
        "promise-without-condition",
        "I10",
        "The same Idempotency-Key makes a second job.",
        (
            JOBS,
            '"ConditionExpression": "attribute_not_exists(pk) OR expires_at <= :now"',
            '"ConditionExpression": "attribute_not_exists(pk) OR expires_at >= :now"',
        ),
    ),
    plant(
        "promise-soon-forgotten",
        "I10",
        "What an Idempotency-Key stands for is forgotten after a second.",
        ("runtime/idempotency.py", "timedelta(days=7)", "timedelta(seconds=1)"),
    ),
    plant(
        "promise-for-any-body",
        "I10",
        "The same Idempotency-Key with another body gives the earlier job.",
        (
            JOBS,
            '    if row["fingerprint"] != promise.fingerprint:\n        raise ReusedKeyError\n',
            "",
        ),
    ),
)
