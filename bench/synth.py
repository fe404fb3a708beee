"""Time and memory of a synth, beside what it is made of and beside the template's default.

    npm run bench:synth

Interleaves the commands, each from sources that were just changed (a file that is
imported by main.ts gets a new modification time), and prints the median and the
minimum of 9 runs: seconds of wall time, and the peak of the resident memory of the
largest process in MB. Exit status: 0 within the limits, 1 not.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 9
LIMIT_SECONDS = 0.6
LIMIT_MB = 130
PROJECT = Path(__file__).parent.parent
SYNTH = "synth (the app of cdktf.json)"


def main() -> int:
    commands = {
        SYNTH: json.loads((PROJECT / "cdktf.json").read_text())["app"],
        "bare: node -e \"require('cdktf')\"": "node -e \"require('cdktf')\"",
        "template's default: npx ts-node main.ts": "npx ts-node main.ts",
    }
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as outdir:
        for number in range(RUNS):
            for name, command in commands.items():
                print(f"\rrun {number + 1} of {RUNS}", end="", file=sys.stderr, flush=True)
                (PROJECT / "inputs.ts").touch()
                runs[name].append(measure(command, outdir))
    print(file=sys.stderr)

    bare = statistics.median(seconds for seconds, _ in runs["bare: node -e \"require('cdktf')\""])
    print(f"{'':42} {'median s':>9} {'min s':>7} {'peak MB':>8} {'to bare':>8}")
    for name, measured in runs.items():
        seconds = [one for one, _ in measured]
        peak = max(mb for _, mb in measured)
        median = statistics.median(seconds)
        print(f"{name:42} {median:9.2f} {min(seconds):7.2f} {peak:8.0f} {median / bare:8.2f}")

    median = statistics.median(seconds for seconds, _ in runs[SYNTH])
    peak = max(mb for _, mb in runs[SYNTH])
    within = median <= LIMIT_SECONDS and peak <= LIMIT_MB
    print(f"limits for synth: {LIMIT_SECONDS} s and {LIMIT_MB} MB: {'kept' if within else 'NOT kept'}")
    return 0 if within else 1


def measure(command: str, outdir: str) -> tuple[float, float]:
    """Wall seconds of a command and peak resident MB of the largest process it started."""
    environment = os.environ | {
        "IMAGE_PATH": "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-iplz/iplz.vhd",
        "NIX_SYSTEM": "x86_64-linux",
        "CDKTF_OUTDIR": outdir,
    }
    reader, writer = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        # A process of its own, so that RUSAGE_CHILDREN is this command's alone.
        done = subprocess.run(command, shell=True, cwd=PROJECT, env=environment, capture_output=True)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        os.write(writer, json.dumps([done.returncode, peak]).encode())
        os._exit(0)
    os.waitpid(child, 0)
    seconds = time.monotonic() - started
    status, kilobytes = json.loads(os.read(reader, 100))
    os.close(reader)
    os.close(writer)
    if status != 0:
        raise SystemExit(f"{command} exited with status {status}")
    return seconds, kilobytes / 1024


if __name__ == "__main__":
    sys.exit(main())
