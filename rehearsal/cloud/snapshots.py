"""DescribeSnapshots, by owner; DeleteSnapshot, refused while an image uses it, frees its bytes."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidSnapshotInUse

from rehearsal.cloud.base import Extension


class Snapshots(Extension):
    def describe_snapshots(self) -> ActionResult:
        found: Any = super().describe_snapshots().result
        owners = [
            self.ec2_backend.account_id if owner == "self" else owner
            for owner in self._get_param("OwnerIds", [])
        ]
        shown = [each for each in found["Snapshots"] if not owners or each.owner_id in owners]
        return ActionResult({"Snapshots": shown})

    def delete_snapshot(self) -> ActionResult:
        snapshot_id = self._get_param("SnapshotId")
        for image in list(self.ec2_backend.amis.values()):
            devices = image.block_device_mappings
            if any(device.get("Ebs", {}).get("SnapshotId") == snapshot_id for device in devices):
                raise InvalidSnapshotInUse(snapshot_id, image.id)
        result = super().delete_snapshot()
        self.site.snapshots.remove(snapshot_id)
        return result
