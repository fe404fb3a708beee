"""What the VM import service needs of the role it is given.

Source: AWS, "VM Import/Export User Guide", required permissions: who may
assume the role, and what it may do with the image's bucket and in EC2.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.iam.exceptions import NotFoundException
from moto.iam.models import ManagedPolicy, Role, iam_backends

from rehearsal.cloud.iam_policies import allows, as_list, statements

_SERVICE = "vmie.amazonaws.com"
_EXTERNAL_ID = "vmimport"
_BUCKET_ACTIONS = ("s3:GetBucketLocation", "s3:ListBucket")
_OBJECT_ACTIONS = ("s3:GetObject",)
# `ec2:Describe*` is meant as it stands: the guide names no single calls.
_EC2_ACTIONS = ("ec2:ModifySnapshotAttribute", "ec2:CopySnapshot", "ec2:RegisterImage", "ec2:Describe*")


def require_role(account: str, role_name: str, bucket: str, key: str) -> None:
    """Refuse a role that the service cannot use for this object; AWS does not say which part is wrong."""
    role = _role(account, role_name)
    if role is None or not _trusts_service(role, account) or _missing_actions(role, bucket, key):
        raise EC2ClientError(
            "InvalidParameter",
            f"The service role {role_name} provided does not exist or does not have sufficient permissions",
        )


def _role(account: str, name: str) -> Role | None:
    try:
        return iam_backends[account]["aws"].get_role(name)
    except NotFoundException:
        return None


def _trusts_service(role: Role, account: str) -> bool:
    context = {"sts:externalid": _EXTERNAL_ID, "aws:sourceaccount": account}
    return any(
        statement["Effect"] == "Allow"
        and "sts:AssumeRole" in as_list(statement.get("Action", []))
        and _SERVICE in as_list(_service_principal(statement))
        and _conditions_met(statement.get("Condition", {}), context)
        for statement in statements(role.assume_role_policy_document)
    )


def _service_principal(statement: dict[str, Any]) -> Any:
    principal = statement.get("Principal", {})
    return principal.get("Service", []) if isinstance(principal, dict) else []


def _conditions_met(conditions: dict[str, dict[str, Any]], context: dict[str, str]) -> bool:
    return all(
        operator == "StringEquals" and context.get(name.lower()) in as_list(accepted)
        for operator, test in conditions.items()
        for name, accepted in test.items()
    )


def _document(policy: ManagedPolicy) -> str:
    return next(version.document for version in policy.versions if version.is_default)


def _missing_actions(role: Role, bucket: str, key: str) -> list[str]:
    policies = [*role.policies.values(), *map(_document, role.managed_policies.values())]
    needed = [
        *((action, f"arn:aws:s3:::{bucket}") for action in _BUCKET_ACTIONS),
        *((action, f"arn:aws:s3:::{bucket}/{key}") for action in _OBJECT_ACTIONS),
        *((action, "*") for action in _EC2_ACTIONS),
    ]
    return [action for action, resource in needed if not allows(policies, action, resource)]
