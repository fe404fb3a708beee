"""Instances that are simulated hosts: what happens to one happens to the other."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult

from rehearsal.cloud.base import Extension
from rehearsal.cloud.block_devices import merged


class Instances(Extension):
    def run_instances(self) -> ActionResult:
        image = self.ec2_backend.describe_images(ami_ids=[self._get_param("ImageId")])[0]
        # moto looks at the request alone, and would refuse a change of the root
        # disk that leaves its snapshot to the image.
        requested = self._get_param("BlockDeviceMappings", [])
        self.params["BlockDeviceMappings"] = merged(image.block_device_mappings, requested)
        result = super().run_instances()
        reservation: Any = result.result
        for instance in reservation.instances:
            self._power_on(instance, self._root_image(image))
        return result

    def start_instances(self) -> ActionResult:
        result = super().start_instances()
        for instance in self._named_instances():
            self._power_on(instance, None)
        return result

    def stop_instances(self) -> ActionResult:
        result = super().stop_instances()
        for instance in self._named_instances():
            self.site.machines.power_off(instance.id)
        return result

    def terminate_instances(self) -> ActionResult:
        result = super().terminate_instances()
        for instance in self._named_instances():
            self.site.machines.destroy(instance.id)
        return result

    def reboot_instances(self) -> ActionResult:
        result = super().reboot_instances()
        for instance in self._named_instances():
            self.site.machines.power_off(instance.id)
            self._power_on(instance, None)
        return result

    def _named_instances(self) -> list[Any]:
        return self.ec2_backend.get_multi_instances_by_id(self._get_param("InstanceIds", []))

    def _root_image(self, image: Any) -> Any:
        for device in image.block_device_mappings:
            if device["DeviceName"] == image.root_device_name:
                return self.site.snapshots.path(device["Ebs"]["SnapshotId"])
        return None

    def _power_on(self, instance: Any, image: Any) -> None:
        self.site.machines.power_on(instance.id, instance.public_ip, image)
