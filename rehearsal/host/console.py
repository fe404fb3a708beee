"""The host's console: a terminal, whose output is appended to a file."""

import os
import threading
import tty
from pathlib import Path

CHUNK = 1 << 16


class Console:
    def __init__(self, log: Path) -> None:
        self._log = log.open('ab', buffering=0)
        self._ours, self._hosts = os.openpty()
        # Nobody types: nothing is echoed, and no byte is a command.
        tty.setraw(self._hosts)
        threading.Thread(target=self._copy, daemon=True).start()

    @property
    def device(self) -> str:
        """Path of the terminal that the host writes to."""
        return os.ttyname(self._hosts)

    def say(self, text: str) -> None:
        """A line of the machine below the host's own."""
        self._log.write(f'{text}\n'.encode())

    def _copy(self) -> None:
        # The host's end stays open here: there is no end of file between two boots.
        while data := os.read(self._ours, CHUNK):
            self._log.write(data.replace(b'\r\n', b'\n'))
