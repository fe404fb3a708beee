"""Starts processes, hears of their ends, and finds all that belong to a unit."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from journal import Journal

# systemd marks the processes of each start of a unit so, and children inherit it.
MARK = 'INVOCATION_ID'


@dataclass(frozen=True)
class Ended:
    """How a process ended; `code` and `status` as systemd shows them."""

    status: int
    by_signal: bool

    def __str__(self) -> str:
        if self.by_signal:
            return f'code=killed, status={self.status}/{signal.Signals(self.status).name.removeprefix("SIG")}'
        return f'code=exited, status={self.status}'


@dataclass
class Process:
    pid: int
    ended: asyncio.Future[Ended]


class Processes:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._loop = asyncio.get_running_loop()
        self._mine: dict[int, tuple[Process, Callable[[], None]]] = {}
        self._loop.add_signal_handler(signal.SIGCHLD, self._reap)

    def start(
        self, unit: str, words: list[str], environment: dict[str, str], files: list[int] | None
    ) -> Process:
        """Run a command in a session of its own; its output goes to the journal, or to the three `files`.

        Nothing but these three descriptors reaches it: all others of PID 1 close on exec.
        """
        if files is not None:
            pid = _spawn(words, environment, files)
            process = Process(pid, self._loop.create_future())
            self._mine[pid] = (process, lambda: None)
            return process
        empty = os.open('/dev/null', os.O_RDONLY)
        output, into = os.pipe()
        try:
            pid = _spawn(words, environment, [empty, into, into])
        except OSError:
            os.close(output)
            raise
        finally:
            os.close(empty)
            os.close(into)
        process = Process(pid, self._loop.create_future())
        self._mine[pid] = (process, self._follow(unit, f'{Path(words[0]).name}[{pid}]', output))
        return process

    def _follow(self, unit: str, identifier: str, output: int) -> Callable[[], None]:
        """Write what comes out of a pipe to the journal, line by line; the result reads what is there now."""
        os.set_blocking(output, False)
        rest = b''

        def read() -> None:
            nonlocal rest
            while True:
                try:
                    data = os.read(output, 65536)
                except BlockingIOError:
                    return
                except OSError:  # closed before, at the end of the pipe
                    return
                *lines, rest = (rest + data).split(b'\n')
                if not data and rest:
                    lines.append(rest)
                for line in lines:
                    self._journal.write(unit, identifier, line.decode(errors='replace'))
                if not data:
                    self._loop.remove_reader(output)
                    os.close(output)
                    return

        self._loop.add_reader(output, read)
        return read

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self._mine:
                process, read_rest = self._mine.pop(pid)
                read_rest()
                code = os.waitstatus_to_exitcode(status)
                process.ended.set_result(Ended(abs(code), code < 0))


def _spawn(words: list[str], environment: dict[str, str], files: list[int]) -> int:
    return os.posix_spawnp(
        words[0],
        words,
        environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in enumerate(files)],
        setsid=True,
        setsigmask=(),
        setsigdef=(signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGXFSZ),
    )


def of_invocation(invocation: str) -> set[int]:
    """All processes that carry the mark of one start of a unit, and their descendants, marked or not.

    Descendants without it: what sshd starts for a session. A process that leaves its parent and drops
    its environment as well gets away, which it could not on a real machine.
    """
    parents = dict(_parents())
    mark = f'{MARK}={invocation}'.encode()
    found = {pid for pid in parents if mark in _environment(pid)}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for entry in (path.name for path in Path('/proc').iterdir()):
        if entry.isdigit() and entry != '1':
            try:
                fields = Path('/proc', entry, 'stat').read_bytes().rpartition(b')')[2].split()
            except OSError:
                continue
            if fields[0] != b'Z':
                yield int(entry), int(fields[1])


def _environment(pid: int) -> list[bytes]:
    try:
        return Path('/proc', str(pid), 'environ').read_bytes().split(b'\0')
    except OSError:
        return []
