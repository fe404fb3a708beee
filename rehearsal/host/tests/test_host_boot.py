"""What a host is after it has booted, and what it refuses to boot."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Boot
from hosts import BOOT, LIMIT, Host, eventually
from sandboxes import Sandbox


def test_boots_the_system_that_its_image_holds(host: Host, systems: dict[str, str]) -> None:
    eventually(lambda: host.get() == 'old')
    assert host.ask('readlink /run/current-system /run/booted-system').split() == [systems['old']] * 2
    assert host.ask('readlink -f /nix/var/nix/profiles/system') == systems['old']
    assert host.ask('hostname') == 'shared'
    assert host.ask('systemctl is-system-running') == 'running'


def test_nix_knows_the_paths_of_the_image(host: Host, systems: dict[str, str]) -> None:
    assert systems['old'] in host.ask('nix-store --query --requisites /run/current-system').split()
    host.run('nix-store --verify --check-contents')
    assert not (host.disk / 'root/nix-path-registration').exists()


def test_unsigned_paths_are_refused(host: Host, systems: dict[str, str]) -> None:
    assert 'require-sigs = true' in host.ask('nix --extra-experimental-features nix-command show-config')


def test_lets_in_who_has_the_key_and_proves_itself_by_the_key_on_the_console(host: Host) -> None:
    assert host.ssh('id -un').stdout == 'root\n'
    assert host.ssh('id -un', user='deploy').stdout == 'deploy\n'
    other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMZaUzBhqnj+xQ3UtfbTnCnzaS6pSDEzvU7svtA3ZCcs'
    refused = host.ssh('true', key=other, check=False)
    assert refused.returncode == 255
    assert 'Host key verification failed' in refused.stderr


def test_a_command_by_ssh_finds_the_programs_of_the_system(host: Host) -> None:
    path = host.ssh('echo $PATH').stdout
    assert path.startswith('/run/current-system/sw/bin:')
    assert host.ssh('command -v systemctl').stdout == '/usr/bin/systemctl\n'


def test_the_sandbox_is_its_client(host: Host) -> None:
    host.ssh('true')
    assert 'Accepted publickey for root from 127.77.255.254' in host.journal('sshd')


def test_pid_1_is_systemd_with_the_units_of_the_system_alone(host: Host, systems: dict[str, str]) -> None:
    assert host.ask('readlink /proc/1/exe') == '/usr/lib/systemd/systemd'
    names = 'systemctl list-units --no-legend --plain --type=service,socket,timer | cut -d" " -f1'
    own = host.ask(f'ls {systems["old"]}/etc/systemd/system').split()
    instances = {re.sub('@.*[.]', '@.', name) for name in host.ask(names).split()}
    assert instances <= set(own)
    assert host.ask('cat /proc/1/cgroup | grep ^0') == '0::/init.scope'


def test_cannot_change_the_machine_it_runs_on(host: Host) -> None:
    assert host.run('touch /usr/bin/mine', check=False).returncode != 0
    assert host.run('echo 0 > /proc/sys/kernel/randomize_va_space', check=False).returncode != 0
    assert host.run('test -e /dev/vda', check=False).returncode != 0
    assert host.ask('ls /home') == 'deploy'


def test_is_ready_once_a_boot(host: Host) -> None:
    host.run('systemctl daemon-reload')
    host.run('systemctl daemon-reexec')
    assert host.said.empty()


def test_keeps_its_disk_and_its_identity_when_it_is_off(boot: Boot) -> None:
    host = boot('kept')
    key = host.known_key()
    host.run('echo remember > /root/note')
    assert host.power_off() == 0
    host.image = None
    host.power_on()
    host.wait_until_ready()
    assert host.ask('cat /root/note') == 'remember'
    assert host.known_key() == key
    assert host.console().count('-----BEGIN SSH HOST KEY KEYS-----') == 2


def test_refuses_an_image_that_is_none(sandbox: Sandbox, systems: dict[str, str], tmp_path: Path) -> None:
    image = sandbox.folder / 'none.vhd'
    image.write_bytes(bytes(4096))
    host = Host(sandbox, 'none', '127.77.0.2', image)
    host.power_on()
    assert host.process.wait(LIMIT) == 1
    assert host.process.stderr and 'is no fixed VHD' in host.process.stderr.read()
    assert not (host.disk / 'root').exists()


def test_its_metadata_is_where_nixos_keeps_it_and_fetched_once(
    sandbox: Sandbox, systems: dict[str, str]
) -> None:
    host = Host(sandbox, 'metadata', '127.77.0.5', sandbox.folder / 'image.vhd')
    key_file = host.disk / 'metadata/public-keys-0-openssh-key'
    key_file.parent.mkdir(parents=True)
    try:
        for key in ('first', 'second'):
            key_file.write_text(f'{key} key\n')
            host.power_on()
            host.wait_until_ready()
            assert host.ask('cat /etc/ec2-metadata/public-keys-0-openssh-key') == 'first key'
            host.power_off()
    finally:
        host.power_off()


def test_says_when_there_is_nothing_to_boot(sandbox: Sandbox, systems: dict[str, str]) -> None:
    host = Host(sandbox, 'empty', '127.77.0.3', None)
    (host.disk / 'root').mkdir(parents=True)
    host.power_on()
    assert host.process.wait(LIMIT) == 1
    assert host.process.stderr and 'console.log' in host.process.stderr.read()
    assert 'no system at /nix/var/nix/profiles/system' in host.console()


def test_refuses_to_run_where_there_is_a_way_out(sandbox: Sandbox, systems: dict[str, str]) -> None:
    sandbox.run(['ip', 'link', 'add', 'out', 'type', 'bridge'])
    try:
        sandbox.run(['ip', 'addr', 'add', '192.0.2.1/24', 'dev', 'out'])
        sandbox.run(['ip', 'link', 'set', 'out', 'up'])
        host = Host(sandbox, 'stray', '127.77.0.4', sandbox.folder / 'image.vhd')
        host.power_on()
        assert host.process.wait(LIMIT) == 1
        assert (
            host.process.stderr
            and 'this is no sandbox: there are routes through out' in host.process.stderr.read()
        )
    finally:
        sandbox.run(['ip', 'link', 'del', 'out'])


@pytest.mark.parametrize(
    ('words', 'complaint'),
    [
        (['--name', 'x', '--address', '10.0.0.1'], '--address must be 127.77.A.B'),
        (['--name', 'x', '--address', '127.77.1.256'], '--address must be 127.77.A.B'),
        (['--name', 'x', '--address', '127.77.255.254'], 'and not 127.77.255.254'),
        (['--name', 'a b', '--address', '127.77.0.1'], '--name must be a host name'),
    ],
)
def test_refuses_wrong_usage(words: list[str], complaint: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, BOOT, *words, '--disk', tmp_path / 'disk'], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert complaint in done.stderr
    assert not (tmp_path / 'disk').exists()
