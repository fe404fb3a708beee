"""a sandbox for all tests of this folder, systems in its store, and hosts that boot them."""

import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hosts import Host
from sandboxes import PROJECT, Sandbox
from system_folders import write_system

WEB = '/usr/bin/python3 -m http.server 80 --directory /srv/{}'


def web(version: str) -> str:
    make = f'/bin/sh -c "mkdir -p /srv/{version} && echo {version} > /srv/{version}/index.html"'
    return f'[Service]\nExecStartPre={make}\nExecStart={WEB.format(version)}\nRestart=always\n'


IDLE = '[Service]\nExecStart=/usr/bin/sleep infinity\n'


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
    """Toplevels by name: `old`, `new` (other web, without `gone`, with `added`), `bad` (its web fails)."""
    key = sandbox.folder / 'key'
    sandbox.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key])
    units = {
        'old': {'web': web('old'), 'same': IDLE, 'gone': IDLE},
        'new': {'web': web('new'), 'same': IDLE, 'added': IDLE},
        'bad': {'web': '[Service]\nType=oneshot\nExecStart=/bin/false\n', 'same': IDLE},
    }
    folders = {name: sandbox.folder / name for name in units}
    for name, folder in folders.items():
        write_system(folder, key.with_suffix('.pub').read_text(), units[name])
    maker = PROJECT / '__tests__/rehearsal/host/systems.py'
    paths = sandbox.folder / 'paths'
    given = [f'{name}={folder}' for name, folder in folders.items()]
    sandbox.run(['python3', maker, paths, sandbox.folder / 'image.vhd', *given])
    return dict(line.split() for line in paths.read_text().splitlines())


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
        self._island = sandbox
        self._started: list[Host] = []

    def __enter__(self) -> Boot:
        return self._start

    def _start(self, name: str, address: str = '127.77.0.1', image: Path | None = None) -> Host:
        host = Host(self._island, name, address, image or self._island.folder / 'image.vhd')
        self._started.append(host)
        host.power_on()
        host.wait_until_ready()
        return host

    def __exit__(self, *_: object) -> None:
        for host in self._started:
            host.power_off()
            shutil.rmtree(host.disk)
