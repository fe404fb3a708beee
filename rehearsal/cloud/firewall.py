"""Loads packet filters, in a sandbox only: never into the machine's own network."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

_TABLE = "inet security_groups"


class Firewall:
    """One nftables table of this cloud's own; off a sandbox it does nothing, and says so once."""

    def __init__(self) -> None:
        self._loaded = ""
        self._lock = threading.Lock()
        self._enforces = _in_sandbox() and os.geteuid() == 0 and shutil.which("nft") is not None
        if not self._enforces:
            print("cloud: no sandbox, no root or no nft: security groups are not enforced", file=sys.stderr)

    def load(self, find_chains: Callable[[], str]) -> None:
        """Replace the table's chains in one step, if they changed.

        They are found while nobody else loads any: what is loaded last is also the newest.
        """
        with self._lock:
            chains = find_chains()
            if not self._enforces or chains == self._loaded:
                return
            # Declared first, so that there is a table to delete.
            table = f"table {_TABLE} {{}}\ndelete table {_TABLE}\ntable {_TABLE} {{\n{chains}\n}}\n"
            subprocess.run(["nft", "--file", "-"], input=table, text=True, check=True)
            self._loaded = chains


def _in_sandbox() -> bool:
    """A sandbox has loopback and, once a host ran there, the bridge and cables of hosts."""
    names = [name for _, name in socket.if_nameindex()]
    return all(name == "lo" or name.startswith("host") for name in names)
