"""The host's journal: a file outside the host, and the last lines in memory."""

import os
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    when: float
    unit: str
    identifier: str
    text: str

    def __str__(self) -> str:
        when = time.strftime('%b %d %H:%M:%S', time.gmtime(self.when))
        return f'{when} {self.identifier}: {self.text}'


class Journal:
    def __init__(self, path: Path, remembered: int = 10_000) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.entries: deque[Entry] = deque(maxlen=remembered)

    def write(self, unit: str, identifier: str, text: str) -> None:
        entry = Entry(time.time(), unit, identifier, text)
        self.entries.append(entry)
        os.write(self._file, f'{entry}\n'.encode(errors='replace'))
