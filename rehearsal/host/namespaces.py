"""Runs a function as PID 1 of new mount, PID, network, host name and IPC namespaces."""

import ctypes
import os
import signal
import traceback
from collections.abc import Callable

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None, use_errno=True)


class Namespaces:
    """One set at a time: enter, wait, and enter again for the next boot.

    Between this process and PID 1 stands a keeper, because a process can make only one PID namespace for
    its children. Each of the two dies with its parent, so that nothing outlives a SIGKILL of this process.
    """

    def __init__(self) -> None:
        self.killed = False
        self._keeper: int | None = None
        self._first: int | None = None

    def enter(self, run: Callable[[], int]) -> int:
        """Start PID 1, and return its process id out here once its namespaces exist."""
        here = os.getpid()
        answer, question = os.pipe()
        self._keeper = os.fork()
        if self._keeper == 0:
            _keep(run, here, question)
        os.close(question)
        told = os.read(answer, 32)
        os.close(answer)
        if not told:
            self.wait()
            raise OSError('no namespaces can be made here: hosts need root, in a container a privileged one')
        pid = int(told)
        self._first = os.pidfd_open(pid)
        if self.killed:
            self.kill()
        return pid

    def wait(self) -> int:
        """The exit status of PID 1, once no process of its namespace is left."""
        assert self._keeper is not None
        status = os.waitstatus_to_exitcode(os.waitpid(self._keeper, 0)[1])
        if self._first is not None:
            os.close(self._first)
        self._keeper = self._first = None
        return status

    def end(self) -> None:
        """Kill what may still run, and return when it is gone."""
        self.kill()
        if self._keeper is not None:
            self.wait()

    def kill(self) -> None:
        self.killed = True
        if self._first is not None:
            signal.pidfd_send_signal(self._first, signal.SIGKILL)


def _keep(run: Callable[[], int], parent: int, question: int) -> None:
    status = 1
    try:
        _die_with(parent)
        # A Ctrl-C reaches the whole process group; who decides is the parent.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if libc.unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), 'unshare')
        first = os.fork()
        if first == 0:
            _be_first(run)
        os.write(question, str(first).encode())
        os.close(question)
        status = os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
    finally:
        os._exit(status if status >= 0 else 128 - status)


def _be_first(run: Callable[[], int]) -> None:
    status = 1
    try:
        _die_with(0)  # the keeper has no number in the new PID namespace
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        status = run()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _die_with(parent: int) -> None:
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), 'prctl')
    if os.getppid() != parent:
        os._exit(1)
