"""`systemd-run`, answered by PID 1: starts a service that no file describes."""

import os
import shlex
import shutil
import uuid

from manager import Manager, NoSuchUnit
from options import Options
from request import Answer, Request, UsageError
from service import Service
from unit_file import Unit, assign, seconds

FLAGS = (
    *(
        '--collect',
        '-G',
        '--no-block',
        '--pipe',
        '-P',
        '--quiet',
        '-q',
        '--wait',
        '--remain-after-exit',
        '-r',
    ),
    *('--system', '--no-ask-password', '--same-dir', '-d'),
)
WITH_VALUE = (
    *('--unit', '-u', '--property', '-p', '--setenv', '-E', '--service-type', '--description', '--on-active'),
    '--working-directory',
)
OF_UNIT_SECTION = ('Description', 'After', 'Wants', 'CollectMode', 'StartLimitIntervalSec', 'StartLimitBurst')


async def answer(manager: Manager, request: Request) -> Answer:
    options = Options(request.words, FLAGS, WITH_VALUE, command=True)
    unit = _unit(options, request)
    try:
        manager.find(unit.name)
    except NoSuchUnit:
        if options.values('--on-active'):
            return _start_later(manager, options, unit)
        return await _start(manager, options, unit, request)
    return _taken(unit.name)


async def _start(manager: Manager, options: Options, unit: Unit, request: Request) -> Answer:
    service = manager.add(unit)
    told = '' if options.has('--quiet', '-q') else f'Running as unit: {unit.name}\n'
    if options.has('--no-block'):
        manager.in_background(service.start())
        return Answer(0, '', told)
    if options.has('--pipe', '-P'):
        service.files = request.files
    started = await service.start()
    if options.has('--wait', '--pipe', '-P'):
        await service.ended()
        if told:
            told += f'Finished with result: {service.result}\n'
            told += f'Main process terminated with: {service.invocation.last}\n'
        return Answer(_status(service), '', told)
    if started:
        return Answer(0, '', told)
    return Answer(1, '', f'Job for {unit.name} failed. See "journalctl -u {unit.name}" for details.\n')


def _start_later(manager: Manager, options: Options, unit: Unit) -> Answer:
    timer = f'{unit.name.removesuffix(".service")}.timer'
    if timer in manager.timers:
        return _taken(timer)
    manager.start_later(timer, unit, seconds(options.last('--on-active')))
    told = f'Running timer as unit: {timer}\nWill run service as unit: {unit.name}\n'
    return Answer(0, '', '' if options.has('--quiet', '-q') else told)


def _taken(name: str) -> Answer:
    told = f'Failed to start transient unit: Unit {name} was already loaded or has a fragment file.\n'
    return Answer(1, '', told)


def _status(service: Service) -> int:
    if service.result == 'success':
        return 0
    last = service.invocation.last
    return 255 if last.by_signal else last.status or 1


def _unit(options: Options, request: Request) -> Unit:
    if not options.plain:
        raise UsageError('Command line to execute required.')
    name = options.last('--unit', '-u', default=f'run-{uuid.uuid4().hex[:12]}')
    unit = Unit(name if name.endswith('.service') else f'{name}.service', transient=True)
    command = [_program(options.plain[0], request), *options.plain[1:]]
    unit.unit['Description'] = [options.last('--description', default=shlex.join(command))]
    unit.service['Type'] = [options.last('--service-type', default='simple')]
    # As given: no variable is put in, and no % means anything.
    unit.service['ExecStart'] = [':' + shlex.join(command).replace('%', '%%')]
    for variable in options.values('--setenv', '-E'):
        key, separator, value = variable.partition('=')
        value = value if separator else request.environment.get(key, '')
        unit.service.setdefault('Environment', []).append(shlex.quote(f'{key}={value}').replace('%', '%%'))
    if options.has('--collect', '-G'):
        unit.unit['CollectMode'] = ['inactive-or-failed']
    if options.has('--remain-after-exit', '-r'):
        unit.service['RemainAfterExit'] = ['yes']
    if options.has('--same-dir', '-d'):
        unit.service['WorkingDirectory'] = [request.folder]
    if options.values('--working-directory'):
        unit.service['WorkingDirectory'] = [options.last('--working-directory')]
    for setting in options.values('--property', '-p'):
        key, separator, value = setting.partition('=')
        if not separator:
            raise UsageError(f'Not an assignment: {setting}')
        assign(unit.unit if key in OF_UNIT_SECTION else unit.service, key, value)
    unit.check()
    return unit


def _program(word: str, request: Request) -> str:
    """Found on the PATH of who asks, as systemd-run does."""
    found = (
        word if '/' in word else shutil.which(word, path=request.environment.get('PATH', os.environ['PATH']))
    )
    if found is None:
        raise UsageError(f'Failed to find executable {word}: No such file or directory')
    return found
