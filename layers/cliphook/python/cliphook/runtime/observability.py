"""Logs and metrics: named fields only, never a body, a link, a key or a prompt."""

from typing import Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from cliphook.adapters.schema import PARKED_EVENTS, QUARANTINED_CALLBACKS
from cliphook.domain.change import Change
from cliphook.domain.steps import Quarantined

logger: Final = Logger()
metrics: Final = Metrics()


def count(name: str, value: int) -> None:
    """Write a metric at once, so that an invocation without one writes nothing."""
    metrics.add_metric(name, MetricUnit.Count, value)
    metrics.flush_metrics()


def gauge_s(name: str, seconds: float) -> None:
    """Write how long something has waited, at once."""
    metrics.add_metric(name, MetricUnit.Seconds, seconds)
    metrics.flush_metrics()


def gauge(name: str, value: float) -> None:
    """Write a number of no unit that there is a name for, at once."""
    metrics.add_metric(name, MetricUnit.NoUnit, value)
    metrics.flush_metrics()


def count_parked(parked: int) -> None:
    """Count rows that were parked, which somebody is to hear of."""
    if parked:
        count(PARKED_EVENTS, parked)
        logger.warning("rows parked", extra={"parked": parked})


def log_outcome(message: str, outcome: Change | Quarantined | None, **fields: object) -> None:
    """Log what came of a report: one line, with what changed in it."""
    if isinstance(outcome, Quarantined):
        count(QUARANTINED_CALLBACKS, 1)
        logger.warning(message, extra={**fields, "quarantine": outcome.reason})
        return
    news = [event.type for event in outcome.events] if outcome else []
    logger.info(message, extra={**fields, "is_news": outcome is not None, "events": news})
