"""A stand-in for rehearsal/host/boot.py that only unpacks its image: needs no root and no network.

Its console repeats what the file `greeting` of the image says. It switches itself off
when somebody writes to the pipe `shutdown` on its disk.
"""

import argparse
import os
import sys
import tarfile
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--name", required=True)
parser.add_argument("--address", required=True)
parser.add_argument("--disk", type=Path, required=True)
parser.add_argument("--image", type=Path)
options = parser.parse_args()

greeting = options.disk / "greeting"
if not greeting.exists():
    time.sleep(0.2)  # a host takes a moment: the snapshot may be gone by then
    with tarfile.open(options.image) as archive:
        packed = archive.extractfile("greeting")
        assert packed is not None
        greeting.write_bytes(packed.read())
shutdown = options.disk / "shutdown"
shutdown.unlink(missing_ok=True)
os.mkfifo(shutdown)
with (options.disk / "console.log").open("a") as console:
    console.write(f"{options.name} at {options.address}: {greeting.read_text()}\n")
print("ready", options.name, options.address, flush=True)
shutdown.read_bytes()
sys.exit(0)
