"""Security groups decide who opens a connection to a host, and where to a host opens one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ISOLATE = HERE.parents[2] / "rehearsal" / "isolate.sh"


@pytest.mark.skipif(os.geteuid() != 0, reason="a sandbox needs root")
def test_connections_to_and_from_a_host(tmp_path: Path) -> None:
    trial = [sys.executable, str(HERE / "security_group_trial.py"), str(tmp_path / "cloud")]
    done = subprocess.run(
        [str(ISOLATE), str(tmp_path), *trial],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
        check=True,
    )
    assert json.loads(done.stdout) == {
        "without a rule": False,
        "from another network": False,
        "to another port": False,
        "allowed": True,
        "at an elastic address of none": False,
        "at its elastic address": True,
        "at the address that it had": False,
        "at an address of its own again": True,
        "out by default": True,
        "out without a rule": False,
        "revoked": False,
        "at the address of none": True,
        "at a private address": False,
    }
