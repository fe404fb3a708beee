"""RegisterImage, keeping what the image was registered with."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.amis import Ami
from moto.ec2.utils import random_ami_id

from rehearsal.cloud.base import Extension


class RegisteredImage(Ami):
    """An image made from the parameters of RegisterImage; the account's own unless `more` says otherwise."""

    def __init__(
        self, backend: Any, parameters: dict[str, Any], *, image_id: str | None = None, **more: Any
    ) -> None:
        super().__init__(
            backend,
            image_id or random_ami_id(),
            name=parameters["Name"],
            description=parameters.get("Description"),
            architecture=parameters.get("Architecture", "i386"),
            virtualization_type=parameters.get("VirtualizationType", "paravirtual"),
            root_device_name=parameters.get("RootDeviceName"),
            root_device_type="ebs",
            hypervisor="xen",
            boot_mode=parameters.get("BootMode"),
            image_location=f"{more.get('owner_id', backend.account_id)}/{parameters['Name']}",
            **more,
        )
        # moto invents a snapshot for every image; this one has those it names.
        del backend.snapshots[self.ebs_snapshot.id]
        self.ena_support = parameters.get("EnaSupport", False)
        self.sriov_net_support = parameters.get("SriovNetSupport")
        self.imds_support = parameters.get("ImdsSupport")
        self.tpm_support = parameters.get("TpmSupport")
        self._devices = [_device(backend, mapping) for mapping in parameters.get("BlockDeviceMappings", [])]

    @property
    def block_device_mappings(self) -> list[dict[str, Any]]:
        return deepcopy(self._devices)


class Images(Extension):
    def register_image(self) -> ActionResult:
        parameters = {name: self._get_param(name) for name in _PARAMETERS}
        parameters = {name: value for name, value in parameters.items() if value is not None}
        self.error_on_dryrun()
        backend = self.ec2_backend
        for image in list(backend.amis.values()):
            if image.owner_id == backend.account_id and image.name == parameters["Name"]:
                raise EC2ClientError(
                    "InvalidAMIName.Duplicate",
                    f"AMI name {parameters['Name']} is already in use by AMI {image.id}",
                )
        image = RegisteredImage(backend, parameters)
        for specification in self._get_param("TagSpecifications", []):
            if specification["ResourceType"] == "image":
                image.add_tags({tag["Key"]: tag["Value"] for tag in specification["Tags"]})
        backend.amis[image.id] = image
        return ActionResult({"ImageId": image.id})


_PARAMETERS = (
    "Name",
    "Description",
    "Architecture",
    "VirtualizationType",
    "RootDeviceName",
    "EnaSupport",
    "SriovNetSupport",
    "BootMode",
    "ImdsSupport",
    "TpmSupport",
    "BlockDeviceMappings",
)


def _device(backend: Any, mapping: dict[str, Any]) -> dict[str, Any]:
    """A block device as DescribeImages shows it, with AWS's defaults filled in."""
    device = deepcopy(mapping)
    if "Ebs" not in device:
        return device
    disk = device["Ebs"]
    encrypted = False
    if "SnapshotId" in disk:
        snapshot = backend.snapshots.get(disk["SnapshotId"])
        if snapshot is None:
            raise EC2ClientError(
                "InvalidSnapshot.NotFound", f"The snapshot '{disk['SnapshotId']}' does not exist."
            )
        disk.setdefault("VolumeSize", snapshot.volume_size)
        encrypted = snapshot.encrypted
    disk.setdefault("DeleteOnTermination", True)
    disk.setdefault("VolumeType", "standard")
    disk.setdefault("Encrypted", encrypted)
    return device
