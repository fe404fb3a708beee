"""What the VM import service needs of the role it is given."""

from __future__ import annotations

from moto.ec2.exceptions import EC2ClientError
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends


def require_role(account: str, role_name: str, bucket: str, key: str) -> None:
    """Refuse, as ImportSnapshot does, a role that the service cannot use for this object."""
    backend = iam_backends[account]["aws"]
    try:
        backend.get_role(role_name)
    except NotFoundException:
        raise EC2ClientError(
            "InvalidParameter",
            f"The service role {role_name} provided does not exist or does not have sufficient permissions",
        ) from None
