#!/usr/bin/python3 -IBS
"""Switches a running host to this system, in the steps of NixOS' own program.

    switch-to-configuration switch|boot|test|dry-activate|check

switch and boot also make it the default of the next boot. Of NixOS' program there is no reloading of
units, no file systems of fstab and no units of users.

Exit status: 0 done; 1 wrong usage, or a check or the boot loader refused; 2 the activation script failed;
4 units failed; 11 another switch is under way; 100 the running system has another init.
"""

import errno
import fcntl
import json
import os
import subprocess
import sys
import time
from pathlib import Path

TOPLEVEL = Path('@toplevel@')
CURRENT = Path('/run/current-system')
UNITS = 'etc/systemd/system'
STATE = Path('/run/nixos')
ACTIONS = ('switch', 'boot', 'test', 'dry-activate', 'check')
# Systemd applies a change of these when it reloads, or never restarts them.
NEVER_RESTARTED = ('.path', '.slice', '.socket')
# A change of these alone restarts nothing.
IGNORED = {'Description', 'Documentation', 'OnFailure', 'OnSuccess', 'SourcePath', 'X-Reload-Triggers'}
SETTLED_SECONDS, SETTLE_AT_MOST = 0.25, 90

Sections = dict[str, dict[str, list[str]]]
# Active state and substate.
Unit = tuple[str, str]


# No dataclass: its module takes a third of the time in which this starts. NixOS' program is a native one.
class Plan:
    """Units by what happens to them. What is to be started or restarted outlives an interrupted switch."""

    def __init__(self) -> None:
        self.stop: set[str] = set()
        self.skip: set[str] = set()
        self.restart: set[str] = set()
        self.start: set[str] = set()
        self.targets: set[str] = set()

    def remember(self) -> None:
        for name in ('start', 'restart'):
            units = getattr(self, name)
            units |= set(recorded(name))
            STATE.joinpath(f'{name}-list').write_text(''.join(f'{unit}\n' for unit in sorted(units)))

    def forget(self) -> None:
        for name in ('start', 'restart'):
            STATE.joinpath(f'{name}-list').unlink()


def main() -> int:
    action = sys.argv[1] if len(sys.argv) == 2 else ''
    if action not in ACTIONS:
        say(f'usage: switch-to-configuration {"|".join(ACTIONS)}; got: {action or "nothing"}')
        return 1
    os.environ['NIXOS_ACTION'] = action
    STATE.mkdir(parents=True, exist_ok=True)
    with STATE.joinpath('switch-to-configuration.lock').open('a') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say('Could not acquire lock')
            return errno.EAGAIN
        return switch(action)


def switch(action: str) -> int:
    if action not in ('boot', 'dry-activate') and os.environ.get('NIXOS_NO_CHECK') != '1' and inhibited():
        return 1
    if action == 'check':
        return 0
    if action in ('switch', 'boot') and subprocess.run([TOPLEVEL / 'install-boot-loader']).returncode != 0:
        say('Failed to install bootloader')
        return 1
    if action == 'boot':
        return 0
    if read(CURRENT / 'init-interface-version') != read(TOPLEVEL / 'init-interface-version'):
        say('Warning: the new configuration has an init that is incompatible with the current one: reboot.')
        return 100
    before = active_units()
    plan = make_plan(before)
    if action == 'dry-activate':
        for verb in ('stop', 'restart', 'start'):
            report(f'would {verb} the following units', getattr(plan, verb) - plan.targets)
        return 0
    plan.remember()
    report('stopping the following units', plan.stop)
    systemctl('stop', plan.stop)
    report('NOT restarting the following changed units', plan.skip)
    status = 0
    say('activating the configuration...')
    if subprocess.run([TOPLEVEL / 'activate', TOPLEVEL]).returncode != 0:
        say('Failed to run activate script')
        status = 2
    subprocess.run(['systemctl', 'reset-failed'], check=True)
    subprocess.run(['systemctl', 'daemon-reload'], check=True)
    say('restarting sysinit-reactivation.target')
    done = systemctl('restart', {'sysinit-reactivation.target'})
    report('restarting the following units', plan.restart)
    done &= systemctl('restart', plan.restart)
    report('starting the following units', plan.start - plan.targets)
    done &= systemctl('start', plan.start)
    plan.forget()
    after = settled_units()
    report('the following new units were started', set(after) - set(before))
    failed = {name for name, unit in after.items() if has_failed(name, unit)}
    if failed:
        report('warning: the following units failed', failed)
        subprocess.run(['systemctl', 'status', '--no-pager', '--full', *sorted(failed)])
    return status if done and not failed else 4


