"""ModifyVolume, which makes no volume smaller."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError

from rehearsal.cloud.base import Extension


class Volumes(Extension):
    def modify_volume(self) -> ActionResult:
        [volume] = self.ec2_backend.describe_volumes(volume_ids=[self._get_param("VolumeId")])
        if (self._get_param("Size") or volume.size) < volume.size:
            raise EC2ClientError("InvalidParameterValue", "New size cannot be smaller than existing size")
        return super().modify_volume()
