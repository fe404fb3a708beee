"""From an Exec line of a unit to the words of a command."""

import re
import shlex
from dataclasses import dataclass

VARIABLE = re.compile(r'\$\{(\w+)\}')


class BadCommand(Exception):
    pass


@dataclass(frozen=True)
class Command:
    words: list[str]
    ignore_failure: bool


def expand(line: str, environment: dict[str, str], specifiers: dict[str, str]) -> Command:
    """Prefixes, quotes, %-specifiers, and variables: `${NAME}` in a word, `$NAME` as words of its own."""
    prefixes = line[: len(line) - len(line.lstrip('-+!:'))]
    rest = line[len(prefixes) :].strip()
    if rest.startswith('@'):
        raise BadCommand(f'an @ before a command is not supported: {line}')
    words: list[str] = []
    try:
        split = shlex.split(specify(rest, specifiers))
    except ValueError as error:
        raise BadCommand(f'{error}: {line}') from error
    for word in split:
        if ':' in prefixes:
            words.append(word)
        elif re.fullmatch(r'\$\w+', word):
            words += environment.get(word[1:], '').split()
        else:
            value = VARIABLE.sub(lambda match: environment.get(match[1], ''), word)
            words.append(value.replace('$$', '$'))
    if not split:
        raise BadCommand(f'an empty command: {line}')
    return Command(words, '-' in prefixes)


def specify(text: str, specifiers: dict[str, str]) -> str:
    """Replace %n and the like; an unknown one is left as it is."""
    return re.sub(r'%(.)', lambda match: specifiers.get(match[1], match[0]), text)
