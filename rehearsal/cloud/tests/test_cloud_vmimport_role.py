"""ImportSnapshot refuses, at once, a role that the import service cannot use."""

from typing import Any

import pytest
from account import EC2_ACTIONS, S3_ACTIONS, TRUST, Account, allow, on_bucket, refused

INSUFFICIENT = "does not exist or does not have sufficient permissions"


def test_a_missing_role(account: Account) -> None:
    with refused("InvalidParameter", f"The service role absent provided {INSUFFICIENT}"):
        account.start_import(account.bucket(), "image.vhd", "absent")


@pytest.mark.parametrize("action", [*S3_ACTIONS, *EC2_ACTIONS])
def test_a_missing_permission(account: Account, action: str) -> None:
    bucket, role = account.bucket(), account.role()
    granted = [other for other in [*S3_ACTIONS, *EC2_ACTIONS] if other != action]
    account.attach(role, allow(granted, *on_bucket(bucket), "*"))
    with refused("InvalidParameter", INSUFFICIENT):
        account.start_import(bucket, "image.vhd", role)


def test_permissions_on_another_bucket(account: Account) -> None:
    role = account.vmimport_role(account.bucket())
    with refused("InvalidParameter", INSUFFICIENT):
        account.start_import(account.bucket(), "image.vhd", role)


def test_a_denial(account: Account) -> None:
    bucket = account.bucket()
    role = account.vmimport_role(bucket)
    account.attach(role, {**allow(["s3:GetObject"], "*"), "Effect": "Deny"})
    with refused("InvalidParameter", INSUFFICIENT):
        account.start_import(bucket, "image.vhd", role)


def test_a_detached_policy(account: Account) -> None:
    bucket = account.bucket()
    role = account.vmimport_role(bucket)
    attached = account.iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    account.iam.detach_role_policy(RoleName=role, PolicyArn=attached[0]["PolicyArn"])
    with refused("InvalidParameter", INSUFFICIENT):
        account.start_import(bucket, "image.vhd", role)


@pytest.mark.parametrize(
    "change",
    [
        {"Principal": {"Service": "ec2.amazonaws.com"}},
        {"Principal": {"AWS": "vmie.amazonaws.com"}},
        {"Condition": {"StringEquals": {"sts:Externalid": "other"}}},
        {"Action": "sts:TagSession"},
        {"Effect": "Deny"},
    ],
    ids=["another service", "no service", "another external id", "another action", "denied"],
)
def test_a_wrong_trust(account: Account, change: dict[str, Any]) -> None:
    bucket = account.bucket()
    role = account.role({**TRUST, **change})
    account.attach(role, allow(S3_ACTIONS, *on_bucket(bucket)), allow(EC2_ACTIONS, "*"))
    with refused("InvalidParameter", INSUFFICIENT):
        account.start_import(bucket, "image.vhd", role)
