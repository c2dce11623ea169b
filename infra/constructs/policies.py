"""What the stores' own policies say: who else may use the key, and what the bucket refuses."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3


def lets(service: str, condition: dict[str, dict[str, str]]) -> iam.PolicyStatement:
    """Let a service write for us under a key, where a condition holds."""
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal(service)],
        actions=[
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
        ],
        resources=["*"],
        conditions=condition,
    )


def refuse_other_encryption(bucket: s3.IBucket, header: str, wanted: str) -> iam.PolicyStatement:
    """Refuse an upload that names another encryption than the bucket's own."""
    return iam.PolicyStatement(
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["s3:PutObject"],
        resources=[bucket.arn_for_objects("*")],
        # Whoever says nothing gets the bucket's own key: a header that is missing is no other one,
        # though a negated condition, with IfExists or without, would take it for one.
        conditions={"Null": {header: "false"}, "StringNotEquals": {header: wanted}},
    )