def make_plan(active: dict[str, Unit]) -> Plan:
    plan = Plan()
    for name, (state, _) in active.items():
        old, new = (unit_file(system, name) for system in (CURRENT, TOPLEVEL))
        # What generators and administrators made is none of a system's business.
        if not old.exists() or state not in ('active', 'activating'):
            continue
        if not new.exists():
            if flag(parse(old), 'Unit', 'X-StopOnRemoval', True):
                plan.stop.add(name)
        elif name.endswith('.target'):
            # Starts whatever they have come to want.
            if not flag(parse(new), 'Unit', 'RefuseManualStart', False):
                plan.start.add(name)
                plan.targets.add(name)
        elif meaning(parse(old)) != meaning(parse(new)):
            change(plan, name, parse(new), active)
    return plan


def change(plan: Plan, name: str, new: Sections, active: dict[str, Unit]) -> None:
    if name.endswith(NEVER_RESTARTED):
        return
    if not flag(new, 'Service', 'X-RestartIfChanged', True) or flag(new, 'Unit', 'RefuseManualStop', False):
        plan.skip.add(name)
    elif not name.endswith('.service') or not flag(new, 'Service', 'X-StopIfChanged', True):
        plan.restart.add(name)
    else:
        plan.stop.add(name)
        socket = name.removesuffix('.service') + '.socket'
        if socket in active:
            # The socket then starts it.
            plan.stop.add(socket)
        plan.start.add(socket if (TOPLEVEL / UNITS / socket).exists() else name)


def inhibited() -> bool:
    """Whether a critical component differs that both systems name."""
    old, new = (json.loads(read(system / 'switch-inhibitors') or '{}') for system in (CURRENT, TOPLEVEL))
    differences = [name for name in old if name in new and old[name] != new[name]]
    for name in differences:
        say(f'Switching is inhibited: {name}: {old[name]} -> {new[name]}')
    return bool(differences)


def active_units() -> dict[str, Unit]:
    """By one question to systemd, as NixOS' program puts it: properties of each unit are far dearer."""
    shown = ask('list-units', '--all', '--full', '--plain', '--no-legend')
    rows = (line.split(maxsplit=4) for line in shown.splitlines())
    return {name: (state, substate) for name, _, state, substate, *_ in rows if state != 'inactive'}


def settled_units() -> dict[str, Unit]:
    """The units once none has changed for a moment: one may fail right after its start."""
    deadline = time.monotonic() + SETTLE_AT_MOST
    units = active_units()
    while time.monotonic() < deadline:
        time.sleep(SETTLED_SECONDS)
        before, units = units, active_units()
        if units == before:
            break
    return units


def has_failed(name: str, unit: Unit) -> bool:
    state, substate = unit
    if state == 'failed':
        return True
    restarts = name.endswith('.service') and substate == 'auto-restart'
    return restarts and ask('show', '--property=ExecMainStatus', '--value', name).strip() != '0'


def unit_file(system: Path, name: str) -> Path:
    file = system / UNITS / name
    template, at, instance = name.partition('@')
    if not at or file.exists():
        return file
    return system / UNITS / f'{template}@.{instance.rpartition(".")[2]}'


def parse(file: Path) -> Sections:
    sections: Sections = {}
    section: dict[str, list[str]] = {}
    for line in file.read_text().replace('\\\n', ' ').splitlines():
        if line.startswith('['):
            section = sections.setdefault(line.strip('[]'), {})
        elif '=' in line and line[0] not in '#;':
            key, value = line.split('=', 1)
            section[key] = [*section.get(key, []), value] if value else []
    return sections


def meaning(sections: Sections) -> Sections:
    own = {key: value for key, value in sections.get('Unit', {}).items() if key not in IGNORED}
    return {**sections, 'Unit': own}


def flag(sections: Sections, section: str, key: str, default: bool) -> bool:
    values = sections.get(section, {}).get(key)
    return values[-1] in ('1', 'yes', 'true', 'on') if values else default


def ask(*words: str) -> str:
    return subprocess.run(['systemctl', *words], capture_output=True, text=True, check=True).stdout


def systemctl(verb: str, units: set[str]) -> bool:
    return not units or subprocess.run(['systemctl', verb, *sorted(units)]).returncode == 0


def recorded(name: str) -> list[str]:
    return read(STATE / f'{name}-list').splitlines()


def read(file: Path) -> str:
    try:
        return file.read_text()
    except FileNotFoundError:
        return ''


def report(what: str, units: set[str]) -> None:
    if units:
        say(f'{what}: {", ".join(sorted(units))}')


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == '__main__':
    sys.exit(main())
