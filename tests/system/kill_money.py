"""The ledger after functions were killed: every credit is where the ends of the jobs say it is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from local import demo
from local.demo import Job
from tests.system.kill_checks import Complaint
from tests.system.kill_run import Run
from tests.system.kill_songs import KEPT, PARTLY, listed

ONE_CLIP = "one-track"
# A callback says that one of two clips is there, and no poll ever does.
UNSURE = "failure-after-first"

type Entry = Mapping[str, Any]
type Model = Mapping[str, Any]


def unbalanced(run: Run) -> Iterator[Complaint]:
    """Complain unless the ledger adds up to the balance, and has of each job what is due."""
    with demo.client(run.deployment.addresses) as api:
        answer = api.http.get("/v1/balance").raise_for_status()
        models = {model["id"]: model for model in listed(api.http, "/v1/models")}
        entries = [*listed(api.http, "/v1/ledger")]
    balance, moved = Decimal(answer.json()["balance"]), sum(map(amount, entries))
    if moved != balance:
        yield None, f"its balance is {balance}, and its entries add up to {moved}"
    by_job: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_job[entry["job_id"]].append(entry)
    yield from (
        (None, f"has entries of no job: {by_job[job_id]}")
        for job_id in by_job.keys() - run.jobs.keys()
        if {entry["kind"] for entry in by_job[job_id]} != {"grant"}
    )
    for asked in run.asked:
        job = run.jobs[asked.job_id]
        model = models[asked.song.model]
        for wrong in unpaid(job, by_job[job["id"]], model, asked.song.scenario):
            yield job["id"], wrong


def unpaid(job: Job, entries: list[Entry], model: Model, scenario: str) -> Iterator[str]:
    """Complain unless a job was charged once, and given back once what it did not bring."""
    price = Decimal(model["operations"]["generate"]["price"])
    charges = [amount(entry) for entry in entries if entry["kind"] == "charge"]
    refunds = [amount(entry) for entry in entries if entry["kind"] == "refund"]
    if charges != [-price] or len(entries) != len(charges) + len(refunds):
        yield f"costs {price}, and its entries are {entries}"
    if len(refunds) > 1 or not 0 <= sum(refunds) <= price:
        yield f"costs {price}, and was given back {refunds}"
    if scenario != UNSURE and sum(refunds) != (due := price * missing(job, model, scenario)):
        yield f"costs {price}, was given back {refunds}, and due is {due}"
    told = [Decimal(job["billing"][name]) for name in ("charged", "refunded")]
    if told != [-sum(charges), sum(refunds)]:
        yield f"says {job['billing']}, and its entries are {entries}"


def missing(job: Job, model: Model, scenario: str) -> Decimal:
    """Tell which share of its music a job did not bring."""
    if job["status"] not in {KEPT, PARTLY}:
        return Decimal(1)
    is_half = scenario == ONE_CLIP and model["clips"]
    return Decimal(1) - Decimal(1) / model["clips"] if is_half else Decimal(0)


def amount(entry: Entry) -> Decimal:
    """Read what an entry did to the balance."""
    return Decimal(entry["amount"])
