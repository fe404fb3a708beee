"""One service: starts, watches, restarts and stops its processes as systemd would."""

import asyncio
import contextlib
import os
import signal
import time
import uuid
from collections import deque
from collections.abc import Callable

import credentials
import processes
from command_line import expand, specify
from journal import Journal
from processes import Ended, Process, Processes
from unit_file import KILL_MODES, Unit, environment

CLEAN_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)
# Which results bring a service back, by Restart=; `timeout` and `signal` are the abnormal ones.
RESTARTS = {
    'no': (),
    'always': ('success', 'exit-code', 'signal', 'timeout', 'exec', 'resources'),
    'on-success': ('success',),
    'on-failure': ('exit-code', 'signal', 'timeout', 'exec', 'resources'),
    'on-abnormal': ('signal', 'timeout'),
    'on-abort': ('signal',),
}
SUCCESS = Ended(0, False)


class Failed(Exception):
    """A start or a run that did not go well; the message is systemd's name for it."""


class Service:
    def __init__(self, unit: Unit, running: Processes, journal: Journal, changed: Callable[['Service'], None]) -> None:
        self.unit = unit
        self.files: list[int] | None = None
        self.state, self.substate, self.result = 'inactive', 'dead', 'success'
        self.main: Process | None = None
        self.last = SUCCESS
        self.last_pid = 0
        self.restarts = 0
        self.invocation = ''
        self.since = 0.0
        self._running, self._journal, self._changed = running, journal, changed
        self._starts: deque[float] = deque()
        self._life: asyncio.Task[None] | None = None
        self._started: asyncio.Future[bool] | None = None
        self._stop = asyncio.Event()

    @property
    def name(self) -> str:
        return self.unit.name

    @property
    def idle(self) -> bool:
        return self._life is None

    async def start(self) -> bool:
        """Start unless it runs; true once it is up (for a oneshot: once it is done), false if it failed."""
        if self._stop.is_set() and self._life is not None:
            await asyncio.wait([self._life])
        if self.state == 'active':
            return True
        if self._life is None:
            self.restarts = 0
            self._stop.clear()
            self._started = asyncio.get_running_loop().create_future()
            self._life = asyncio.create_task(self._live())
        assert self._started is not None
        return await asyncio.shield(self._started)

    async def stop(self) -> None:
        """Stop it, and return once none of its processes is left."""
        if self._life is not None:
            self._stop.set()
            await asyncio.wait([self._life])

    async def ended(self) -> None:
        """Return once it has stopped for good, for whatever reason."""
        if self._life is not None:
            await asyncio.wait([self._life])

    def reset(self) -> None:
        self._starts.clear()
        if self.state == 'failed':
            self._enter('inactive', 'dead')

    def _enter(self, state: str, substate: str) -> None:
        if state != self.state:
            self.since = time.time()
        self.state, self.substate = state, substate
        self._changed(self)

    def _note(self, text: str) -> None:
        self._journal.write(self.name, 'systemd[1]', f'{self.name}: {text}')

    async def _live(self) -> None:
        """From the start to the end that no restart follows."""
        while True:
            if not self._may_start():
                self.result = 'start-limit-hit'
                self._note('Start request repeated too quickly.')
                break
            self.result = await self._run_once()
            if self._stop.is_set() or self.result not in RESTARTS[self.unit.one('Restart', 'no')]:
                break
            self._enter('activating', 'auto-restart')
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stop.wait(), self.unit.seconds('RestartSec', 0.1))
            if self._stop.is_set():
                self.result = 'success'
                break
            self.restarts += 1
            self._note(f'Scheduled restart job, restart counter is at {self.restarts}.')
        self._life = None
        if self.result == 'success':
            self._enter('inactive', 'dead')
            self._note('Deactivated successfully.')
        else:
            self._enter('failed', 'failed')
            self._note(f"Failed with result '{self.result}'.")
        self._tell(self.result == 'success')

    def _tell(self, well: bool) -> None:
        if self._started is not None and not self._started.done():
            self._started.set_result(well)

    def _may_start(self) -> bool:
        """At most StartLimitBurst= starts within StartLimitIntervalSec=."""
        interval = self.unit.seconds('StartLimitIntervalSec', 10, self.unit.unit)
        burst = int(self.unit.one('StartLimitBurst', '5', self.unit.unit))
        now = time.monotonic()
        while self._starts and self._starts[0] < now - interval:
            self._starts.popleft()
        if interval > 0 and len(self._starts) >= burst:
            return False
        self._starts.append(now)
        return True

    async def _run_once(self) -> str:
        """One invocation, from its first process to the end of its last; the result as systemd names it."""
        self.invocation = uuid.uuid4().hex
        self.last, self.last_pid, self.main = SUCCESS, 0, None
        result = 'success'
        variables: dict[str, str] = {}
        try:
            variables = self._variables()
            self._enter('activating', 'start-pre' if self.unit.commands('ExecStartPre') else 'start')
            for line in self.unit.commands('ExecStartPre'):
                await self._run(line, variables, self._start_limit())
            await self._run_main(variables)
        except Failed as failure:
            result = str(failure)
        except OSError as error:
            self._note(f'Failed to set up: {error}')
            result = 'resources'
        try:
            await self._shut_down(variables, self.state == 'active')
        except Failed as failure:
            result = str(failure) if result == 'success' else result
        credentials.remove(self.name)
        return result

    async def _run_main(self, variables: dict[str, str]) -> None:
        oneshot = self.unit.type == 'oneshot'
        self._enter('activating', 'start')
        for line in self.unit.commands('ExecStart'):
            if oneshot:
                await self._run(line, variables, self._start_limit(), main=True)
            else:
                await self._run_daemon(line, variables)
        if oneshot and self.unit.flag('RemainAfterExit', False) and not self._stop.is_set():
            self._enter('active', 'exited')
            self._tell(True)
            await self._stop.wait()

    async def _run_daemon(self, line: str, variables: dict[str, str]) -> None:
        process, ignore = self._begin(line, variables, main=True)
        self._enter('active', 'running')
        self._note(f'Started {self.unit.description}.')
        self._tell(True)
        limit = self.unit.seconds('RuntimeMaxSec', float('inf'))
        await self._until_end_or_stop(process, limit)
        if process.ended.done():
            self._judge(process.ended.result(), ignore, CLEAN_SIGNALS)
        elif not self._stop.is_set():
            raise Failed('timeout')
        if self.unit.flag('RemainAfterExit', False) and not self._stop.is_set():
            self._enter('active', 'exited')
            await self._stop.wait()

    async def _run(self, line: str, variables: dict[str, str], limit: float, main: bool = False) -> None:
        """Run a command to its end, unless the service is stopped before."""
        process, ignore = self._begin(line, variables, main)
        await self._until_end_or_stop(process, limit)
        if process.ended.done():
            self._judge(process.ended.result(), ignore, ())
        elif self._stop.is_set():
            raise Failed('success')
        else:
            raise Failed('timeout')

    def _begin(self, line: str, variables: dict[str, str], main: bool) -> tuple[Process, bool]:
        command = expand(line, variables, self._specifiers())
        words = command.words
        if folder := self.unit.one('WorkingDirectory', ''):
            words = ['env', f'--chdir={folder}', *words]
        try:
            process = self._running.start(self.name, words, variables, self.files)
        except OSError as error:
            self._note(f'Failed to execute {words[0]}: {error.strerror}')
            self.last = Ended(203, False)
            raise Failed('exit-code') from error
        if main:
            self.main = process
            self.last_pid = process.pid
            process.ended.add_done_callback(lambda ended: self._main_ended(ended.result()))
        return process, command.ignore_failure

    def _main_ended(self, ended: Ended) -> None:
        self.last = ended
        self.main = None
        self._note(f'Main process exited, {ended}')

    def _judge(self, ended: Ended, ignore: bool, clean: tuple[int, ...]) -> None:
        if ignore or ended == SUCCESS or (ended.by_signal and ended.status in clean):
            return
        raise Failed('signal' if ended.by_signal else 'exit-code')

    async def _until_end_or_stop(self, process: Process, limit: float) -> None:
        stop = asyncio.create_task(self._stop.wait())
        timeout = None if limit == float('inf') else limit
        await asyncio.wait([process.ended, stop], timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()

    async def _shut_down(self, variables: dict[str, str], started: bool) -> None:
        """ExecStop=, then SIGTERM, then after TimeoutStopSec= SIGKILL, then ExecStopPost=."""
        self._enter('deactivating', 'stop-sigterm')
        limit = self.unit.seconds('TimeoutStopSec', 90)
        failure: Failed | None = None
        try:
            if started:
                await self._run_ending('ExecStop', variables, limit)
            if not await self._kill(signal.SIGTERM, limit):
                self._note("State 'stop-sigterm' timed out. Killing.")
                self._enter('deactivating', 'stop-sigkill')
                await self._kill(signal.SIGKILL, limit)
                failure = Failed('timeout')
        finally:
            if variables:
                await self._run_ending('ExecStopPost', variables, limit)
                await self._kill(signal.SIGKILL, limit)
        if failure:
            raise failure

    async def _run_ending(self, key: str, variables: dict[str, str], limit: float) -> None:
        for line in self.unit.commands(key):
            process, _ = self._begin(line, variables, main=False)
            await asyncio.wait([process.ended], timeout=limit)

    async def _kill(self, number: signal.Signals, limit: float) -> bool:
        """Signal the service's processes by its KillMode=; true once they are gone, false after `limit` seconds."""
        everything = self.unit.choice('KillMode', KILL_MODES) == 'control-group'
        mixed = self.unit.one('KillMode', '') == 'mixed'
        deadline = time.monotonic() + limit
        targets = self._targets(everything or (mixed and (number == signal.SIGKILL or self.main is None)))
        for pid in targets:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        pause = 0.002
        while targets & self._targets(everything or mixed) and time.monotonic() < deadline:
            await asyncio.sleep(pause)
            pause = min(0.05, pause * 2)
            if everything and number == signal.SIGTERM:
                targets |= self._targets(True)
        if mixed and number == signal.SIGTERM and self._targets(True):
            return await self._kill(signal.SIGKILL, limit)
        return not targets & self._targets(everything or mixed)

    def _targets(self, everything: bool) -> set[int]:
        if everything:
            return processes.of_invocation(self.invocation)
        return {self.main.pid} if self.main else set()

    def _start_limit(self) -> float:
        return self.unit.seconds('TimeoutStartSec', float('inf') if self.unit.type == 'oneshot' else 90)

    def _specifiers(self) -> dict[str, str]:
        return {
            '%': '%',
            'n': self.name,
            'N': self.name.rpartition('.')[0],
            't': '/run',
            'S': '/var/lib',
            'd': str(credentials.folder(self.name)),
        }

    def _variables(self) -> dict[str, str]:
        """The environment of the service's processes. Sets up its credentials."""
        loaded = credentials.load(self.name, self.unit.service.get('LoadCredential', []))
        lines = [specify(line, self._specifiers()) for line in self.unit.service.get('Environment', [])]
        return {
            'PATH': os.environ['PATH'],
            'LANG': os.environ['LANG'],
            **loaded,
            **environment(lines),
            processes.MARK: self.invocation,
        }
