"""Transient units: detached from who started them, and gone when they are over."""

from hosts import Host, eventually


def test_outlives_the_ssh_session_that_started_it(host: Host) -> None:
    host.ssh(
        "systemd-run --unit=lasting --collect sh -c 'echo $PPID > /var/parent; sleep 0.7; touch /var/over'"
    )
    eventually((host.disk / 'root/var/parent').exists)
    assert host.tell('pgrep -x sshd -c') == '1', 'the session has not ended'
    assert not (host.disk / 'root/var/over').exists()
    assert host.tell('cat /var/parent') == '1'
    eventually((host.disk / 'root/var/over').exists)
    eventually(lambda: host.state('lasting') == 'inactive')


def test_returns_before_it_ends_and_holds_nothing_of_the_session(host: Host) -> None:
    # A descriptor that leaked would keep ssh waiting for the end of the output.
    host.ssh('systemd-run --quiet --unit=quiet sleep 20')
    assert host.state('quiet') == 'active'
    files = host.tell('ls -l /proc/$(systemctl show -p MainPID --value quiet)/fd')
    assert len([line for line in files.splitlines() if '->' in line]) == 3
    host.run('systemctl stop quiet')


def test_waits_and_hands_on_input_output_and_status(host: Host) -> None:
    done = host.ssh(
        "echo given | systemd-run --quiet --wait --pipe --collect sh -c 'cat; echo err >&2; exit 5'",
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (5, 'given\n', 'err\n')


def test_words_arrive_as_they_were_given(host: Host) -> None:
    run = "systemd-run --quiet --wait --pipe -E 'A=x y%n$HOME' --"
    script = run + " printf '<%s>' '' 'a b' '$HOME' '%n' '\"' '*' -u"
    assert host.tell(script) == '<><a b><$HOME><%n><"><*><-u>'
    assert host.tell(run + " sh -c 'echo $A'") == 'x y%n$HOME'


def test_a_name_is_taken_while_its_unit_runs_and_after_it_failed(host: Host) -> None:
    host.run('systemd-run --unit=lock sleep 20')
    taken = host.run('systemd-run --unit=lock true', check=False)
    assert taken.returncode == 1
    assert 'Unit lock.service was already loaded' in taken.stderr
    host.run('systemctl stop lock; systemd-run --wait --unit=lock false', check=False)
    assert host.run('systemd-run --unit=lock true', check=False).returncode == 1
    assert host.state('lock') == 'failed'
    host.run('systemctl reset-failed lock')
    host.run('systemd-run --wait --unit=lock true')


def test_collected_when_it_failed_too(host: Host) -> None:
    assert host.run('systemd-run --wait --collect --unit=brief false', check=False).returncode == 1
    assert host.tell('systemctl show -p LoadState --value brief') == 'not-found'
    assert 'brief.service: Failed with result' in host.journal()


def test_settings_of_units_hold_for_it(host: Host) -> None:
    host.run('systemd-run --unit=limited -p RuntimeMaxSec=200ms sleep 20')
    eventually(lambda: host.state('limited') == 'failed')
    assert host.tell('systemctl show -p Result --value limited') == 'timeout'
    host.run('systemctl reset-failed')
    after = "systemd-run --wait -p ExecStopPost='/usr/bin/touch /var/post' false"
    host.run(after, check=False)
    host.run('test -e /var/post')


def test_starts_later_unless_its_timer_is_stopped(host: Host) -> None:
    host.run('systemd-run --unit=later --on-active=0.6 touch /var/later')
    assert host.state('later.timer') == 'active'
    host.run('systemd-run --unit=never --on-active=200ms touch /var/never; systemctl stop never.timer')
    assert not (host.disk / 'root/var/later').exists()
    eventually((host.disk / 'root/var/later').exists)
    assert not (host.disk / 'root/var/never').exists()
    assert host.state('later.timer') == 'inactive'


def test_a_user_of_wheel_may_by_sudo_and_nobody_else(host: Host) -> None:
    assert host.ssh('systemctl is-active sshd', user='deploy', check=False).returncode == 1
    assert host.ssh('sudo systemctl is-active sshd', user='deploy').stdout == 'active\n'
