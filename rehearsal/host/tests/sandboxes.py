"""a sandbox that stays while tests run commands on it."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
Words = Sequence[str | Path]


class Sandbox:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # It lives as long as its standard input is open. The shell stays, to reap what others leave behind.
        self._keeper = subprocess.Popen(
            [PROJECT / 'rehearsal/isolate.sh', folder, 'sh', '-c', 'echo up; cat; exit'],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._keeper.stdout and self._keeper.stdout.readline() == b'up\n'
        self.first = only_child(self._keeper.pid)
        lines = Path(f'/proc/{self.first}/environ').read_bytes().split(b'\0')
        self.environment = dict(line.decode().partition('=')[::2] for line in lines if line)

    def enter(self, words: Words) -> Words:
        return ['nsenter', '-t', str(self.first), '-m', '-p', '-n', *words]

    def run(self, words: Words, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.enter(words),
            env={**self.environment, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=3600,
        )
        assert done.returncode == 0 or not check, f'{words}: {done.returncode}\n{done.stdout}{done.stderr}'
        return done

    def close(self) -> None:
        assert self._keeper.stdin
        self._keeper.stdin.close()
        self._keeper.wait(300)


def only_child(pid: int) -> int:
    (child,) = children(pid)
    return child


def children(pid: int) -> list[int]:
    """As seen from the machine, whatever namespace they are in."""
    return [int(word) for word in Path(f'/proc/{pid}/task/{pid}/children').read_text().split()]
