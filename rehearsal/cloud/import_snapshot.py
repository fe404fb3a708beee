"""ImportSnapshot and DescribeImportSnapshotTasks: an object in S3 becomes a snapshot.

As at AWS, a wrong request is refused at once, while a wrong image fails later:
the task ends as `deleted` with a message.
"""

from __future__ import annotations

import math
import threading

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_block_store import Snapshot, Volume
from moto.ec2.utils import random_snapshot_id
from moto.s3.models import FakeKey, s3_backends

from rehearsal.cloud import vhd
from rehearsal.cloud.base import Extension
from rehearsal.cloud.import_tasks import ImportTask
from rehearsal.cloud.vmimport_role import require_role

_GIB = 1 << 30


class ImportSnapshot(Extension):
    def import_snapshot(self) -> ActionResult:
        container = self._get_param("DiskContainer", {})
        source = container.get("UserBucket", {})
        role = self._get_param("RoleName", "vmimport")
        self.error_on_dryrun()
        if not source.get("S3Bucket") or not source.get("S3Key"):
            raise EC2ClientError(
                "InvalidParameter", "The request must contain the parameter DiskContainer.UserBucket"
            )
        task = ImportTask(
            description=self._get_param("Description", ""),
            image_format=container.get("Format", ""),
            bucket=source["S3Bucket"],
            key=source["S3Key"],
            tags=[
                tag
                for specification in self._get_param("TagSpecifications", [])
                if specification["ResourceType"] == "import-snapshot-task"
                for tag in specification.get("Tags", [])
            ],
        )
        require_role(self.current_account, role, task.bucket, task.key)
        self.site.import_tasks.add(task)
        threading.Thread(target=self._run_import, args=(task, self.ec2_backend), daemon=True).start()
        return ActionResult(_shown(task))

    def describe_import_snapshot_tasks(self) -> ActionResult:
        ids = self._get_param("ImportTaskIds", [])
        for task_id in ids:
            if self.site.import_tasks.get(task_id) is None:
                raise EC2ClientError(
                    "InvalidConversionTaskId.Malformed", f"The import task id '{task_id}' does not exist"
                )
        tasks = [task for task in self.site.import_tasks.all() if not ids or task.id in ids]
        return ActionResult({"ImportSnapshotTasks": [_shown(task) for task in tasks]})

    def _run_import(self, task: ImportTask, backend: object) -> None:
        found = s3_backends[self.current_account]["aws"].head_object(task.bucket, task.key)
        if found is None:
            task.fail(
                "ClientError: Disk validation failed"
                " [We do not have access to the given resource. Reason 404 Not Found]"
            )
            return
        snapshot_id = random_snapshot_id()
        path = self.site.snapshots.path(snapshot_id)
        path.write_bytes(_bytes_of(found))
        try:
            size = vhd.disk_bytes(path)
        except vhd.NotAFixedVhd as problem:
            path.unlink()
            task.fail(f"ClientError: Disk validation failed [Unsupported VHD File Format: {problem}]")
            return
        task.disk_image_size = float(path.stat().st_size)
        volume = Volume(backend, "vol-ffffffff", size=math.ceil(size / _GIB), zone=None)
        snapshot = Snapshot(backend, snapshot_id, volume=volume, description=task.description)
        snapshot.description = task.description or f"Created by AWS-VMImport service for {task.id}"
        backend.snapshots[snapshot_id] = snapshot
        task.complete(snapshot_id)


def _bytes_of(found: FakeKey) -> bytes:
    return found.value


def _shown(task: ImportTask) -> dict[str, object]:
    return {
        "ImportTaskId": task.id,
        "Description": task.description,
        "SnapshotTaskDetail": task.detail(),
        "Tags": task.tags,
    }
