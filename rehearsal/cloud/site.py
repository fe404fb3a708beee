"""What the emulated cloud has on disk and running, beside moto's records."""

from __future__ import annotations

from pathlib import Path

from rehearsal.cloud.firewall import Firewall
from rehearsal.cloud.import_tasks import ImportTasks
from rehearsal.cloud.machines import Machines
from rehearsal.cloud.registry_files import RegistryFiles
from rehearsal.cloud.snapshot_files import SnapshotFiles


class Site:
    """The machine room: snapshot files, AMIs of others, import tasks, hosts and the filters before them."""

    def __init__(self, directory: Path, boot: Path) -> None:
        self.snapshots = SnapshotFiles(directory / "snapshots")
        self.registry = RegistryFiles(directory / "registry")
        self.firewall = Firewall()
        self.import_tasks = ImportTasks()
        self.machines = Machines(directory / "instances", boot)
