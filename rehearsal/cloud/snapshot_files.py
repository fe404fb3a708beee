"""The bytes of snapshots: one image file each."""

from __future__ import annotations

from pathlib import Path


class SnapshotFiles:
    """Files named after their snapshot, in one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    def path(self, snapshot_id: str) -> Path:
        """Where the snapshot's image is, if it has one."""
        return self._directory / f"{snapshot_id}.vhd"

    def remove(self, snapshot_id: str) -> None:
        self.path(snapshot_id).unlink(missing_ok=True)
