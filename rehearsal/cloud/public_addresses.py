"""IPv4 addresses that never leave this machine."""

from __future__ import annotations

import ipaddress
import threading

NETWORK = ipaddress.ip_network("127.77.0.0/16")


class PublicAddresses:
    """Hands out addresses of 127.77.0.0/16 in turn; none comes twice."""

    def __init__(self) -> None:
        self._hosts = NETWORK.hosts()
        self._lock = threading.Lock()

    def next(self) -> str:
        with self._lock:
            return str(next(self._hosts))
