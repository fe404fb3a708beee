"""Refuses an instance type on which an image cannot run, in AWS's words."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instance_types import INSTANCE_TYPES


def require_fit(image: Any, instance_type: str) -> None:
    """Compare what the image needs and what the type offers; refuse a type that there is not."""
    offered = INSTANCE_TYPES.get(instance_type)
    if offered is None:
        raise EC2ClientError("InvalidParameterValue", f"Invalid value '{instance_type}' for InstanceType.")
    architectures = offered["ProcessorInfo"]["SupportedArchitectures"]
    if image.architecture not in architectures:
        raise EC2ClientError(
            "InvalidParameterValue",
            f"The architecture '{architectures[-1]}' of the specified instance type does not match the"
            f" architecture '{image.architecture}' of the specified AMI. Specify an instance type and an AMI"
            " that have matching architectures, and try again. You can use 'describe-instance-types' or"
            " 'describe-images' to discover the architecture of the instance type or AMI.",
        )
    if offered["NetworkInfo"]["EnaSupport"] == "required" and not image.ena_support:
        raise EC2ClientError(
            "InvalidParameterCombination",
            "Enhanced networking with the Elastic Network Adapter (ENA) is required for the"
            f" '{instance_type}' instance type. Ensure that you are using an AMI that is enabled for ENA.",
        )
