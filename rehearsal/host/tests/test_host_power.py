"""Reboot, power, cables and firewalls."""

import contextlib
import signal
from pathlib import Path

import pytest
from conftest import Boot
from hosts import LIMIT, Host, eventually
from sandboxes import Sandbox

KINDS = ('mnt', 'pid', 'net', 'uts', 'ipc', 'cgroup')
CURL_TIMED_OUT = 28
BOOT_ID = 'cat /proc/sys/kernel/random/boot_id'


def namespaces(process: int | str) -> set[str]:
    return {str(Path(f'/proc/{process}/ns/{kind}').readlink()) for kind in KINDS}


def processes_in(own: set[str]) -> list[str]:
    """Those in all of these; a single one could be the number of another's by now."""
    found = []
    for path in Path('/proc').glob('[0-9]*'):
        with contextlib.suppress(OSError):  # ended meanwhile
            if namespaces(path.name) == own:
                found.append(path.name)
    return found


def leaks(sandbox: Sandbox) -> list[str]:
    """Processes, mounts and network links in the sandbox that a host could have left."""
    processes = [line for line in sandbox.run(['ps', '-eo', 'args']).stdout.splitlines() if 'boot.py' in line]
    mounts = [
        line for line in Path(f'/proc/{sandbox.first}/mountinfo').read_text().splitlines() if '/disk-' in line
    ]
    links = [line for line in sandbox.run(['ip', '-o', 'link']).stdout.splitlines() if 'host.' in line]
    # Those of other hosts may go while it looks, of which it complains.
    find = ['find', '/cgroup', '-path', '*/simulated-hosts/off-*']
    groups = sandbox.run(find, check=False).stdout.splitlines()
    return processes + mounts + links + groups


def test_a_reboot_gives_a_new_boot_id_and_boots_the_default(boot: Boot, systems: dict[str, str]) -> None:
    host = boot('again')
    before = host.ask(BOOT_ID)
    assert host.ask(BOOT_ID) == before
    host.run(f'echo {systems["old"]} > /boot/default; touch /run/gone; sleep 300 > /dev/null 2>&1 &')
    host.go_down('systemctl reboot')
    host.wait_until_ready()
    assert host.ask(BOOT_ID) != before
    assert host.run('pgrep sleep -a | grep 300', check=False).stdout == ''
    assert host.run('ls /run/gone', check=False).returncode != 0
    assert host.ask('readlink /run/booted-system') == systems['old']


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_power_off_leaves_nothing(boot: Boot, sandbox: Sandbox, number: signal.Signals) -> None:
    host = boot('off')
    host.run('setsid sleep 300 > /dev/null 2>&1 &')
    assert leaks(sandbox)
    own = namespaces(host.first)
    assert not own & namespaces(sandbox.first)
    assert processes_in(own)
    host.power_off(number)
    if number == signal.SIGKILL:
        # Nobody was left to remove its control groups: whatever host ends next does.
        boot('next', '127.77.0.2').power_off()
    eventually(lambda: not leaks(sandbox))
    eventually(lambda: not processes_in(own))
    assert (host.disk / 'root/etc/passwd').exists()


def test_the_end_of_a_host_leaves_the_groups_of_another(boot: Boot) -> None:
    host = boot('running')
    host.run('mkdir /sys/fs/cgroup/about-to-be-used')
    boot('ending', '127.77.0.2').power_off()
    host.run('rmdir /sys/fs/cgroup/about-to-be-used')


def test_powers_itself_off(boot: Boot, sandbox: Sandbox) -> None:
    host = boot('self')
    host.go_down('poweroff')
    assert host.process.wait(LIMIT) == 0
    eventually(lambda: not leaks(sandbox))


def test_services_are_stopped_before_a_reboot_but_not_when_the_plug_is_pulled(boot: Boot) -> None:
    host = boot('orderly')
    script = "trap 'echo bye > /var/ended; exit' TERM; touch /var/up; while :; do sleep 0.05; done"
    unit = f'[Service]\nExecStart=/bin/sh -c "{script}"\n'
    host.unit('polite.service', unit)
    ended, up = host.disk / 'root/var/ended', host.disk / 'root/var/up'
    host.run('systemctl start polite')
    eventually(up.exists)
    host.run('reboot --force --force', check=False)
    host.wait_until_ready()
    assert not ended.exists()
    up.unlink()
    host.unit('polite.service', unit)
    host.run('systemctl start polite')
    eventually(up.exists)
    host.go_down()
    host.wait_until_ready()
    assert ended.read_text() == 'bye\n'


def test_two_hosts_at_once_each_with_ports_of_its_own(boot: Boot) -> None:
    one, two = boot('one', '127.77.0.1'), boot('two', '127.77.3.2')
    two.run('echo two > /run/two; mv /run/two /etc/www/index.html')
    eventually(lambda: one.get() == 'old' and two.get() == 'two')
    assert one.ssh('hostname').stdout == 'one\n'
    assert two.ssh('hostname').stdout == 'two\n'
    assert one.ask('curl -s http://127.77.3.2/') == 'two'
    assert one.ask('curl -s http://127.0.0.1/') == 'old'
    one.power_off()
    eventually(lambda: two.get() == 'two')
    assert one.get() is None


def test_a_pulled_cable_swallows_everything_until_it_is_plugged_in(host: Host) -> None:
    eventually(lambda: host.get() == 'old')
    host.sandbox.run(['ip', 'link', 'set', 'host.9.9', 'down'])
    answer = host.sandbox.run(['curl', '-s', '-m', '1', f'http://{host.address}/'], check=False)
    assert answer.returncode == CURL_TIMED_OUT, 'refused rather than lost'
    host.sandbox.run(['ip', 'link', 'set', 'host.9.9', 'up'])
    eventually(lambda: host.get() == 'old')


def test_a_host_can_lock_itself_in(host: Host) -> None:
    eventually(lambda: host.get() == 'old')
    host.run('nft add table inet wall')
    host.run('nft add chain inet wall in "{ type filter hook input priority 0; }"')
    host.run('nft add rule inet wall in tcp dport 80 drop')
    assert host.get(seconds=1) is None
    assert host.ssh('true').returncode == 0
    host.run('nft delete table inet wall')
    eventually(lambda: host.get() == 'old')
