"""Reads systemd's unit files, as far as the units of a host go."""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from command_line import BadCommand, expand

Settings = dict[str, list[str]]

DURATION = re.compile(r'(\d+(?:\.\d+)?) *([a-z]*)')
UNITS_OF_TIME = {
    1e-6: ('us', 'usec'),
    1e-3: ('ms', 'msec'),
    1.0: ('', 's', 'sec', 'second', 'seconds'),
    60.0: ('m', 'min', 'minute', 'minutes'),
    3600.0: ('h', 'hr', 'hour', 'hours'),
}
SECONDS = {name: size for size, names in UNITS_OF_TIME.items() for name in names}
TYPES = ('simple', 'exec', 'oneshot')
RESTARTS = ('no', 'always', 'on-success', 'on-failure', 'on-abnormal', 'on-abort')
KILL_MODES = ('control-group', 'mixed', 'process')


class BadUnit(Exception):
    pass


@dataclass
class Unit:
    """The definition of one service."""

    name: str
    unit: Settings = field(default_factory=dict)
    service: Settings = field(default_factory=dict)
    path: Path | None = None
    transient: bool = False

    @property
    def description(self) -> str:
        return self.one('Description', self.name, self.unit)

    def names(self, key: str) -> list[str]:
        return [name for value in self.unit.get(key, []) for name in value.split()]

    def one(self, key: str, default: str, settings: Settings | None = None) -> str:
        values = (self.service if settings is None else settings).get(key)
        return values[-1] if values else default

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.one(key, choices[0])
        if value not in choices:
            raise BadUnit(f'{self.name}: {key}= must be one of {", ".join(choices)}, got: {value}')
        return value

    def flag(self, key: str, default: bool) -> bool:
        return self.one(key, str(default)).lower() in ('1', 'yes', 'true', 'on')

    def seconds(self, key: str, default: float, settings: Settings | None = None) -> float:
        value = self.one(key, '', settings)
        return seconds(value) if value else default

    def commands(self, key: str) -> list[str]:
        return self.service.get(key, [])

    @property
    def type(self) -> str:
        return self.choice('Type', TYPES)

    def check(self) -> None:
        """Raise BadUnit for what this stand-in cannot run as it is meant."""
        try:
            self._check()
        except BadCommand as error:
            raise BadUnit(f'{self.name}: {error}') from error

    def _check(self) -> None:
        self.choice('Restart', RESTARTS)
        self.choice('KillMode', KILL_MODES)
        commands = self.commands('ExecStart')
        if not commands:
            raise BadUnit(f'{self.name}: has no ExecStart=')
        if self.type != 'oneshot' and len(commands) != 1:
            raise BadUnit(f'{self.name}: only Type=oneshot may have more than one ExecStart=')
        for key in ('RestartSec', 'TimeoutStopSec', 'TimeoutStartSec', 'RuntimeMaxSec'):
            self.seconds(key, 0)
        self.seconds('StartLimitIntervalSec', 0, self.unit)
        for key in ('ExecStartPre', 'ExecStart', 'ExecStop', 'ExecStopPost'):
            for line in self.commands(key):
                expand(line, {}, {})


def seconds(text: str) -> float:
    """`5`, `100ms`, `1min 30s` or `infinity` in seconds."""
    if text == 'infinity':
        return float('inf')
    parts = DURATION.findall(text)
    if not parts or DURATION.sub('', text).strip() or any(unit not in SECONDS for _, unit in parts):
        raise BadUnit(f'a time span is expected, such as 5 or 1min 30s, got: {text!r}')
    return sum(float(number) * SECONDS[unit] for number, unit in parts)


def read(path: Path) -> Unit:
    sections = parse(path.read_text())
    return Unit(path.name, sections.get('Unit', {}), sections.get('Service', {}), path)


def parse(text: str) -> dict[str, Settings]:
    """Sections of settings; each setting keeps its values in order, an empty value forgets those before."""
    sections: dict[str, Settings] = {}
    section: Settings = {}
    for line in re.sub(r'\\\n\s*', ' ', text).splitlines():
        line = line.strip()
        if not line or line[0] in '#;':
            continue
        if line.startswith('['):
            section = sections.setdefault(line.strip('[]'), {})
            continue
        key, separator, value = (part.strip() for part in line.partition('='))
        if separator:
            assign(section, key, value)
    return sections


def assign(section: Settings, key: str, value: str) -> None:
    if value:
        section.setdefault(key, []).append(value)
    else:
        section[key] = []


def environment(assignments: list[str]) -> dict[str, str]:
    """`Environment=` lines, each of one or more, perhaps quoted, NAME=VALUE."""
    words = [word for line in assignments for word in shlex.split(line)]
    return {name: value for name, separator, value in (word.partition('=') for word in words) if separator}
