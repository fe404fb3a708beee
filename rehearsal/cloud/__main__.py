"""Run the emulated AWS: `python3 -m rehearsal.cloud --dir DIR --port PORT`.

Prints `ready http://127.0.0.1:PORT` when it serves. SIGTERM or SIGINT powers
off the hosts that it started and ends it with status 0.
"""

from __future__ import annotations

import argparse
import os
import signal
import threading
from pathlib import Path
from types import FrameType

# moto reads these when it is imported: no preloaded images, and the policies that AWS itself manages.
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"


_BOOT = Path(__file__).resolve().parent.parent / "host" / "boot.py"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 -m rehearsal.cloud", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="where objects, disks and logs are kept")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0, the default: any free one")
    parser.add_argument("--boot", type=Path, default=_BOOT, help="program that runs a host")
    options = parser.parse_args()

    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)

    from rehearsal.cloud.server import CloudServer

    server = CloudServer(options.dir.resolve(), options.port, options.boot.resolve())
    server.start()
    print(f"ready {server.endpoint}", flush=True)
    stop.wait()
    server.stop()


if __name__ == "__main__":
    main()
