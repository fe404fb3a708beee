"""Tells on stdout when systemd says that the host's boot is finished."""

import contextlib
import socket
import threading

from machine import Machine


class Readiness:
    def __init__(self, machine: Machine) -> None:
        self._line = f'ready {machine.name} {machine.address}'
        # The path may be longer than a socket's address can be.
        self.socket = machine.disk / 'notify'
        self.socket.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with contextlib.chdir(machine.disk):
            self._listener.bind(self.socket.name)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            if b'READY=1' in self._listener.recv(4096).splitlines():
                print(self._line, flush=True)
