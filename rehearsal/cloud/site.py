"""What the emulated cloud has on disk and running, beside moto's records."""

from __future__ import annotations

from pathlib import Path

from rehearsal.cloud.firewall import Firewall
from rehearsal.cloud.hosts import Hosts
from rehearsal.cloud.import_tasks import ImportTasks
from rehearsal.cloud.registry_files import RegistryFiles
from rehearsal.cloud.snapshot_files import SnapshotFiles


class Site:
    """What it has: snapshot files, third-party AMIs, import tasks, hosts and the filters before them."""

    def __init__(self, directory: Path, boot: Path) -> None:
        self.snapshots = SnapshotFiles(directory / "snapshots")
        self.registry = RegistryFiles(directory / "registry")
        self.firewall = Firewall()
        self.import_tasks = ImportTasks()
        self.hosts = Hosts(directory / "instances", boot)
