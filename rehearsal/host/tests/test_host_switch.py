"""Activation with the rehearsal's own switch-to-configuration."""

import subprocess

from conftest import Boot
from hosts import Host, eventually


def copied(host: Host, systems: dict[str, str]) -> None:
    """All systems of the sandbox on the host's disk, by nix itself."""
    closure = f'$(nix-store --query --requisites {" ".join(systems.values())})'
    host.sandbox.run(['sh', '-c', f'nix-store --export {closure} > {host.disk}/root/tmp/systems'])
    host.run('nix-store --import < /tmp/systems')


def switch(host: Host, system: str, action: str) -> subprocess.CompletedProcess[str]:
    return host.run(f'{system}/bin/switch-to-configuration {action}', check=False)


def states(host: Host) -> dict[str, str]:
    return {name: host.state(name) for name in ('web', 'same', 'gone', 'added')}


def test_test_switches_until_the_next_boot(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('test')
    copied(host, systems)
    same = host.ask('systemctl show -p MainPID --value same')
    assert switch(host, systems['new'], 'test').returncode == 0
    assert states(host) == {'web': 'active', 'same': 'active', 'gone': 'inactive', 'added': 'active'}
    eventually(lambda: host.get() == 'new')
    assert host.ask('systemctl show -p MainPID --value same') == same, 'restarted without need'
    assert host.ask('readlink -f /run/current-system') == systems['new']
    host.run('reboot')
    host.wait_until_ready()
    eventually(lambda: host.get() == 'old')
    assert host.ask('readlink -f /run/current-system') == systems['old']


def test_boot_changes_nothing_before_the_next_boot(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('boot')
    copied(host, systems)
    assert switch(host, systems['new'], 'boot').returncode == 0
    eventually(lambda: host.get() == 'old')
    host.run('reboot')
    host.wait_until_ready()
    eventually(lambda: host.get() == 'new')
    assert host.ask('readlink -f /run/booted-system') == systems['new']


def test_switch_does_both_and_reports_failed_units(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('switch')
    copied(host, systems)
    assert switch(host, systems['new'], 'switch').returncode == 0
    eventually(lambda: host.get() == 'new')
    failed = switch(host, systems['bad'], 'switch')
    assert failed.returncode == 4
    assert 'web.service' in failed.stderr
    assert states(host) == {'web': 'failed', 'same': 'active', 'gone': 'inactive', 'added': 'inactive'}
    assert switch(host, systems['old'], 'switch').returncode == 0
    eventually(lambda: host.get() == 'old')
    host.run('reboot')
    host.wait_until_ready()
    eventually(lambda: host.get() == 'old')


def test_a_system_that_fails_at_boot_is_up_but_degraded(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('degraded')
    copied(host, systems)
    switch(host, systems['bad'], 'boot')
    host.run('reboot')
    host.wait_until_ready()
    assert 'Failed to start web.service' in host.console()
    assert host.run('systemctl is-system-running', check=False).stdout == 'degraded\n'


def test_a_default_that_is_not_there_does_not_boot(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('lost')
    host.run('echo /nix/store/nothing > /boot/default; reboot')
    assert host.process.wait(10) == 1
    assert 'no system at /nix/store/nothing' in host.console()
