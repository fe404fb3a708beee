"""The group of processes that a host's systemd divides among its units: a subtree of cgroup v2."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

# Mounted by rehearsal/isolate.sh.
MOUNT = Path('/cgroup')


class ControlGroup:
    def __init__(self, name: str) -> None:
        self._parent = MOUNT / own_path() / 'simulated-hosts'
        # Process ids are those of a sandbox, and there may be several.
        self._path = self._parent / f'{name}-{secrets.token_hex(4)}'

    def admit(self, pid: int) -> None:
        """Make the group, with the host's PID 1 in it."""
        with self._alone():
            self._path.mkdir(exist_ok=True)
            (self._path / 'cgroup.procs').write_text(str(pid))

    def remove(self) -> None:
        """Remove it, and what hosts left behind whose boot program was killed."""
        with self._alone():
            for group in self._parent.glob('*/'):
                # Of a host that runs, an empty one may be about to be used.
                if 'populated 0' in (group / 'cgroup.events').read_text():
                    for folder, _, _ in os.walk(group, topdown=False):
                        with contextlib.suppress(OSError):  # its last processes are on their way out
                            Path(folder).rmdir()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self._parent.mkdir(exist_ok=True)
        descriptor = os.open(self._parent, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def own_path() -> str:
    """Where this process is in the tree that starts at the mount."""
    lines = Path('/proc/self/cgroup').read_text().splitlines()
    return next(line for line in lines if line.startswith('0::')).removeprefix('0::/')
