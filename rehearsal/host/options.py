"""Tells apart the words of a command line as systemd's programs take them."""

from collections.abc import Collection

from request import UsageError


class Options:
    """Flags, values by option, and the plain words.

    An option that is not named is refused: this stand-in would have to ignore what it asks for.
    `command` ends the options at the first plain word, which begins a command with options of its own.
    """

    def __init__(
        self,
        words: list[str],
        flags: Collection[str] = (),
        with_value: Collection[str] = (),
        command: bool = False,
    ) -> None:
        self.plain: list[str] = []
        self._flags: list[str] = []
        self._values: list[tuple[str, str]] = []
        rest = list(words)
        while rest:
            word = rest.pop(0)
            name, separator, value = word.partition('=')
            if word == '--':
                self.plain += rest
                return
            if not word.startswith('-') or word == '-':
                self.plain.append(word)
                if command:
                    self.plain += rest
                    return
            elif word in flags:
                self._flags.append(word)
            elif word.startswith('--') and name in with_value and separator:
                self._values.append((name, value))
            elif word in with_value and rest:
                self._values.append((word, rest.pop(0)))
            elif not word.startswith('--') and word[:2] in with_value and len(word) > 2:
                self._values.append((word[:2], word[2:]))
            else:
                known = ' '.join(sorted([*flags, *(f'{name} VALUE' for name in with_value)]))
                raise UsageError(f'unrecognized option {word!r}; this host knows: {known}')

    def count(self, *names: str) -> int:
        return sum(flag in names for flag in self._flags)

    def has(self, *names: str) -> bool:
        return self.count(*names) > 0

    def values(self, *names: str) -> list[str]:
        return [value for name, value in self._values if name in names]

    def last(self, *names: str, default: str = '') -> str:
        return (self.values(*names) or [default])[-1]

    def lists(self, *names: str) -> list[str]:
        """The parts of all comma-separated values."""
        return [part for value in self.values(*names) for part in value.split(',')]
