"""Where a provider is told to call back."""

from collections.abc import Callable
from datetime import datetime

from cliphook.adapters.secrets import Secrets
from cliphook.domain.job import Job
from cliphook.domain.ticket import Ticket, expiry, issue


def callback_urls(public_url: str, secrets: Secrets) -> Callable[[Job, datetime], str]:
    """Make the writer of callback addresses for the latest attempt of a job."""

    def write(job: Job, at: datetime) -> str:
        ticket = Ticket(job.account_id, job.id, len(job.attempts), job.provider, expiry(at))
        master = secrets.callback_masters()[0]
        return f"{public_url}/callbacks/{job.provider}/{issue(ticket, master, at)}"

    return write
