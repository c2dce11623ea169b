"""A queue the way this house runs them: encrypted, with dead letters that raise an alarm."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.acknowledge import acknowledge
from infra.constructs.alarms import Alarm, watch
from infra.deployment import Deployment
from infra.flows import VISIBILITY_FACTOR


class DeadLetters(Construct):
    """Where messages go that nobody could handle: for 14 days, and the first is an alarm."""

    def __init__(
        self, scope: Construct, name: str, *, deployment: Deployment, key: kms.IKey, why: str
    ) -> None:
        super().__init__(scope, "".join(part.capitalize() for part in name.split("-")))
        self.queue = _queue(
            self, deployment.named(name), key=key, retention_period=Duration.days(14)
        )
        reason = "It is itself where messages end that nobody could handle."
        acknowledge(
            self.queue, {"AwsSolutions-SQS3": reason, "Serverless-SQSRedrivePolicy": reason}
        )
        depth = self.queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(1))
        look = {"command": "inspect", "where": name}
        watch(self, deployment, Alarm(name, depth, why=why, look=look))


class HouseQueue(Construct):
    """A queue of work orders for one function, with its dead letters and an alarm on its age."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        deployment: Deployment,
        key: kms.IKey,
        consumer_timeout_s: int,
        receives_max: int,
        oldest_s: int,
    ) -> None:
        super().__init__(scope, f"{name.capitalize()}Queue")
        self.dead_letters = DeadLetters(
            self,
            f"{name}-dead",
            deployment=deployment,
            key=key,
            why=f"Orders for {name} were given up; its log says why, and redriving them is safe.",
        )
        self.queue = _queue(
            self,
            deployment.named(name),
            key=key,
            # Shorter than the dead letters' own, which count from the same first day.
            retention_period=Duration.days(4),
            visibility_timeout=Duration.seconds(VISIBILITY_FACTOR * consumer_timeout_s),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters.queue, max_receive_count=receives_max
            ),
        )
        oldest = self.queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(1))
        why = f"Orders for {name} wait longer than they should: it is throttled, slow or failing."
        watch(self, deployment, Alarm(f"{name}-age", oldest, why, above=oldest_s, minutes=5))


def _queue(
    scope: Construct,
    name: str,
    *,
    key: kms.IKey,
    retention_period: Duration,
    visibility_timeout: Duration | None = None,
    dead_letter_queue: sqs.DeadLetterQueue | None = None,
) -> sqs.Queue:
    return sqs.Queue(
        scope,
        "Queue",
        queue_name=name,
        encryption=sqs.QueueEncryption.KMS,
        encryption_master_key=key,
        data_key_reuse=Duration.hours(1),
        enforce_ssl=True,
        retention_period=retention_period,
        visibility_timeout=visibility_timeout,
        dead_letter_queue=dead_letter_queue,
    )
