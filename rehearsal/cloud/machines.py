"""Simulated hosts: one process of the boot program for each running instance."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

_POWER_OFF_SECONDS = 10


class Machines:
    """The hosts by instance id; their disks are kept in a directory."""

    def __init__(self, directory: Path, boot: Path) -> None:
        self._directory = directory
        self._boot = boot
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        directory.mkdir(parents=True, exist_ok=True)

    def disk(self, instance_id: str) -> Path:
        return self._directory / instance_id / "disk"

    def power_on(self, instance_id: str, address: str, image: Path | None) -> None:
        """Boot the host at `address`; `image` fills its disk at the first boot."""
        disk = self.disk(instance_id)
        disk.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable,
            str(self._boot),
            "--name",
            instance_id,
            "--address",
            address,
            "--disk",
            str(disk),
        ]
        if image is not None:
            # A link of its own: the snapshot may go while the host still reads it.
            own = disk.parent / "image.vhd"
            os.link(image, own)
            command += ["--image", str(own)]
        with (disk.parent / "boot.log").open("ab") as log, self._lock:
            self._running[instance_id] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def power_off(self, instance_id: str) -> None:
        """End the host's processes and wait for it; its disk stays."""
        with self._lock:
            process = self._running.pop(instance_id, None)
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_POWER_OFF_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def destroy(self, instance_id: str) -> None:
        """Power off and free the disk."""
        self.power_off(instance_id)
        shutil.rmtree(self._directory / instance_id, ignore_errors=True)

    def close(self) -> None:
        """Power off every host."""
        for instance_id in list(self._running):
            self.power_off(instance_id)
