"""
What a function may do, one right a function; every action by name, every resource by its address.

The CDK's own grants are wider: they add Scan, Delete and every index to the table, and wildcards
to the key.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from cliphook.adapters import schema


@dataclass(frozen=True, slots=True)
class Right:
    """What is allowed, and for each resource with a wildcard in it the reason."""

    statements: Sequence[iam.PolicyStatement]
    wildcards: Mapping[str, str] = field(default_factory=dict)


_KEY_READ: Final = ("kms:Decrypt", "kms:DescribeKey")
_KEY_WRITE: Final = (
    *_KEY_READ,
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
_KEY_SEND: Final = ("kms:Decrypt", "kms:GenerateDataKey")


@dataclass(frozen=True, slots=True)
class Prefix:
    """A prefix of the bucket: the address of all objects under it, and cdk-nag's name of that."""

    arn: str
    finding: str


@dataclass(frozen=True, slots=True)
class Stores:
    """What keeps things, by name and by address, for the stacks that use it."""

    key_arn: str
    table_name: str
    table_arn: str
    stream_arn: str
    bucket_name: str
    bucket_arn: str
    clips: Prefix
    files: Prefix
    tagged: Prefix
    secrets_prefix: str
    secret_arns: Mapping[str, str]

    def read_items(self, *indexes: schema.Index) -> Right:
        """Read single items by key, and look through the named indexes."""
        statements = [
            _allow(("dynamodb:GetItem",), self.table_arn),
            self._through("dynamodb", _KEY_READ),
        ]
        if indexes:
            arns = (f"{self.table_arn}/index/{index.name}" for index in indexes)
            statements.append(_allow(("dynamodb:Query",), *arns))
        return Right(statements)

    def list_items(self) -> Right:
        """Read many items at once, and a partition in order."""
        return self._items("dynamodb:BatchGetItem", "dynamodb:Query", key=_KEY_READ)

    def read_many_items(self) -> Right:
        """Read items by their keys, many at once."""
        return self._items("dynamodb:BatchGetItem", key=_KEY_READ)

    def read_partitions(self) -> Right:
        """Read a partition in order."""
        return self._items("dynamodb:Query", key=_KEY_READ)

    def write_items(self) -> Right:
        """Write items, alone or in a transaction. It does not delete: what is over, expires."""
        actions = ("dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        return self._items(*actions)

    def add_items(self) -> Right:
        """Write items that are new."""
        return self._items("dynamodb:PutItem")

    def update_items(self) -> Right:
        """Change items that are there."""
        return self._items("dynamodb:UpdateItem")

    def delete_items(self) -> Right:
        """Delete items: for what erases, and for nobody else."""
        return self._items("dynamodb:DeleteItem")

    def read_stream(self) -> Right:
        """Follow the table's stream."""
        actions = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
        statements = [
            _allow(actions, self.stream_arn),
            _allow(("dynamodb:ListStreams",), "*"),
            self._through("dynamodb", _KEY_READ),
        ]
        return Right(
            statements, {"*": "ListStreams knows no resources, and a mapping asks for it."}
        )

    def read_secrets(self, *names: str) -> Right:
        """Read the named secrets."""
        arns = (self.secret_arns[name] for name in names)
        statement = _allow(("secretsmanager:GetSecretValue",), *arns)
        return Right([statement, self._through("secretsmanager", ("kms:Decrypt",))])

    def read_clips(self) -> Right:
        """Read what lies under the clips' prefix, and so sign links to it."""
        return self._objects("s3:GetObject", "kms:Decrypt", self.clips)

    def put_clips(self) -> Right:
        """Put objects under the clips' prefix; not read, not delete."""
        return self._objects("s3:PutObject", "kms:GenerateDataKey", self.clips)

    def read_files(self) -> Right:
        """Read what lies under the files' prefix, and so sign links to it."""
        return self._objects("s3:GetObject", "kms:Decrypt", self.files)

    def put_files(self) -> Right:
        """Put objects under the files' prefix, and so sign forms that do; not read, not delete."""
        return self._objects("s3:PutObject", "kms:GenerateDataKey", self.files)

    def read_copies(self) -> Right:
        """Read tagged copies, and so ask whether one lies there, and sign links to it."""
        return self._objects("s3:GetObject", "kms:Decrypt", self.tagged)

    def put_copies(self) -> Right:
        """Put tagged copies; not delete: what nobody fetches any more, expires."""
        return self._objects("s3:PutObject", "kms:GenerateDataKey", self.tagged)

    def erase_objects(self) -> Right:
        """Delete objects of every kind, all versions of them, and find out which there are."""
        prefixes = (self.clips, self.files, self.tagged)
        found = _allow(("s3:ListBucketVersions",), self.bucket_arn)
        names = [f"{prefix.finding.partition('/')[2]}" for prefix in prefixes]
        found.add_condition("StringLike", {"s3:prefix": names})
        erased = _allow(
            ("s3:DeleteObject", "s3:DeleteObjectVersion"), *(prefix.arn for prefix in prefixes)
        )
        reason = "What was deleted lies under these prefixes, and is erased by its own."
        return Right([found, erased], {prefix.finding: reason for prefix in prefixes})

    def consume(self, *queue_arns: str) -> Right:
        """Take messages from queues, and put them back for later."""
        actions = (
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
        )
        return Right([_allow(actions, *queue_arns), self._through("sqs", ("kms:Decrypt",))])

    def send(self, *queue_arns: str) -> Right:
        """Send messages to queues."""
        statement = _allow(("sqs:SendMessage",), *queue_arns)
        return Right([statement, self._through("sqs", _KEY_SEND)])

    def _items(self, *actions: str, key: Iterable[str] = _KEY_WRITE) -> Right:
        return Right([_allow(actions, self.table_arn), self._through("dynamodb", key)])

    def _objects(self, action: str, key_action: str, prefix: Prefix) -> Right:
        reason = "All objects of a kind lie under one prefix, and this is that prefix."
        return Right(
            [_allow((action,), prefix.arn), self._through("s3", (key_action,))],
            {prefix.finding: reason},
        )

    def _through(self, service: str, actions: Iterable[str]) -> iam.PolicyStatement:
        host = f"{service}.{Aws.REGION}.amazonaws.com"
        return iam.PolicyStatement(
            actions=list(actions),
            resources=[self.key_arn],
            conditions={"StringEquals": {"kms:ViaService": host}},
        )


def put_events(bus_arn: str) -> Right:
    """Put events on one bus."""
    return Right([_allow(("events:PutEvents",), bus_arn)])


def replay_events(bus_name: str, archive_arn: str) -> Right:
    """Replay from one archive, and look at the rules of one bus, to one of which it is replayed."""
    rules = f"events:{Aws.REGION}:{Aws.ACCOUNT_ID}:rule/{bus_name}/*"
    finding = f"events:<AWS::Region>:<AWS::AccountId>:rule/{bus_name}/*"
    return Right(
        [
            _allow(("events:StartReplay",), archive_arn),
            _allow(("events:DescribeRule",), f"arn:{Aws.PARTITION}:{rules}"),
        ],
        {f"arn:<AWS::Partition>:{finding}": "Nobody here knows which rules others put there."},
    )


def _allow(actions: Iterable[str], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))
