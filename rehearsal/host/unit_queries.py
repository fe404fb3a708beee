"""The verbs of `systemctl` that only tell how things are."""

import asyncio
from collections.abc import Awaitable, Callable

from manager import DEFAULT_TARGETS, EARLY_TARGETS, Manager, NoSuchUnit
from options import Options
from request import Answer
from service import Service
from unit_file import BadUnit


def state_of(manager: Manager, name: str) -> str:
    if name in EARLY_TARGETS or name in manager.timers:
        return 'active'
    if name in DEFAULT_TARGETS:
        return 'inactive' if manager.state == 'starting' else 'active'
    return manager.services[name].state if name in manager.services else 'inactive'


def _said(status: int, options: Options, *lines: str) -> Answer:
    return Answer(status, '' if options.has('-q', '--quiet') else ''.join(f'{line}\n' for line in lines))


async def _is_active(manager: Manager, names: list[str], options: Options) -> Answer:
    states = [state_of(manager, name) for name in names]
    return _said(0 if 'active' in states else 3, options, *states)


async def _is_failed(manager: Manager, names: list[str], options: Options) -> Answer:
    states = [state_of(manager, name) for name in names]
    return _said(0 if 'failed' in states else 1, options, *states)


async def _is_system_running(manager: Manager, _names: list[str], options: Options) -> Answer:
    while options.has('--wait') and manager.state == 'starting':
        await asyncio.sleep(0.02)
    state = 'degraded' if manager.state == 'running' and manager.failed_names() else manager.state
    return _said(0 if state == 'running' else 1, options, state)


async def _list_units(manager: Manager, names: list[str], options: Options) -> Answer:
    states = options.lists('--state') + (['failed'] if options.has('--failed') else [])
    rows = [
        (service.name, _load_state(service), service.state, service.substate, service.unit.description)
        for service in sorted(manager.services.values(), key=lambda service: service.name)
        if (not names or service.name in names) and _shown(service, states, options)
    ]
    rows += [(name, 'loaded', 'active', 'waiting', name) for name in sorted(manager.timers) if not states]
    mark = '' if options.has('--plain') else '  '
    lines = [mark + ' '.join(row) for row in rows]
    if not options.has('--no-legend'):
        lines = [f'{mark}UNIT LOAD ACTIVE SUB DESCRIPTION', *lines, '', f'{len(rows)} loaded units listed.']
    return Answer(0, ''.join(f'{line}\n' for line in lines))


def _shown(service: Service, states: list[str], options: Options) -> bool:
    if states:
        return service.state in states or service.substate in states
    return service.state != 'inactive' or options.has('--all', '-a')


def _load_state(service: Service) -> str:
    return 'loaded' if service.unit.path or service.unit.transient else 'not-found'


async def _show(manager: Manager, names: list[str], options: Options) -> Answer:
    wanted = options.lists('--property', '-p', '-P')
    bare = options.has('--value') or bool(options.values('-P'))
    blocks = []
    for name in names:
        properties = _properties(manager, name)
        keys = [key for key in wanted if key in properties] if wanted else list(properties)
        blocks.append(''.join(f'{"" if bare else key + "="}{properties[key]}\n' for key in keys))
    return Answer(0, '\n'.join(blocks))


def _properties(manager: Manager, name: str) -> dict[str, str]:
    try:
        service = manager.find(name)
    except (NoSuchUnit, BadUnit) as error:
        load = 'bad-setting' if isinstance(error, BadUnit) else 'not-found'
        state = state_of(manager, name)
        return {
            'Id': name,
            'LoadState': 'loaded' if state == 'active' else load,
            'ActiveState': state,
            'SubState': 'dead' if state == 'inactive' else state,
            'Result': 'success',
        }
    run = service.invocation
    ended = run.last_pid > 0 and run.main is None
    return {
        'Id': name,
        'Description': service.unit.description,
        'LoadState': _load_state(service),
        'ActiveState': service.state,
        'SubState': service.substate,
        'Result': service.result,
        'Type': service.unit.type,
        'MainPID': str(run.main.pid if run.main else 0),
        'ExecMainPID': str(run.last_pid),
        'ExecMainCode': ('2' if run.last.by_signal else '1') if ended else '0',
        'ExecMainStatus': str(run.last.status),
        'NRestarts': str(service.restarts),
        'InvocationID': run.id,
        'FragmentPath': str(service.unit.path or ''),
        'Transient': 'yes' if service.unit.transient else 'no',
        'StateChangeTimestamp': f'@{service.since:.6f}',
    }


async def _status(manager: Manager, names: list[str], options: Options) -> Answer:
    lines, status = [], 0
    count = int(options.last('-n', '--lines', default='10'))
    for name in names:
        try:
            service = manager.find(name)
        except NoSuchUnit as error:
            return Answer(4, '', f'{error}\n')
        told = [str(entry) for entry in manager.journal.entries if entry.unit == name]
        lines += [
            f'{name} - {service.unit.description}',
            f'     Loaded: {_load_state(service)} ({service.unit.path or "transient"})',
            f'     Active: {service.state} ({service.substate}); result: {service.result}',
            f'   Main PID: {service.invocation.last_pid}',
            *told[len(told) - count if count < len(told) else 0 :],
        ]
        status = status if service.state == 'active' else 3
    return Answer(status, ''.join(f'{line}\n' for line in lines))


COMMANDS: dict[str, Callable[[Manager, list[str], Options], Awaitable[Answer]]] = {
    'is-active': _is_active,
    'is-failed': _is_failed,
    'is-system-running': _is_system_running,
    'list-units': _list_units,
    'show': _show,
    'status': _status,
}
