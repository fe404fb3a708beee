"""`systemctl`, answered by PID 1."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable

import init_verdict
from manager import DEFAULT_TARGETS, Manager, NoSuchUnit
from processes import of_invocation
from request import Answer, Request, UsageError
from service import Service
from unit_file import BadUnit

# Reached before anything else starts, as far as units of a host can tell.
EARLY_TARGETS = ('network.target', 'network-online.target', 'basic.target', 'sysinit.target', 'local-fs.target')
WITH_VALUE = ('--property', '-p', '-P', '--state', '--type', '-t', '--signal', '-s', '--lines', '-n', '--output', '-o')
ACCEPTED = (
    '--failed', '--all', '-a', '--plain', '--no-legend', '--no-pager', '--full', '-l', '--quiet', '-q', '--value',
    '--no-block', '--wait', '--force', '-f', '--system', '--no-ask-password', '--now', '--job-mode', '--no-wall', '-i',
)  # fmt: skip


class Options:
    """The words of a command line, told apart; refuses what this stand-in would have to ignore."""

    def __init__(self, words: list[str]) -> None:
        self.plain: list[str] = []
        self.flags: list[str] = []
        self.values: dict[str, list[str]] = {}
        rest = list(words)
        while rest:
            word = rest.pop(0)
            name, separator, value = word.partition('=')
            if word == '--':
                self.plain += rest
                break
            if not word.startswith('-') or word == '-':
                self.plain.append(word)
            elif name in WITH_VALUE and (separator or rest):
                self.values.setdefault(name, []).append(value if separator else rest.pop(0))
            elif word in ACCEPTED or name == '--job-mode':
                self.flags.append(word)
            elif word[:2] in ('-p', '-P', '-n', '-t', '-s', '-o') and len(word) > 2 and word[1] != '-':
                self.values.setdefault(word[:2], []).append(word[2:])
            else:
                raise UsageError(f'unrecognized option {word!r}')

    def has(self, *flags: str) -> bool:
        return any(flag in self.flags for flag in flags)

    def all_of(self, *names: str) -> list[str]:
        return [part for name in names for value in self.values.get(name, []) for part in value.split(',')]


async def answer(manager: Manager, request: Request) -> Answer:
    words = request.words if request.program == 'systemctl' else [request.program, *request.words]
    options = Options(words)
    verb, *names = options.plain or ['list-units']
    names = [name if '.' in name else f'{name}.service' for name in names]
    command = COMMANDS.get(verb)
    if command is None:
        raise UsageError(f'Unknown command verb {verb!r}; this host knows: {", ".join(sorted(COMMANDS))}')
    return await command(manager, names, options)


async def _start(manager: Manager, names: list[str], options: Options) -> Answer:
    services = []
    for name in names:
        if name in DEFAULT_TARGETS:
            await manager.start_default_target()
        elif name not in EARLY_TARGETS:
            try:
                manager.find(name)
            except NoSuchUnit as error:
                return Answer(5, '', f'Failed to start {name}: {error}\n')
            services.append(name)
    if options.has('--no-block'):
        manager.in_background(manager.start(services))
        return Answer()
    return _told(manager, await manager.start(services))


def _told(manager: Manager, failed: list[str]) -> Answer:
    told = ''.join(
        f'Job for {name} failed: result {manager.services[name].result}.\n'
        f'See "systemctl status {name}" and "journalctl -u {name}" for details.\n'
        for name in failed
        if name in manager.services
    )
    return Answer(1 if failed else 0, '', told)


async def _stop(manager: Manager, names: list[str], options: Options) -> Answer:
    work: list[Awaitable[None]] = []
    missing = []
    for name in names:
        if name in manager.timers:
            manager.cancel(name)
        elif name in manager.services:
            work.append(manager.services[name].stop())
        else:
            with contextlib.suppress(BadUnit):
                try:
                    manager.find(name)
                except NoSuchUnit:
                    missing.append(name)
    stops = asyncio.gather(*work)
    if options.has('--no-block'):
        manager.in_background(stops)
    else:
        await stops
    told = ''.join(f'Failed to stop {name}: Unit {name} not loaded.\n' for name in missing)
    return Answer(5 if missing else 0, '', told)


async def _restart(manager: Manager, names: list[str], options: Options) -> Answer:
    async def both() -> Answer:
        await asyncio.gather(*(manager.services[name].stop() for name in names if name in manager.services))
        return await _start(manager, names, Options([]))

    if options.has('--no-block'):
        manager.in_background(both())
        return Answer()
    return await both()


async def _try_restart(manager: Manager, names: list[str], options: Options) -> Answer:
    running = [name for name in names if name in manager.services and manager.services[name].state == 'active']
    return await _restart(manager, running, options)


async def _is_active(manager: Manager, names: list[str], options: Options) -> Answer:
    states = [state_of(manager, name) for name in names]
    good = any(state in ('active', 'reloading') for state in states)
    return Answer(0 if good else 3, '' if options.has('-q', '--quiet') else ''.join(f'{state}\n' for state in states))


async def _is_failed(manager: Manager, names: list[str], options: Options) -> Answer:
    states = [state_of(manager, name) for name in names]
    quiet = options.has('-q', '--quiet')
    return Answer(0 if 'failed' in states else 1, '' if quiet else ''.join(f'{state}\n' for state in states))


def state_of(manager: Manager, name: str) -> str:
    if name in EARLY_TARGETS or name in manager.timers:
        return 'active'
    if name in DEFAULT_TARGETS:
        return 'inactive' if manager.state == 'starting' else 'active'
    return manager.services[name].state if name in manager.services else 'inactive'


async def _is_system_running(manager: Manager, _names: list[str], options: Options) -> Answer:
    while options.has('--wait') and manager.state == 'starting':
        await asyncio.sleep(0.02)
    state = 'degraded' if manager.state == 'running' and manager.failed_names() else manager.state
    return Answer(0 if state == 'running' else 1, '' if options.has('-q', '--quiet') else f'{state}\n')


async def _list_units(manager: Manager, names: list[str], options: Options) -> Answer:
    states = options.all_of('--state') + (['failed'] if options.has('--failed') else [])
    rows = [
        (service.name, _load_state(service), service.state, service.substate, service.unit.description)
        for service in sorted(manager.services.values(), key=lambda service: service.name)
        if (not names or service.name in names)
        and (service.state in states or service.substate in states if states else service.state != 'inactive')
    ]
    rows += [(name, 'loaded', 'active', 'waiting', name) for name in sorted(manager.timers) if not states]
    mark = '' if options.has('--plain') else '  '
    lines = [mark + ' '.join(row) for row in rows]
    if not options.has('--no-legend'):
        lines = [f'{mark}UNIT LOAD ACTIVE SUB DESCRIPTION', *lines, '', f'{len(rows)} loaded units listed.']
    return Answer(0, ''.join(f'{line}\n' for line in lines))


def _load_state(service: Service) -> str:
    return 'loaded' if service.unit.path or service.unit.transient else 'not-found'


async def _show(manager: Manager, names: list[str], options: Options) -> Answer:
    wanted = options.all_of('--property', '-p', '-P')
    only_values = options.has('--value') or '-P' in options.values
    blocks = []
    for name in names:
        properties = _properties(manager, name)
        keys = [key for key in wanted if key in properties] if wanted else list(properties)
        blocks.append(''.join(f'{properties[key]}\n' if only_values else f'{key}={properties[key]}\n' for key in keys))
    return Answer(0, '\n'.join(blocks))


def _properties(manager: Manager, name: str) -> dict[str, str]:
    try:
        service = manager.find(name)
    except (NoSuchUnit, BadUnit) as error:
        load = 'bad-setting' if isinstance(error, BadUnit) else 'not-found'
        if name in (*EARLY_TARGETS, *DEFAULT_TARGETS) or name in manager.timers:
            load = 'loaded'
        state = state_of(manager, name)
        return {'Id': name, 'LoadState': load, 'ActiveState': state, 'SubState': 'dead', 'Result': 'success'}
    return {
        'Id': name,
        'Description': service.unit.description,
        'LoadState': _load_state(service),
        'ActiveState': service.state,
        'SubState': service.substate,
        'Result': service.result,
        'Type': service.unit.type,
        'MainPID': str(service.main.pid if service.main else 0),
        'ExecMainPID': str(service.last_pid),
        'ExecMainCode': '2' if service.last.by_signal else str(int(service.last_pid > 0 and service.main is None)),
        'ExecMainStatus': str(service.last.status),
        'NRestarts': str(service.restarts),
        'InvocationID': service.invocation,
        'FragmentPath': str(service.unit.path or ''),
        'Transient': 'yes' if service.unit.transient else 'no',
        'StateChangeTimestamp': f'@{service.since:.6f}',
    }


async def _status(manager: Manager, names: list[str], _options: Options) -> Answer:
    text, status = [], 0
    for name in names:
        try:
            service = manager.find(name)
        except NoSuchUnit as error:
            return Answer(4, '', f'{error}\n')
        text += [f'{name} - {service.unit.description}', f'     Loaded: {_load_state(service)} ({service.unit.path})']
        text += [f'     Active: {service.state} ({service.substate})', f'   Main PID: {service.last_pid}', '']
        text += [str(entry) for entry in manager.journal.entries if entry.unit == name][-10:]
        status = status if service.state == 'active' else 3
    return Answer(status, ''.join(f'{line}\n' for line in text))


async def _reset_failed(manager: Manager, names: list[str], _options: Options) -> Answer:
    for service in list(manager.services.values()):
        if not names or service.name in names:
            service.reset()
    return Answer()


async def _kill(manager: Manager, names: list[str], options: Options) -> Answer:
    wanted = (options.all_of('--signal', '-s') or ['SIGTERM'])[0].removeprefix('SIG')
    number = signal.Signals(int(wanted)) if wanted.isdigit() else signal.Signals[f'SIG{wanted}']
    for name in names:
        for pid in of_invocation(manager.find(name).invocation):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
    return Answer()


async def _daemon_reload(manager: Manager, _names: list[str], _options: Options) -> Answer:
    manager.reload()
    return Answer()


async def _reboot(manager: Manager, _names: list[str], options: Options) -> Answer:
    return _end(manager, init_verdict.REBOOT, options)


async def _power_off(manager: Manager, _names: list[str], options: Options) -> Answer:
    return _end(manager, init_verdict.POWER_OFF, options)


def _end(manager: Manager, verdict: int, options: Options) -> Answer:
    """Given twice, --force leaves the services no time, as pulling the plug would."""
    if options.flags.count('--force') + options.flags.count('-f') > 1:
        manager.halt(verdict)
    else:
        manager.in_background(manager.shut_down(verdict))
    return Answer()


COMMANDS: dict[str, Callable[[Manager, list[str], Options], Awaitable[Answer]]] = {
    'start': _start,
    'stop': _stop,
    'restart': _restart,
    'reload-or-restart': _restart,
    'try-restart': _try_restart,
    'is-active': _is_active,
    'is-failed': _is_failed,
    'is-system-running': _is_system_running,
    'list-units': _list_units,
    'show': _show,
    'status': _status,
    'reset-failed': _reset_failed,
    'kill': _kill,
    'daemon-reload': _daemon_reload,
    'daemon-reexec': _daemon_reload,
    'reboot': _reboot,
    'poweroff': _power_off,
    'halt': _power_off,
}
