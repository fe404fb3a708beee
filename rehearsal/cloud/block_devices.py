"""Block devices of an instance: the image's, changed by the request's."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError


def merged(of_image: list[dict[str, Any]], of_request: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The image's devices with the request's fields on top, then the request's own devices."""
    requested = {device["DeviceName"]: device for device in of_request}
    devices = []
    for device in of_image:
        change = requested.pop(device["DeviceName"], {})
        devices.append({**device, **change, "Ebs": {**device.get("Ebs", {}), **change.get("Ebs", {})}})
    return devices + list(requested.values())


def require_room(devices: list[dict[str, Any]], snapshots: dict[str, Any]) -> None:
    """Refuse a volume that is smaller than the snapshot it is made from."""
    for device in devices:
        disk = device.get("Ebs", {})
        snapshot = snapshots.get(disk.get("SnapshotId", ""))
        if snapshot and disk.get("VolumeSize", snapshot.volume_size) < snapshot.volume_size:
            raise EC2ClientError(
                "InvalidBlockDeviceMapping",
                f"Volume of size {disk['VolumeSize']}GB is smaller than snapshot '{snapshot.id}',"
                f" expect size >= {snapshot.volume_size}GB",
            )
