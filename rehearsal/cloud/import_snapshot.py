"""ImportSnapshot and DescribeImportSnapshotTasks: an object in S3 becomes a snapshot.

As at AWS, a wrong request is refused at once, while a wrong image fails later:
the task ends as `deleted`, and its status message says why.
"""

from __future__ import annotations

import math
import threading
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_block_store import Snapshot, Volume
from moto.ec2.utils import random_snapshot_id
from moto.s3.exceptions import MissingBucket
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
            encrypted=self._get_param("Encrypted", False),
            tags=[
                tag
                for specification in self._get_param("TagSpecifications", [])
                if specification["ResourceType"] == "import-snapshot-task"
                for tag in specification.get("Tags", [])
            ],
        )
        role = self._get_param("RoleName", "vmimport")
        require_role(self.current_account, role, task.bucket, task.key)
        self.site.import_tasks.add(task)
        threading.Thread(target=self._run, args=(task, self.ec2_backend), daemon=True).start()
        return ActionResult(task.shown())

    def describe_import_snapshot_tasks(self) -> ActionResult:
        ids = self._get_param("ImportTaskIds", [])
        for task_id in ids:
            if self.site.import_tasks.get(task_id) is None:
                raise EC2ClientError(
                    "InvalidConversionTaskId.Malformed", f"The import task id '{task_id}' does not exist"
                )
        tasks = [task for task in self.site.import_tasks.all() if not ids or task.id in ids]
        return ActionResult({"ImportSnapshotTasks": [task.shown() for task in tasks]})

    def _run(self, task: ImportTask, backend: Any) -> None:
        try:
            self._import(task, backend)
        except Exception:
            task.fail("ServerError: an internal error has occurred during conversion.")
            raise

    def _import(self, task: ImportTask, backend: Any) -> None:
        image = self._object(task)
        if image is None:
            task.fail_validation("We do not have access to the given resource. Reason 404 Not Found")
            return
        if task.image_format != "VHD":
            task.fail_validation("Unsupported specified file format")
            return
        snapshot_id = random_snapshot_id()
        path = self.site.snapshots.path(snapshot_id)
        path.write_bytes(image.value)
        try:
            disk_bytes = vhd.disk_bytes(path)
        except vhd.NotAFixedVhd as problem:
            path.unlink()
            task.fail_validation(f"Unsupported VHD File Format: {problem}")
            return
        # AWS shows this volume, which never was, for every imported snapshot.
        volume = Volume(backend, "vol-ffffffff", size=math.ceil(disk_bytes / _GIB), zone=None)
        backend.snapshots[snapshot_id] = Snapshot(
            backend,
            snapshot_id,
            volume,
            task.description or f"Created by AWS-VMImport service for {task.id}",
            encrypted=task.encrypted,
            kms_key_id=_default_key(backend) if task.encrypted else None,
        )
        task.complete(snapshot_id, path.stat().st_size)

    def _object(self, task: ImportTask) -> FakeKey | None:
        try:
            found = s3_backends[self.current_account]["aws"].head_object(task.bucket, task.key)
        except MissingBucket:
            return None
        return found if isinstance(found, FakeKey) else None


def _default_key(backend: Any) -> str:
    """The ARN of the account's own key for EBS, which is made when it is first needed."""
    return backend.default_kms_key_id or backend._create_default_encryption_key()
