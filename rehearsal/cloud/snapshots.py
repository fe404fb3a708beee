"""DeleteSnapshot: refused while an image uses the snapshot; frees its bytes."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidSnapshotInUse

from rehearsal.cloud.base import Extension


class Snapshots(Extension):
    def delete_snapshot(self) -> ActionResult:
        snapshot_id = self._get_param("SnapshotId")
        for image in list(self.ec2_backend.amis.values()):
            devices = image.block_device_mappings
            if any(device.get("Ebs", {}).get("SnapshotId") == snapshot_id for device in devices):
                raise InvalidSnapshotInUse(snapshot_id, image.id)
        result = super().delete_snapshot()
        self.site.snapshots.remove(snapshot_id)
        return result
