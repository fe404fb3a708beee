"""Units do what systemd would do with them."""

from hosts import Host, eventually


def show(host: Host, unit: str, key: str) -> str:
    return host.tell(f'systemctl show --property={key} --value {unit}')


def test_a_service_that_is_killed_comes_back(host: Host) -> None:
    eventually(lambda: host.get() == 'old')
    before = show(host, 'web', 'MainPID')
    host.run(f'kill -9 {before}')
    eventually(lambda: show(host, 'web', 'MainPID') not in ('0', before))
    assert show(host, 'web', 'NRestarts') == '1'
    eventually(lambda: host.get() == 'old')


def test_a_service_that_cannot_start_fails_after_five_attempts_and_is_listed(host: Host) -> None:
    host.unit('crash.service', '[Service]\nExecStart=/bin/false\nRestart=always\nRestartSec=10ms\n')
    host.run('systemctl start crash')
    eventually(lambda: host.state('crash') == 'failed')
    assert show(host, 'crash', 'Result') == 'start-limit-hit'
    assert host.journal().count('crash.service: Started') == 5
    listed = host.tell('systemctl list-units --failed --plain --no-legend')
    assert listed.split()[:4] == ['crash.service', 'loaded', 'failed', 'failed']
    degraded = host.run('systemctl is-system-running', check=False)
    assert (degraded.returncode, degraded.stdout) == (1, 'degraded\n')
    host.run('systemctl reset-failed crash')
    assert host.tell('systemctl is-system-running') == 'running'


def test_a_oneshot_is_done_when_its_start_returns(host: Host) -> None:
    host.unit(
        'once.service',
        '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c "sleep 0.2; touch /var/done"\n',
    )
    host.run('systemctl start once && test -e /var/done')
    assert show(host, 'once', 'SubState') == 'exited'
    host.run('systemctl stop once')
    assert host.state('once') == 'inactive'


def test_a_oneshot_that_fails_fails_its_start(host: Host) -> None:
    host.unit('onefail.service', '[Service]\nType=oneshot\nExecStart=/bin/sh -c "exit 7"\n')
    failed = host.run('systemctl start onefail', check=False)
    assert failed.returncode == 1
    assert 'Job for onefail.service failed' in failed.stderr
    assert show(host, 'onefail', 'ExecMainStatus') == '7'
    assert host.run('systemctl is-failed onefail', check=False).returncode == 0
    host.run('systemctl reset-failed')


def test_starts_keep_the_order_of_after(host: Host) -> None:
    for name, after in (('c', 'b.service'), ('b', 'a.service'), ('a', 'c-is-not-there.service')):
        command = f'/bin/sh -c "sleep 0.1; echo {name} >> /var/order"'
        host.unit(f'{name}.service', f'[Unit]\nAfter={after}\n[Service]\nType=oneshot\nExecStart={command}\n')
    host.run('systemctl start c b a')
    assert host.tell('cat /var/order').split() == ['a', 'b', 'c']


def test_units_ordered_in_a_circle_start_all_the_same(host: Host) -> None:
    for name, after in (('x', 'y'), ('y', 'x')):
        host.unit(
            f'{name}.service', f'[Unit]\nAfter={after}.service\n[Service]\nExecStart=/usr/bin/sleep 60\n'
        )
    host.run('systemctl start x y')
    assert (host.state('x'), host.state('y')) == ('active', 'active')


def test_a_service_that_will_not_stop_is_killed(host: Host) -> None:
    script = "trap '' TERM; touch /var/deaf; while :; do sleep 0.05; done"
    host.unit('deaf.service', f'[Service]\nTimeoutStopSec=300ms\nExecStart=/bin/sh -c "{script}"\n')
    host.run('systemctl start deaf')
    eventually((host.disk / 'root/var/deaf').exists)
    host.run('systemctl stop deaf')
    assert host.state('deaf') == 'failed'
    assert show(host, 'deaf', 'Result') == 'timeout'
    assert host.run('pgrep -f [/]var/deaf', check=False).returncode == 1
    host.run('systemctl reset-failed')


def test_a_process_that_left_its_service_is_stopped_with_it(host: Host) -> None:
    script = 'setsid sh -c "sleep 301 & sleep 302 &" & exec sleep 303'
    host.unit('parent.service', f"[Service]\nExecStart=/bin/sh -c '{script}'\n")
    host.run('systemctl start parent')
    eventually(lambda: len(host.run('pgrep -f "sleep 30[123]"').stdout.split()) == 3)
    host.run('systemctl stop parent')
    assert host.run('pgrep -f "sleep 30[123]"', check=False).stdout == ''


def test_sessions_outlive_a_restart_of_sshd(host: Host) -> None:
    assert host.ssh('systemctl restart sshd && sleep 0.2 && echo alive').stdout == 'alive\n'
    assert show(host, 'sshd', 'NRestarts') == '0'


def test_new_text_counts_after_daemon_reload_and_from_the_next_start(host: Host) -> None:
    path = host.disk / 'root/etc/systemd/system/text.service'
    host.unit('text.service', '[Service]\nExecStart=/usr/bin/sleep 401\n')
    host.run('systemctl start text')
    path.write_text('[Service]\nExecStart=/usr/bin/sleep 402\n')
    host.run('systemctl restart text')
    assert host.run('pgrep -f "[s]leep 401"', check=False).returncode == 0
    host.run('systemctl daemon-reload')
    assert host.run('pgrep -f "[s]leep 401"', check=False).returncode == 0
    host.run('systemctl restart text')
    assert host.run('pgrep -f "[s]leep 402"', check=False).returncode == 0
    path.unlink()
    host.run('systemctl daemon-reload && systemctl stop text')
    assert show(host, 'text', 'LoadState') == 'not-found'


def test_environment_credentials_and_output(host: Host) -> None:
    (host.disk / 'root/etc/secret').write_text('hush')
    text = (
        '[Service]\nType=oneshot\nEnvironment="WORD=two words" OTHER=%n\nLoadCredential=token:/etc/secret\n'
        'Environment=FILE=%d/token\n'
        'ExecStart=/bin/sh -c \'echo "$WORD|$OTHER|$(cat $FILE)|'
        '$(stat -c %%a $FILE)|$CREDENTIALS_DIRECTORY"\'\n'
    )
    host.unit('words.service', text)
    host.run('systemctl start words')
    said = 'two words|words.service|hush|400|/run/credentials/words.service'
    assert host.tell('journalctl -u words -o cat').splitlines()[0] == said
    assert said in host.journal()
    assert not list((host.disk / 'root/run').glob('credentials/*'))


def test_services_inherit_no_open_files(host: Host) -> None:
    host.unit('files.service', '[Service]\nType=oneshot\nExecStart=/bin/sh -c "ls -l /proc/$$$$/fd"\n')
    host.ssh('systemctl start files')
    told = host.tell('journalctl -u files -o cat')
    assert [line.split()[8] for line in told.splitlines() if '->' in line] == ['0', '1', '2']
    assert '/dev/null' in told


def test_a_unit_that_makes_no_sense_is_refused_and_says_why(host: Host) -> None:
    host.unit('odd.service', '[Service]\nType=forking\nExecStart=/bin/true\n')
    refused = host.run('systemctl start odd', check=False)
    assert refused.returncode == 1
    assert 'Type= must be one of simple, exec, oneshot, got: forking' in refused.stderr
    assert host.run('systemctl start nowhere', check=False).returncode == 5
    assert 'unrecognized option' in host.run('systemctl start --dry-run web', check=False).stderr
