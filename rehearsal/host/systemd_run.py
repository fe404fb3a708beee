"""`systemd-run`, answered by PID 1: starts a service that no file describes."""

import os
import shlex
import shutil
import uuid

from manager import Manager, NoSuchUnit
from request import Answer, Request, UsageError
from service import Service
from unit_file import Unit, assign, seconds

FLAGS = {
    '--collect', '-G', '--no-block', '--pipe', '-P', '--quiet', '-q', '--wait', '--remain-after-exit', '-r', '--system',
    '--no-ask-password', '--same-dir', '-d',
}  # fmt: skip
WITH_VALUE = {
    '--unit', '-u', '--property', '-p', '--setenv', '-E', '--service-type', '--description', '--on-active',
    '--working-directory',
}  # fmt: skip
OF_UNIT_SECTION = ('Description', 'After', 'Wants', 'Requires', 'CollectMode', 'StartLimitIntervalSec', 'StartLimitBurst')


async def answer(manager: Manager, request: Request) -> Answer:
    flags, values, command = read_options(request.words)
    unit = _unit(values, flags, request, command)
    stem = unit.name.removesuffix('.service')
    quiet = bool(flags & {'--quiet', '-q'})
    try:
        manager.find(unit.name)
        return _taken(unit.name)
    except NoSuchUnit:
        pass
    if delays := values.get('--on-active'):
        timer = f'{stem}.timer'
        if timer in manager.timers:
            return _taken(timer)
        manager.start_later(timer, unit, seconds(delays[-1]))
        return Answer(0, '', '' if quiet else f'Running timer as unit: {timer}\nWill run service as unit: {unit.name}\n')
    service = manager.add(unit)
    if flags & {'--pipe', '-P'}:
        service.files = request.files
    wait = bool(flags & {'--wait', '--pipe', '-P'})
    told = '' if quiet else f'Running as unit: {unit.name}\n'
    if '--no-block' in flags:
        manager.in_background(service.start())
        return Answer(0, '', told)
    started = await service.start()
    if not wait:
        return Answer(0, '', told) if started else Answer(1, '', f'Job for {unit.name} failed.\n')
    await service.ended()
    if not quiet:
        told += f'Finished with result: {service.result}\nMain process terminated with: {service.last}\n'
    return Answer(_status(service), '', told)


def _taken(name: str) -> Answer:
    told = f'Failed to start transient unit: Unit {name} was already loaded or has a fragment file.\n'
    return Answer(1, '', told)


def _status(service: Service) -> int:
    if service.result == 'success':
        return 0
    if service.last.by_signal:
        return 255
    return service.last.status or 1


def read_options(words: list[str]) -> tuple[set[str], dict[str, list[str]], list[str]]:
    """Flags, values by option, and the command; refuses what this stand-in would have to ignore."""
    flags: set[str] = set()
    values: dict[str, list[str]] = {}
    rest = list(words)
    while rest and rest[0].startswith('-'):
        word = rest.pop(0)
        name, separator, value = word.partition('=')
        if word == '--':
            break
        if word in FLAGS:
            flags.add(word)
        elif name in WITH_VALUE and name.startswith('--') and separator:
            values.setdefault(name, []).append(value)
        elif word in WITH_VALUE and rest:
            values.setdefault(word, []).append(rest.pop(0))
        elif word[:2] in WITH_VALUE and len(word) > 2 and word[1] != '-':
            values.setdefault(word[:2], []).append(word[2:])
        else:
            raise UsageError(f'unrecognized option {word!r}')
    if not rest:
        raise UsageError('Command line to execute required.')
    return flags, values, rest


def _unit(values: dict[str, list[str]], flags: set[str], request: Request, command: list[str]) -> Unit:
    def given(*names: str) -> list[str]:
        return [value for name in names for value in values.get(name, [])]

    name = (given('--unit', '-u') or [f'run-{uuid.uuid4().hex[:12]}'])[-1]
    unit = Unit(name if name.endswith('.service') else f'{name}.service', transient=True)
    path = request.environment.get('PATH', os.environ['PATH'])
    program = command[0] if '/' in command[0] else shutil.which(command[0], path=path)
    if program is None:
        raise UsageError(f'Failed to find executable {command[0]}: No such file or directory')
    unit.unit['Description'] = [(given('--description') or [shlex.join(command)])[-1]]
    unit.service['Type'] = [(given('--service-type') or ['simple'])[-1]]
    # A word of its own keeps even a % or a $ as it is.
    unit.service['ExecStart'] = [':' + shlex.join(word.replace('%', '%%') for word in [program, *command[1:]])]
    for variable in given('--setenv', '-E'):
        name, separator, value = variable.partition('=')
        value = value if separator else request.environment.get(name, '')
        unit.service.setdefault('Environment', []).append(shlex.quote(f'{name}={value}').replace('%', '%%'))
    if flags & {'--collect', '-G'}:
        unit.unit['CollectMode'] = ['inactive-or-failed']
    if flags & {'--remain-after-exit', '-r'}:
        unit.service['RemainAfterExit'] = ['yes']
    if folder := given('--working-directory'):
        unit.service['WorkingDirectory'] = folder[-1:]
    elif flags & {'--same-dir', '-d'}:
        unit.service['WorkingDirectory'] = [request.folder]
    for setting in given('--property', '-p'):
        key, separator, value = setting.partition('=')
        if not separator:
            raise UsageError(f'Not an assignment: {setting}')
        assign(unit.unit if key in OF_UNIT_SECTION else unit.service, key, value)
    unit.check()
    return unit
