"""What outlives every function: the key, the table, the bucket and the secrets."""

from typing import Final

from aws_cdk import Aws, CfnOutput, Duration, RemovalPolicy, SecretValue, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cliphook.adapters import schema
from infra.constructs.acknowledge import acknowledge
from infra.constructs.lifecycle import lifecycle_rules
from infra.constructs.policies import lets, refuse_other_encryption
from infra.constructs.rights import Prefix, Stores
from infra.deployment import Deployment

SECRET_LENGTH: Final = 64
RECOVERY_DAYS: Final = 35
ACCESS_LOG_DAYS: Final = 90
# A page in a browser may read what a link leads to, whoever has served the page: the link is what
# lets it in, and nothing else that the browser knows goes with it.
PLAYERS: Final = s3.CorsRule(
    allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.HEAD],
    allowed_origins=["*"],
    allowed_headers=["*"],
    exposed_headers=["Accept-Ranges", "Content-Length", "Content-Range", "ETag"],
    max_age=3600,
)
ROTATION: Final = (
    "The ticket secret and the pepper stay valid as long as what they signed, and only a provider "
    "can issue a new API key."
)


class DataStack(Stack):
    """The stores. Other stacks get names and addresses of them and nothing else."""

    def __init__(self, scope: Construct, deployment: Deployment) -> None:
        super().__init__(
            scope,
            f"Cliphook-{deployment.name}-Data",
            stack_name=deployment.named("data"),
            description="Cliphook: what is kept",
            termination_protection=deployment.lasting,
        )
        self._deployment = deployment
        # What becomes of a store when its stack is deleted.
        self._removal = RemovalPolicy.RETAIN if deployment.lasting else RemovalPolicy.DESTROY
        self.key = self._make_key()
        table = self._make_table()
        bucket = self._make_bucket()
        prefix = f"cliphook/{deployment.name}"
        # Exported by a name of ours, since an acknowledgment has to repeat it.
        export = deployment.named("clips")
        bucket_arn = self.export_value(bucket.bucket_arn, name=export)
        self.stores = Stores(
            key_arn=self.key.key_arn,
            table_name=table.table_name,
            table_arn=table.table_arn,
            stream_arn=table.table_stream_arn or "",
            bucket_name=bucket.bucket_name,
            bucket_arn=bucket_arn,
            clips=_prefix(bucket_arn, export, schema.CLIPS_PREFIX),
            files=_prefix(bucket_arn, export, schema.FILES_PREFIX),
            tagged=_prefix(bucket_arn, export, schema.TAGGED_PREFIX),
            secrets_prefix=prefix,
            secret_arns=self._make_secrets(prefix),
        )
        CfnOutput(self, "TableName", value=table.table_name)
        CfnOutput(self, "BucketName", value=bucket.bucket_name)

    def _make_key(self) -> kms.Key:
        key = kms.Key(
            self,
            "Key",
            alias=f"alias/{self._deployment.named('data')}",
            description="Cliphook: table, bucket, secrets, queues and logs",
            enable_key_rotation=True,
            removal_policy=self._removal,
        )
        here = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
        # Without this, a rule cannot put anything into an encrypted queue, and says nothing.
        key.add_to_resource_policy(lets("events.amazonaws.com", here))
        # For an alarm that is to reach a topic under this key.
        key.add_to_resource_policy(lets("cloudwatch.amazonaws.com", here))
        log_groups = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:*"
        theirs = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log_groups}}
        key.add_to_resource_policy(lets(f"logs.{Aws.REGION}.amazonaws.com", theirs))
        return key

    def _make_table(self) -> dynamodb.Table:
        # Not TableV2: with a key of our own that needs the Region's name when it is synthesized.
        table = dynamodb.Table(
            self,
            "Table",
            partition_key=_string(schema.PARTITION_KEY),
            sort_key=_string(schema.SORT_KEY),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            stream=dynamodb.StreamViewType.NEW_IMAGE,
            time_to_live_attribute=schema.EXPIRES_AT,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True,
                recovery_period_in_days=RECOVERY_DAYS,
            ),
            deletion_protection=self._deployment.lasting,
            removal_policy=self._removal,
        )
        for index in schema.INDEXES:
            _add_index(table, index)
        return table

    def _make_bucket(self) -> s3.Bucket:
        bucket = self._private_bucket(
            "Clips",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            versioned=True,
            lifecycle_rules=lifecycle_rules(self._deployment),
            cors=[PLAYERS],
            server_access_logs_bucket=self._private_bucket(
                "AccessLogs",
                # S3 cannot write its logs under a key of ours.
                encryption=s3.BucketEncryption.S3_MANAGED,
                lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(ACCESS_LOG_DAYS))],
            ),
        )
        for header, wanted in (
            ("s3:x-amz-server-side-encryption", "aws:kms"),
            ("s3:x-amz-server-side-encryption-aws-kms-key-id", self.key.key_arn),
        ):
            bucket.add_to_resource_policy(refuse_other_encryption(bucket, header, wanted))
        return bucket

    def _private_bucket(
        self,
        name: str,
        *,
        encryption: s3.BucketEncryption,
        lifecycle_rules: list[s3.LifecycleRule],
        encryption_key: kms.IKey | None = None,
        versioned: bool = False,
        server_access_logs_bucket: s3.IBucket | None = None,
        cors: list[s3.CorsRule] | None = None,
    ) -> s3.Bucket:
        return s3.Bucket(
            self,
            name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            encryption=encryption,
            encryption_key=encryption_key,
            bucket_key_enabled=encryption_key is not None,
            versioned=versioned,
            lifecycle_rules=lifecycle_rules,
            cors=cors,
            server_access_logs_bucket=server_access_logs_bucket,
            removal_policy=self._removal,
        )

    def _make_secrets(self, prefix: str) -> dict[str, str]:
        generated = secretsmanager.SecretStringGenerator(
            password_length=SECRET_LENGTH, exclude_punctuation=True
        )
        secrets = {
            name.value: self._secret(prefix, name.value, "our own", generate=generated)
            for name in schema.Secret
        }
        for provider in schema.PROVIDERS:
            name = schema.provider_secret(provider)
            # A changed value here would be written over the key that an operator has put there.
            value = SecretValue.unsafe_plain_text('{"api_key": ""}')
            secrets[name] = self._secret(prefix, name, f"{provider}'s API key", value=value)
        name, what = schema.WEBHOOK_KEYS, "what providers sign callbacks with"
        empty = SecretValue.unsafe_plain_text("{}")
        secrets[name] = self._secret(prefix, name, what, value=empty)
        return secrets

    def _secret(
        self,
        prefix: str,
        name: str,
        what: str,
        *,
        generate: secretsmanager.SecretStringGenerator | None = None,
        value: SecretValue | None = None,
    ) -> str:
        secret = secretsmanager.Secret(
            self,
            "".join(part.capitalize() for part in name.split("/")) + "Secret",
            secret_name=f"{prefix}/{name}",
            description=f"Cliphook: {what}",
            encryption_key=self.key,
            generate_secret_string=generate,
            secret_string_value=value,
            removal_policy=self._removal,
        )
        acknowledge(secret, {"AwsSolutions-SMG4": ROTATION})
        return secret.secret_arn


def _prefix(bucket_arn: str, export: str, name: str) -> Prefix:
    return Prefix(arn=f"{bucket_arn}/{name}*", finding=f"{export}/{name}*")


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _add_index(table: dynamodb.Table, index: schema.Index) -> None:
    projection = dynamodb.ProjectionType
    table.add_global_secondary_index(
        index_name=index.name,
        partition_key=_string(index.hash_key),
        sort_key=_string(index.range_key),
        projection_type=projection.INCLUDE if index.includes else projection.KEYS_ONLY,
        non_key_attributes=list(index.includes) or None,
    )
