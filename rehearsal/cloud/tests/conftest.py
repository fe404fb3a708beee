"""One emulated cloud for all tests of this folder; its hosts are stubs."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from account import Account
from vhd_images import vhd_image

ROOT = Path(__file__).resolve().parents[3]
STUB_HOST = Path(__file__).with_name("stub_host.py")


def start_cloud(directory: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "rehearsal.cloud", "--dir", str(directory), "--boot", str(STUB_HOST)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def account_of(cloud: subprocess.Popen[str], directory: Path) -> Account:
    assert cloud.stdout is not None
    word, endpoint = cloud.stdout.readline().split()
    assert word == "ready"
    return Account(endpoint, directory)


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    directory = tmp_path_factory.mktemp("cloud")
    cloud = start_cloud(directory)
    yield account_of(cloud, directory)
    cloud.send_signal(signal.SIGTERM)
    assert cloud.wait(300) == 0


@pytest.fixture(scope="session")
def snapshot(account: Account) -> str:
    """A snapshot whose image greets with `hello`, shared: no test deletes it."""
    return account.snapshot_of(vhd_image("hello"))


@pytest.fixture
def account_with_nothing(tmp_path: Path) -> Iterator[tuple[Account, subprocess.Popen[str]]]:
    """A cloud of the test's own, and its process."""
    cloud = start_cloud(tmp_path)
    yield account_of(cloud, tmp_path), cloud
    if cloud.poll() is None:
        os.kill(cloud.pid, signal.SIGTERM)
        cloud.wait(300)
