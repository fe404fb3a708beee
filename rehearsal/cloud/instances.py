"""Instances that are simulated hosts: what happens to one happens to the other."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any, ClassVar

from moto.core.responses import ActionResult
from moto.core.serialize import return_if_not_empty
from moto.ec2.exceptions import EC2ClientError, UnvailableAMIIdError

from rehearsal.cloud.base import Extension
from rehearsal.cloud.block_devices import merged, require_room
from rehearsal.cloud.instance_fit import require_fit
from rehearsal.cloud.public_addresses import NETWORK


class Instances(Extension):
    RESPONSE_KEY_PATH_TO_TRANSFORMER: ClassVar = {
        **Extension.RESPONSE_KEY_PATH_TO_TRANSFORMER,
        # An instance without a public address, such as one that is stopped, has none; moto's is empty.
        "NetworkInterfaces.InstanceNetworkInterface.Association": return_if_not_empty,
    }

    def run_instances(self) -> ActionResult:
        image = self._image(self._get_param("ImageId"))
        require_fit(image, self._get_param("InstanceType", "m1.small"))
        public_key = self._public_key(self._get_param("KeyName"))
        root = self._root_image(image)

        # moto looks at the request alone, and would refuse a change of the root
        # disk that leaves its snapshot to the image.
        requested = self._get_param("BlockDeviceMappings", [])
        devices = merged(image.block_device_mappings, requested)
        require_room(devices, self.ec2_backend.snapshots)
        self.params["BlockDeviceMappings"] = devices
        result = super().run_instances()
        reservation: Any = result.result
        for instance in reservation.instances:
            self._require_address(instance)
            # moto leaves those of a network interface that was asked for to that.
            instance.security_groups = instance.security_groups or list(instance.nics[0].group_set)
            self.site.hosts.set_metadata(instance.id, {"public-keys-0-openssh-key": public_key})
            self.site.hosts.power_on(instance.id, _address(instance), root)
        return result

    def describe_instances(self) -> ActionResult:
        self._notice_shutdowns()
        return super().describe_instances()

    def describe_instance_status(self) -> ActionResult:
        self._notice_shutdowns()
        return super().describe_instance_status()

    def start_instances(self) -> ActionResult:
        self._notice_shutdowns()
        stopped = [instance for instance in self._named_instances() if not instance.is_running()]
        result = super().start_instances()
        for instance in stopped:
            self.site.hosts.power_on(instance.id, _address(instance))
        return result

    def stop_instances(self) -> ActionResult:
        result = super().stop_instances()
        for instance in self._named_instances():
            self.site.hosts.power_off(instance.id)
        return result

    def terminate_instances(self) -> ActionResult:
        result = super().terminate_instances()
        for instance in self._named_instances():
            self.site.hosts.destroy(instance.id)
        return result

    def reboot_instances(self) -> ActionResult:
        result = super().reboot_instances()
        for instance in self._named_instances():
            self.site.hosts.power_off(instance.id)
            self.site.hosts.power_on(instance.id, _address(instance))
        return result

    def _named_instances(self) -> list[Any]:
        return self.ec2_backend.get_multi_instances_by_id(self._get_param("InstanceIds", []))

    def _require_address(self, instance: Any) -> None:
        if ipaddress.ip_address(_address(instance)) in NETWORK:
            return
        self.ec2_backend.terminate_instances([instance.id])
        raise EC2ClientError(
            "UnsupportedOperation",
            f"An instance without a public address needs a private one of {NETWORK}, got"
            f" {_address(instance)}: the emulated cloud has no other network. Give it a subnet of that.",
        )

    def _public_key(self, key_name: str | None) -> str:
        """Refuses a name that there is not; without a name there is no key."""
        if not key_name:
            return ""
        return self.ec2_backend.describe_key_pairs(key_names=[key_name])[0].public_key

    def _image(self, image_id: str) -> Any:
        found = self.ec2_backend.describe_images(ami_ids=[image_id])
        if not found:
            raise UnvailableAMIIdError(image_id)
        return found[0]

    def _root_image(self, image: Any) -> Path:
        for device in image.block_device_mappings:
            snapshot_id = device.get("Ebs", {}).get("SnapshotId")
            if device["DeviceName"] == image.root_device_name and snapshot_id:
                path = self.site.snapshots.path(snapshot_id)
                if path.exists():
                    return path
        raise EC2ClientError(
            "UnsupportedOperation",
            f"The image {image.id} has no root device ({image.root_device_name}) whose snapshot was imported:"
            " the emulated cloud boots nothing else.",
        )

    def _notice_shutdowns(self) -> None:
        """A host that switched itself off is a stopped instance, or a terminated one if it was run so."""
        for instance in self.ec2_backend.all_running_instances():
            if not self.site.hosts.has_shut_down(instance.id):
                continue
            if instance.instance_initiated_shutdown_behavior == "terminate":
                instance.terminate()
                self.site.hosts.destroy(instance.id)
            else:
                instance.stop()


def _address(instance: Any) -> str:
    """Where the instance's host boots."""
    address: str = instance.public_ip or instance.private_ip
    return address
