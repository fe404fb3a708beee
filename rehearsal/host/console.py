"""The host's console: a terminal, whose output is appended to a file."""

import os
import select
import threading
import tty
from pathlib import Path

CHUNK = 1 << 16


class Console:
    def __init__(self, log: Path) -> None:
        self._log = log.open('ab', buffering=0)
        # The host's end stays open here: there is no end of file between two boots.
        self._ours, self._hosts = os.openpty()
        # Nobody types: nothing is echoed, and no byte is a command.
        tty.setraw(self._hosts)
        self._copying = threading.Lock()
        threading.Thread(target=self._copy, daemon=True).start()

    @property
    def device(self) -> str:
        """Path of the terminal that the host writes to."""
        return os.ttyname(self._hosts)

    def drain(self) -> None:
        """Have all in the file that was written by now."""
        with self._copying:
            while select.select([self._ours], [], [], 0)[0]:
                self._log.write(os.read(self._ours, CHUNK).replace(b'\r\n', b'\n'))

    def _copy(self) -> None:
        while True:
            select.select([self._ours], [], [])
            self.drain()
