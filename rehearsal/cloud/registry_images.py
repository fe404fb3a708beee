"""AMIs of the account that NixOS publishes its images from, in every region."""

from __future__ import annotations

import math
import shutil
import threading
from typing import Any

from moto.ec2.models.elastic_block_store import Snapshot, Volume

from rehearsal.cloud import vhd
from rehearsal.cloud.base import Extension
from rehearsal.cloud.images import RegisteredImage
from rehearsal.cloud.registry_files import OfferedFile

# Source: https://nixos.github.io/amis/
OWNER = "427812963091"
_GIB = 1 << 30
_LOCK = threading.Lock()


class RegistryImages(Extension):
    def call_action(self) -> Any:
        # Any action may be the first that meets an image.
        with _LOCK:
            for file in self.site.registry.all():
                if file.image_id not in self.ec2_backend.amis:
                    self._offer(file)
        return super().call_action()

    def _offer(self, file: OfferedFile) -> None:
        backend = self.ec2_backend
        bytes_of_snapshot = self.site.snapshots.path(file.snapshot_id)
        if not bytes_of_snapshot.exists():
            shutil.copyfile(file.path, bytes_of_snapshot)
        size = math.ceil(vhd.disk_bytes(bytes_of_snapshot) / _GIB)
        volume = Volume(backend, "vol-ffffffff", size=size, zone=None)
        backend.snapshots[file.snapshot_id] = Snapshot(
            backend, file.snapshot_id, volume, file.name, owner_id=OWNER
        )
        backend.amis[file.image_id] = RegisteredImage(
            backend,
            _parameters(file),
            image_id=file.image_id,
            owner_id=OWNER,
            creation_date=file.created,
            public=True,
        )


def _parameters(file: OfferedFile) -> dict[str, Any]:
    """What RegisterImage was given, by the name's end: the images' own contents do not say."""
    is_arm = file.name.endswith("aarch64-linux")
    return {
        "Name": file.name,
        "Architecture": "arm64" if is_arm else "x86_64",
        "BootMode": "uefi" if is_arm else "legacy-bios",
        "VirtualizationType": "hvm",
        "RootDeviceName": "/dev/xvda",
        "EnaSupport": True,
        "SriovNetSupport": "simple",
        "ImdsSupport": "v2.0",
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": file.snapshot_id}}],
    }
