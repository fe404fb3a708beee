"""The record of image imports."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


@dataclass
class ImportTask:
    """One ImportSnapshot, with the attributes that DescribeImportSnapshotTasks shows."""

    description: str
    image_format: str
    bucket: str
    key: str
    tags: list[dict[str, str]]
    id: str = field(default_factory=lambda: f"import-snap-{secrets.token_hex(9)[:17]}")
    status: str = "active"
    status_message: str | None = "pending"
    progress: str | None = "0"
    disk_image_size: float | None = None
    snapshot_id: str | None = None

    def complete(self, snapshot_id: str) -> None:
        self.snapshot_id = snapshot_id
        self.status_message = self.progress = None
        self.status = "completed"

    def fail(self, message: str) -> None:
        """AWS calls a task that failed `deleted`, and says why in its status message."""
        self.status_message = message
        self.progress = None
        self.status = "deleted"

    def detail(self) -> dict[str, object]:
        return {
            "Description": self.description,
            "DiskImageSize": self.disk_image_size,
            "Format": self.image_format,
            "Progress": self.progress,
            "SnapshotId": self.snapshot_id,
            "Status": self.status,
            "StatusMessage": self.status_message,
            "UserBucket": {"S3Bucket": self.bucket, "S3Key": self.key},
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
