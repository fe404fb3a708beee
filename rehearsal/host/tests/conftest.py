"""A sandbox for all tests of this folder, systems in its store, and hosts that boot them."""

import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hosts import Host
from sandboxes import PROJECT, Sandbox

IDLE = '[Service]\nExecStart=/usr/bin/sleep infinity\n'
ORDER = """[Service]
Environment=VERSION={}
ExecStart=/usr/bin/sleep infinity
ExecStop=/bin/sh -c 'readlink /run/current-system > /run/stopped-under'
"""
RESTARTED = '[Service]\nType=notify\nExecStart=/bin/false\nRestart=always\nRestartSec=60\n'
FAILING = '[Service]\nType=oneshot\nExecStart=/bin/false\n'
# Beside the web server that answers with the system's name.
UNITS = {
    'old': {'same.service': IDLE, 'gone.service': IDLE, 'order.service': ORDER.format('old')},
    'new': {'same.service': IDLE, 'added.service': IDLE, 'order.service': ORDER.format('new')},
    'bad': {'same.service': IDLE, 'web.service': FAILING},
    'unsteady': {'same.service': IDLE, 'restarted.service': RESTARTED},
}


@pytest.fixture(scope='session')
def sandbox() -> Iterator[Sandbox]:
    if platform.system() != 'Linux' or os.geteuid() != 0:
        pytest.skip('simulated hosts need root on Linux, for their namespaces: run the tests as root')
    folder = Path(tempfile.mkdtemp(prefix='iplz-host-tests-'))
    sandbox = Sandbox(folder)
    yield sandbox
    sandbox.close()
    shutil.rmtree(folder)


@pytest.fixture(scope='session')
def systems(sandbox: Sandbox) -> dict[str, str]:
    """Toplevels by name; the image of `old` is `image.vhd` in the folder of the sandbox."""
    key = sandbox.folder / 'key'
    nixpkgs = sandbox.folder / 'nixpkgs'
    sandbox.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key])
    sandbox.run([PROJECT / 'rehearsal/nixpkgs/assemble.sh', '--systems-only', nixpkgs])

    def build(name: str, attribute: str) -> str:
        variation = sandbox.folder / f'{name}.json'
        given = {'greeting': name, 'units': UNITS[name], 'publicKey': key.with_suffix('.pub').read_text()}
        variation.write_text(json.dumps(given))
        words = ['nix-build', '--no-out-link', PROJECT / 'rehearsal/host/system.nix', '--attr', attribute]
        arguments = ['--argstr', 'nixpkgs', nixpkgs, '--argstr', 'variation', variation]
        return sandbox.run([*words, *arguments]).stdout.strip()

    image = Path(build('old', 'image'))
    # The store is a mount of the sandbox's folder.
    shutil.copyfile(sandbox.folder / image.relative_to('/') / 'system.vhd', sandbox.folder / 'image.vhd')
    return {name: build(name, 'toplevel') for name in UNITS}


Boot = Callable[..., Host]


@pytest.fixture
def boot(sandbox: Sandbox, systems: dict[str, str]) -> Iterator[Boot]:
    """Boot a host from the image of `old`, by default, and wait until it is ready."""
    with _hosts(sandbox) as start:
        yield start


@pytest.fixture(scope='module')
def host(sandbox: Sandbox, systems: dict[str, str]) -> Iterator[Host]:
    """One host for all tests of a file."""
    with _hosts(sandbox) as start:
        yield start('shared', '127.77.9.9')


class _hosts:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._started: list[Host] = []

    def __enter__(self) -> Boot:
        return self._start

    def _start(self, name: str, address: str = '127.77.0.1', image: Path | None = None) -> Host:
        host = Host(self._sandbox, name, address, image or self._sandbox.folder / 'image.vhd')
        self._started.append(host)
        host.power_on()
        host.wait_until_ready()
        return host

    def __exit__(self, *_: object) -> None:
        for host in self._started:
            host.power_off()
            shutil.rmtree(host.disk)
