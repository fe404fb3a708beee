"""The mount, PID, network, host name, IPC and cgroup namespaces of one boot after another."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

from console import Console
from host import Host
from readiness import Readiness

STAGE_1 = Path(__file__).resolve().parent / 'stage-1.sh'
# Every process in them dies with this one, even if that is killed.
MAKE = (
    *('setpriv', '--pdeathsig', 'KILL', '--', 'unshare', '--mount', '--uts', '--ipc', '--net', '--pid'),
    *('--fork', '--kill-child', '--propagation', 'private', '--'),
)
# The cgroup namespace comes last: its root is the group that PID 1 is in by then.
AWAIT_START = 'echo made; read -r _ && exec unshare --cgroup -- "$@"'


class Namespaces:
    """Make, start and wait; and once more for the next boot."""

    def __init__(self, host: Host, console: Console, readiness: Readiness) -> None:
        self.killed = False
        self._first: int | None = None
        self._keeper: subprocess.Popen[bytes] | None = None
        self._command = (
            *(*MAKE, 'sh', '-c', AWAIT_START, 'sh', STAGE_1),
            *(host.name, host.address, host.root, console.device, readiness.socket),
        )

    def make(self) -> int:
        """Make the namespaces, with a PID 1 that waits for `start`; returns its process id out here."""
        self._keeper = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        assert self._keeper.stdout
        if not self._keeper.stdout.readline():
            raise OSError('no namespaces can be made here: hosts need root, in a container a privileged one')
        children = Path(f'/proc/{self._keeper.pid}/task/{self._keeper.pid}/children')
        pid = int(children.read_text())
        self._first = os.pidfd_open(pid)
        if self.killed:
            self.kill()
        return pid

    def start(self) -> None:
        assert self._keeper and self._keeper.stdin
        self._keeper.stdin.write(b'\n')
        self._keeper.stdin.close()

    def wait(self) -> int:
        """The exit status of PID 1, or minus its signal, once no process of its namespace is left."""
        assert self._keeper
        status = self._keeper.wait()
        if self._first is not None:
            os.close(self._first)
        self._keeper = self._first = None
        return status

    def end(self) -> None:
        """Kill what may still run, and return when it is gone."""
        self.kill()
        if self._keeper:
            self.wait()

    def kill(self) -> None:
        self.killed = True
        if self._first is not None:
            with contextlib.suppress(ProcessLookupError):  # it has ended already
                signal.pidfd_send_signal(self._first, signal.SIGKILL)
