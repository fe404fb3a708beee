"""Activation with the rehearsal's own switch-to-configuration."""

import subprocess
from errno import EAGAIN

from conftest import Boot
from hosts import LIMIT, Host, eventually


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
    host.go_down()
    host.wait_until_ready()
    eventually(lambda: host.get() == 'old')
    assert host.ask('readlink -f /run/current-system') == systems['old']


def test_boot_changes_nothing_before_the_next_boot(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('boot')
    copied(host, systems)
    assert switch(host, systems['new'], 'boot').returncode == 0
    eventually(lambda: host.get() == 'old')
    host.go_down()
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
    host.go_down()
    host.wait_until_ready()
    eventually(lambda: host.get() == 'old')


def test_changed_units_are_stopped_before_the_activation(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('order')
    copied(host, systems)
    assert switch(host, systems['new'], 'test').returncode == 0
    assert host.ask('cat /run/stopped-under') == systems['old']
    assert host.state('order') == 'active'


def test_a_unit_that_waits_to_be_restarted_has_failed(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('unsteady')
    copied(host, systems)
    done = switch(host, systems['unsteady'], 'test')
    assert host.state('restarted') == 'activating'
    assert done.returncode == 4
    assert 'warning: the following units failed: restarted.service' in done.stderr


def test_two_switches_at_once_are_refused(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('twice')
    copied(host, systems)
    lock = 'flock /run/nixos/switch-to-configuration.lock'
    done = host.run(
        f'mkdir -p /run/nixos; {lock} {systems["new"]}/bin/switch-to-configuration test', check=False
    )
    assert done.returncode == EAGAIN
    assert 'Could not acquire lock' in done.stderr
    assert host.ask('readlink -f /run/current-system') == systems['old']


def test_what_an_active_target_wants_is_started_again(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('selected')
    host.run('systemctl stop same')
    assert switch(host, systems['old'], 'test').returncode == 0
    assert host.state('same') == 'active'


def test_the_boot_loader_visits_every_generation(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('entries')
    copied(host, systems)
    host.run(f'nix-env --profile /nix/var/nix/profiles/system --set {systems["new"]}')
    assert switch(host, systems['new'], 'boot').returncode == 0
    numbers = host.ask('cd /nix/var/nix/profiles; ls | sed -n "s/^system-\\([0-9]*\\)-link$/\\1/p"')
    assert host.ask('ls /boot/entries') == numbers
    host.run('ln -s /nix/store/nothing /nix/var/nix/profiles/system-99-link')
    done = switch(host, systems['old'], 'boot')
    assert done.returncode == 1
    assert 'Failed to install bootloader' in done.stderr
    assert host.ask('cat /boot/default') == systems['new']


def test_the_boot_loader_refuses_what_boot_has_no_room_for(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('room')
    copied(host, systems)
    host.run('mkdir -p /boot/kernels; head -c 8M /dev/zero > /boot/kernels/another')
    done = switch(host, systems['new'], 'boot')
    assert done.returncode == 1
    assert 'No space left on device' in done.stderr


def test_a_system_that_fails_at_boot_is_up_but_degraded(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('degraded')
    copied(host, systems)
    switch(host, systems['bad'], 'boot')
    host.go_down()
    host.wait_until_ready()
    assert 'Failed to start web.service' in host.console()
    assert host.run('systemctl is-system-running', check=False).stdout == 'degraded\n'


def test_a_default_that_is_not_there_does_not_boot(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('lost')
    host.go_down('echo /nix/store/nothing > /boot/default; reboot')
    assert host.process.wait(LIMIT) == 1
    assert 'no system at /nix/store/nothing' in host.console()
