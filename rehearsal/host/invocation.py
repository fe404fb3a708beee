"""One run of a service, from its first process to the end of its last."""

import asyncio
import contextlib
import os
import signal
import uuid
from collections.abc import Callable
from typing import Any

import credentials
import killing
import processes
from command_line import expand, specify
from processes import Ended, Process, Processes
from unit_file import KILL_MODES, Unit, environment

CLEAN_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)
NEVER = float('inf')
SUCCESS, CANNOT_EXECUTE = Ended(0, False), Ended(203, False)


class Failed(Exception):
    """The run is over before its time; the message is the result by systemd's name."""


class Invocation:
    def __init__(
        self,
        unit: Unit,
        running: Processes,
        files: list[int] | None,
        enter: Callable[[str, str], None],
        note: Callable[[str], None],
    ) -> None:
        self.id = uuid.uuid4().hex
        self.stop = asyncio.Event()
        self.main: Process | None = None
        self.last, self.last_pid = SUCCESS, 0
        self._unit, self._running, self._files = unit, running, files
        self._enter, self._note = enter, note
        self._up = False
        self._variables: dict[str, str] = {}

    async def run(self) -> str:
        """Run until it ends or `stop` is set; the result by systemd's name."""
        result = 'success'
        try:
            self._set_up()
            self._enter('activating', 'start-pre')
            for line in self._unit.commands('ExecStartPre'):
                await self._run(line)
            self._enter('activating', 'start')
            await self._run_main()
        except Failed as failure:
            result = str(failure)
        except OSError as error:
            self._note(f'Failed to set up credentials: {error}')
            result = 'resources'
        ended_well = await self._shut_down()
        credentials.remove(self._unit.name)
        if result == 'success' and not ended_well:
            return 'timeout'
        return self._judge(self.last) if self.stop.is_set() and result == 'success' else result

    def _set_up(self) -> None:
        """The environment of the service's processes, and its credentials."""
        loaded = credentials.load(self._unit.name, self._unit.service.get('LoadCredential', []))
        lines = [specify(line, self._specifiers()) for line in self._unit.service.get('Environment', [])]
        inherited = {name: os.environ[name] for name in ('PATH', 'LANG')}
        self._variables = {**inherited, **loaded, **environment(lines), processes.MARK: self.id}

    async def _run_main(self) -> None:
        for line in self._unit.commands('ExecStart'):
            if self._oneshot:
                await self._run(line, main=True)
            else:
                await self._run_daemon(line)
        if self._unit.flag('RemainAfterExit', False):
            self._come_up('exited')
            await self.stop.wait()

    @property
    def _oneshot(self) -> bool:
        return self._unit.type == 'oneshot'

    async def _run_daemon(self, line: str) -> None:
        process, ignore = self._begin(line, main=True)
        self._come_up('running')
        await self._until_end(process, self._unit.seconds('RuntimeMaxSec', NEVER), ignore)

    async def _run(self, line: str, main: bool = False) -> None:
        process, ignore = self._begin(line, main)
        limit = self._unit.seconds('TimeoutStartSec', NEVER if self._oneshot else 90)
        await self._until_end(process, limit, ignore)

    def _come_up(self, substate: str) -> None:
        if not self._up:
            self._note(f'Started {self._unit.description}.')
        self._up = True
        self._enter('active', substate)

    async def _until_end(self, process: Process, limit: float, ignore: bool) -> None:
        """Return when the process has ended well; Failed if it has not, or when the service is to stop."""
        stop = asyncio.create_task(self.stop.wait())
        waiting: list[asyncio.Future[Any]] = [process.ended, stop]
        timeout = None if limit == NEVER else limit
        await asyncio.wait(waiting, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not process.ended.done():
            raise Failed('success' if self.stop.is_set() else 'timeout')
        result = self._judge(process.ended.result())
        if result != 'success' and not ignore:
            raise Failed(result)

    def _judge(self, ended: Ended) -> str:
        """What systemd makes of an end; only a daemon may be ended by a signal that asks it to end."""
        if ended.by_signal:
            return 'success' if ended.status in CLEAN_SIGNALS and not self._oneshot else 'signal'
        return 'success' if ended == SUCCESS else 'exit-code'

    def _begin(self, line: str, main: bool = False) -> tuple[Process, bool]:
        command = expand(line, self._variables, self._specifiers())
        words = command.words
        if folder := self._unit.one('WorkingDirectory', ''):
            words = ['env', f'--chdir={folder}', *words]
        try:
            process = self._running.start(self._unit.name, words, self._variables, self._files)
        except OSError as error:
            self._note(f'Failed to execute {words[0]}: {error.strerror}')
            self.last = CANNOT_EXECUTE
            raise Failed('exit-code') from error
        if main:
            self.main, self.last_pid = process, process.pid
            process.ended.add_done_callback(lambda ended: self._main_ended(ended.result()))
        return process, command.ignore_failure

    def _main_ended(self, ended: Ended) -> None:
        self.last, self.main = ended, None
        self._note(f'Main process exited, {ended}')

    async def _shut_down(self) -> bool:
        """ExecStop= if it was up, the end of all processes, ExecStopPost=; false if SIGKILL was needed."""
        limit = self._unit.seconds('TimeoutStopSec', 90)
        self._enter('deactivating', 'stop')
        if self._up:
            await self._run_ending('ExecStop', limit)
        self._enter('deactivating', 'stop-sigterm')
        mode = self._unit.choice('KillMode', KILL_MODES)
        main = self.main
        well = await killing.end(self.id, main, mode, limit, self._note_kill)
        if main:
            await asyncio.wait([main.ended], timeout=limit)
        await self._run_ending('ExecStopPost', limit)
        return well

    def _note_kill(self) -> None:
        self._note("State 'stop-sigterm' timed out. Killing.")
        self._enter('deactivating', 'stop-sigkill')

    async def _run_ending(self, key: str, limit: float) -> None:
        for line in self._unit.commands(key):
            with contextlib.suppress(Failed):
                process, _ = self._begin(line)
                await asyncio.wait([process.ended], timeout=limit)

    def _specifiers(self) -> dict[str, str]:
        name = self._unit.name
        own = {'n': name, 'N': name.removesuffix('.service'), 'd': str(credentials.folder(name))}
        return {'%': '%', 't': '/run', 'S': '/var/lib', **own}
