"""A host under test, as somebody in the sandbox uses it."""

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sandboxes import PROJECT, Sandbox, only_child

BOOT = PROJECT / 'rehearsal/host/boot.py'
# Seconds that only what hangs reaches, on a busy machine too.
LIMIT = 300
PATH = '/run/current-system/sw/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin'


class Host:
    def __init__(self, sandbox: Sandbox, name: str, address: str, image: Path | None) -> None:
        self.sandbox, self.name, self.address, self.image = sandbox, name, address, image
        self.disk = sandbox.folder / f'disk-{name}'
        self.said: queue.Queue[str] = queue.Queue()

    def power_on(self) -> None:
        image = ['--image', self.image] if self.image else []
        words = ['python3', BOOT, '--name', self.name, '--address', self.address, '--disk', self.disk, *image]
        self.process = subprocess.Popen(
            self.sandbox.enter(words),
            env=self.sandbox.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._listen, args=[self.process], daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            self.said.put(line.rstrip())

    def wait_until_ready(self) -> None:
        try:
            said = self.said.get(timeout=LIMIT)
        except queue.Empty:
            raise AssertionError(f'{self.name} is not ready; console:\n{self.console()}') from None
        assert said == f'ready {self.name} {self.address}'

    @property
    def boot_program(self) -> int:
        return only_child(self.process.pid)

    @property
    def first(self) -> int:
        """Its PID 1, under the number that the machine knows it by."""
        return only_child(only_child(self.boot_program))

    def power_off(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            os.kill(self.boot_program, number)
        return self.process.wait(LIMIT)

    def console(self) -> str:
        return (self.disk / 'console.log').read_text()

    def journal(self, unit: str) -> str:
        return self.ask(f'journalctl --sync && journalctl --unit {unit} --output cat')

    def run(self, script: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a shell script on the host, without ssh."""
        done = subprocess.run(
            ['nsenter', '-t', str(self.first), '-m', '-p', '-n', '-u', '-i', '-C', '/bin/sh', '-c', script],
            env={'PATH': PATH},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
        assert done.returncode == 0 or not check, f'{script}: {done.returncode}\n{done.stdout}{done.stderr}'
        return done

    def go_down(self, command: str = 'reboot') -> None:
        """Begin to go down, by a command that this may end before it has said that it began."""
        self.run(command, check=False)

    def ask(self, script: str) -> str:
        return self.run(script).stdout.strip()

    def unit(self, name: str, text: str) -> None:
        self.run(f'cat > /run/systemd/system/{name} <<"END"\n{text}END\nsystemctl daemon-reload')

    def state(self, unit: str) -> str:
        return self.run(f'systemctl is-active {unit}', check=False).stdout.strip()

    def known_key(self) -> str:
        """The host key as it is on the console."""
        text = self.console().rpartition('-----BEGIN SSH HOST KEY KEYS-----\n')[2]
        # What systemd says meanwhile may be in between.
        return next(line for line in text.splitlines() if line.startswith('ssh-ed25519 '))

    def ssh(
        self, command: str, user: str = 'root', check: bool = True, key: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        known = self.sandbox.folder / f'known-{self.name}'
        known.write_text(f'{self.address} {key or self.known_key()}\n')
        options = [f'UserKnownHostsFile={known}', 'StrictHostKeyChecking=yes', 'BatchMode=yes']
        words = [
            'ssh',
            '-F',
            'none',
            '-i',
            self.sandbox.folder / 'key',
            *(f'-o{option}' for option in options),
        ]
        return self.sandbox.run([*words, f'{user}@{self.address}', command], check=check)

    def get(self, seconds: int = 5) -> str | None:
        """The answer at http://ADDRESS/, or nothing."""
        words = ['curl', '-sf', '-m', str(seconds), f'http://{self.address}/']
        answer = self.sandbox.run(words, check=False).stdout
        return answer.strip() or None


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not holds():
        assert time.monotonic() < deadline, 'did not come true in time'
        time.sleep(0.02)
