"""Time and memory of a synth, beside what it is made of and beside the template's default.

    npm run bench:synth

Once with one host that is its image, and once with 500 live hosts in three waves.
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
HOSTS = 500
PROJECT = Path(__file__).parent.parent
SYNTH = "synth (the app of cdktf.json)"
SYNTH_MANY = f"the same of {HOSTS} hosts"
BARE = "bare: node -e \"require('cdktf')\""
LIMITS = {SYNTH: (0.6, 130), SYNTH_MANY: (1.5, 150)}  # seconds, MB
ONE = {
    "IMAGE_PATH": "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-iplz/iplz.vhd",
    "NIX_SYSTEM": "x86_64-linux",
}


def main() -> int:
    app = json.loads((PROJECT / "cdktf.json").read_text())["app"]
    with tempfile.TemporaryDirectory() as folder:
        many = write_hosts(Path(folder), HOSTS)
        commands = {
            SYNTH: (app, ONE),
            SYNTH_MANY: (app, many),
            BARE: ("node -e \"require('cdktf')\"", ONE),
            "template's default: npx ts-node main.ts": ("npx ts-node main.ts", ONE),
        }
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for number in range(RUNS):
            for name, (command, variables) in commands.items():
                print(f"\rrun {number + 1} of {RUNS}", end="", file=sys.stderr, flush=True)
                (PROJECT / "inputs.ts").touch()
                output = {"CDKTF_OUTDIR": str(Path(folder) / "out")}
                runs[name].append(measure(command, variables | output))
    print(file=sys.stderr)

    bare = statistics.median(seconds for seconds, _ in runs[BARE])
    print(f"{'':42} {'median s':>9} {'min s':>7} {'peak MB':>8} {'to bare':>8}")
    exceeded = []
    for name, measured in runs.items():
        seconds = [one for one, _ in measured]
        peak = max(mb for _, mb in measured)
        median = statistics.median(seconds)
        print(f"{name:42} {median:9.2f} {min(seconds):7.2f} {peak:8.0f} {median / bare:8.2f}")
        most_seconds, most_mb = LIMITS.get(name, (median, peak))
        if median > most_seconds or peak > most_mb:
            exceeded.append(f"{name}: {most_seconds} s and {most_mb} MB")
    print(f"limits: {'; '.join(exceeded)}: NOT kept" if exceeded else "limits: kept")
    return 1 if exceeded else 0


def write_hosts(folder: Path, number: int) -> dict[str, str]:
    """Write what Nix evaluates for that many live hosts in three waves; returns the variables with it."""
    store = "/nix/store/0123456789abcdfghijklmnpqrsvwxyz"
    host = {
        "system": "x86_64-linux",
        "toplevel": f"{store}-nixos-system-web",
        "public": {"tcp": [80], "udp": []},
        "healthCheck": "curl --fail http://$TARGET_HOST/",
    }
    hosts = {f"web-{n}": host | {"wave": n % 3} for n in range(number)}
    (folder / "hosts.json").write_text(json.dumps({"hosts": hosts, "release": "26.05"}))
    (folder / "bootstrap.json").write_text(json.dumps({"image": f"{store}-bootstrap/bootstrap.vhd"}))
    return {
        "HOSTS_FILE": str(folder / "hosts.json"),
        "BOOTSTRAP_FILE": str(folder / "bootstrap.json"),
        "SSH_CIDRS": "203.0.113.7/32",
    }


def measure(command: str, variables: dict[str, str], folder: Path = PROJECT) -> tuple[float, float]:
    """Wall seconds of a command and peak resident MB of the largest process it started."""
    environment = os.environ | variables
    reader, writer = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        # A process of its own, so that RUSAGE_CHILDREN is this command's alone.
        done = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True)
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
