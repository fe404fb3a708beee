"""Prints on stdout when systemd says that a boot of the host is finished."""

import contextlib
import socket
import threading
from pathlib import Path

from console import Console
from host import Host


class Readiness:
    def __init__(self, host: Host, console: Console) -> None:
        self._line = f'ready {host.name} {host.address}'
        self._console = console
        self.socket: Path = host.disk / 'notify'

    def await_boot(self) -> None:
        """Listen for the end of the boot that comes: once, as systemd says the same of each reload."""
        self.socket.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        # The path may be longer than a socket's address can be.
        with contextlib.chdir(self.socket.parent):
            listener.bind(self.socket.name)
        threading.Thread(target=self._listen, args=[listener], daemon=True).start()

    def _listen(self, listener: socket.socket) -> None:
        with listener:
            while b'READY=1' not in listener.recv(4096).splitlines():
                pass
        self._console.drain()
        print(self._line, flush=True)
