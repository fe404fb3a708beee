"""Simulated hosts: one process of the boot program for each running instance."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

_POWER_OFF_SECONDS = 60


class Hosts:
    """The hosts by instance id; their disks are kept in a directory."""

    def __init__(self, directory: Path, boot: Path) -> None:
        self._directory = directory
        self._boot = boot
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._addresses: dict[str, str] = {}
        self._lock = threading.Lock()
        directory.mkdir(parents=True, exist_ok=True)

    def console(self, instance_id: str) -> Path:
        """Where the host's console output is, once there is some."""
        return self._disk(instance_id) / "console.log"

    def address(self, instance_id: str) -> str | None:
        """Where the host is on the sandbox's network, once it was powered on."""
        return self._addresses.get(instance_id)

    def set_metadata(self, instance_id: str, metadata: dict[str, str]) -> None:
        """Lay out what the metadata service answers the host, by name; what is empty it does not have."""
        place = self._disk(instance_id) / "metadata"
        place.mkdir(parents=True, exist_ok=True)
        for name, value in metadata.items():
            if value:
                (place / name).write_text(value)

    def power_on(self, instance_id: str, address: str, image: Path | None = None) -> None:
        """Boot the host at `address`; `image` fills its disk, and is given at the first boot only."""
        disk = self._disk(instance_id)
        disk.mkdir(parents=True, exist_ok=True)
        arguments = ["--name", instance_id, "--address", address, "--disk", str(disk)]
        if image is not None:
            # A link of its own: the snapshot may go while the host still reads it.
            own = disk.parent / "image.vhd"
            os.link(image, own)
            arguments += ["--image", str(own)]
        with (disk.parent / "boot.log").open("ab") as log, self._lock:
            self._addresses[instance_id] = address
            # A session of its own: Ctrl-C is for the cloud, which then powers off its hosts.
            self._running[instance_id] = subprocess.Popen(
                [sys.executable, str(self._boot), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def has_shut_down(self, instance_id: str) -> bool:
        """Whether the host ended by itself and in order; a host that crashed just does not answer."""
        with self._lock:
            process = self._running.get(instance_id)
        return process is not None and process.poll() == 0

    def power_off(self, instance_id: str) -> None:
        """End the host's processes and wait for it; its disk stays."""
        with self._lock:
            process = self._running.pop(instance_id, None)
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_POWER_OFF_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def destroy(self, instance_id: str) -> None:
        """Power off and free the disk."""
        self.power_off(instance_id)
        place = self._directory / instance_id
        if place.exists():
            shutil.rmtree(place)

    def close(self) -> None:
        """Power off every host, all at once."""
        with self._lock:
            for process in self._running.values():
                process.terminate()
        for instance_id in list(self._running):
            self.power_off(instance_id)

    def _disk(self, instance_id: str) -> Path:
        return self._directory / instance_id / "disk"
