"""`systemctl`, answered by PID 1: the verbs that change something, and the table of all."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable

import init_verdict
import unit_queries
from manager import DEFAULT_TARGETS, EARLY_TARGETS, Manager, NoSuchUnit
from options import Options
from processes import of_invocation
from request import Answer, Request, UsageError
from unit_file import BadUnit

FLAGS = (
    *('--all', '-a', '--failed', '--plain', '--no-legend', '--no-pager', '--full', '-l', '--value'),
    *(
        '--quiet',
        '-q',
        '--no-block',
        '--wait',
        '--force',
        '-f',
        '--system',
        '--no-ask-password',
        '--no-wall',
        '-i',
    ),
)
WITH_VALUE = (
    '--property',
    '-p',
    '-P',
    '--state',
    '--type',
    '-t',
    '--signal',
    '-s',
    '--lines',
    '-n',
    '--job-mode',
)


async def answer(manager: Manager, request: Request) -> Answer:
    words = request.words if request.program == 'systemctl' else [request.program, *request.words]
    options = Options(words, FLAGS, WITH_VALUE)
    verb, *names = options.plain or ['list-units']
    names = [name if '.' in name else f'{name}.service' for name in names]
    if verb not in COMMANDS:
        raise UsageError(f'Unknown command verb {verb!r}; this host knows: {", ".join(sorted(COMMANDS))}')
    return await COMMANDS[verb](manager, names, options)


async def _start(manager: Manager, names: list[str], options: Options) -> Answer:
    return await _all_at_once(manager, options, _started(manager, names))


async def _stop(manager: Manager, names: list[str], options: Options) -> Answer:
    return await _all_at_once(manager, options, _stopped(manager, names))


async def _restart(manager: Manager, names: list[str], options: Options) -> Answer:
    async def both() -> Answer:
        await asyncio.gather(*(manager.services[name].stop() for name in names if name in manager.services))
        return await _started(manager, names)

    return await _all_at_once(manager, options, both())


async def _try_restart(manager: Manager, names: list[str], options: Options) -> Answer:
    running = [name for name in names if unit_queries.state_of(manager, name) == 'active']
    return await _restart(manager, running, options)


async def _all_at_once(manager: Manager, options: Options, work: Awaitable[Answer]) -> Answer:
    if options.has('--no-block'):
        manager.in_background(work)
        return Answer()
    return await work


async def _started(manager: Manager, names: list[str]) -> Answer:
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
    failed = await manager.start(services)
    told = ''.join(
        f'Job for {name} failed. See "systemctl status {name}" and "journalctl -u {name}" for details.\n'
        for name in failed
    )
    return Answer(1 if failed else 0, '', told)


async def _stopped(manager: Manager, names: list[str]) -> Answer:
    work: list[Awaitable[None]] = []
    missing = []
    for name in names:
        if name in manager.timers:
            manager.cancel(name)
        elif name in manager.services:
            work.append(manager.services[name].stop())
        else:
            try:
                with contextlib.suppress(BadUnit):
                    manager.find(name)
            except NoSuchUnit:
                missing.append(name)
    await asyncio.gather(*work)
    told = ''.join(f'Failed to stop {name}: Unit {name} not loaded.\n' for name in missing)
    return Answer(5 if missing else 0, '', told)


async def _reset_failed(manager: Manager, names: list[str], _options: Options) -> Answer:
    for service in list(manager.services.values()):
        if not names or service.name in names:
            service.reset()
    return Answer()


async def _kill(manager: Manager, names: list[str], options: Options) -> Answer:
    wanted = options.last('--signal', '-s', default='SIGTERM')
    try:
        number = (
            signal.Signals(int(wanted))
            if wanted.isdigit()
            else signal.Signals['SIG' + wanted.removeprefix('SIG')]
        )
    except (KeyError, ValueError) as error:
        raise UsageError(f'there is no signal {wanted}') from error
    for name in names:
        if name not in manager.services:
            return Answer(5, '', f'Failed to kill unit {name}: Unit {name} not loaded.\n')
        for pid in of_invocation(manager.services[name].invocation.id):
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
    if options.count('--force', '-f') > 1:
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
    'reset-failed': _reset_failed,
    'kill': _kill,
    'daemon-reload': _daemon_reload,
    'daemon-reexec': _daemon_reload,
    'reboot': _reboot,
    'poweroff': _power_off,
    **unit_queries.COMMANDS,
}
