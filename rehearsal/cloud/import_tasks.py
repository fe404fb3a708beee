"""The record of image imports."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


@dataclass
class ImportTask:
    """One ImportSnapshot and what became of it."""

    description: str
    image_format: str
    bucket: str
    key: str
    encrypted: bool
    tags: list[dict[str, str]]
    id: str = field(default_factory=lambda: f"import-snap-{secrets.token_hex(9)[:17]}")
    status: str = "active"
    status_message: str | None = "pending"
    progress: str | None = "0"
    image_bytes: float | None = None
    snapshot_id: str | None = None

    def complete(self, snapshot_id: str, image_bytes: int) -> None:
        self.snapshot_id = snapshot_id
        self.image_bytes = float(image_bytes)
        self.status_message = self.progress = None
        self.status = "completed"

    def fail(self, message: str) -> None:
        """AWS calls a task that failed `deleted`."""
        self.status_message = message
        self.progress = None
        self.status = "deleted"

    def fail_validation(self, reason: str) -> None:
        self.fail(f"ClientError: Disk validation failed [{reason}]")

    def shown(self) -> dict[str, object]:
        """The task as ImportSnapshot and DescribeImportSnapshotTasks show it."""
        return {
            "ImportTaskId": self.id,
            "Description": self.description,
            "SnapshotTaskDetail": {
                "Description": self.description,
                "DiskImageSize": self.image_bytes,
                "Encrypted": self.encrypted,
                "Format": self.image_format,
                "Progress": self.progress,
                "SnapshotId": self.snapshot_id,
                "Status": self.status,
                "StatusMessage": self.status_message,
                "UserBucket": {"S3Bucket": self.bucket, "S3Key": self.key},
            },
            "Tags": self.tags,
        }


class ImportTasks:
    """All imports, by their id."""

    def __init__(self) -> None:
        self._tasks: dict[str, ImportTask] = {}

    def add(self, task: ImportTask) -> None:
        self._tasks[task.id] = task

    def get(self, task_id: str) -> ImportTask | None:
        return self._tasks.get(task_id)

    def all(self) -> list[ImportTask]:
        return list(self._tasks.values())
