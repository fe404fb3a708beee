"""One service: starts, restarts and stops as systemd would have it."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

from invocation import Invocation
from journal import Journal
from processes import Processes
from restart_policy import StartLimit, restarts_after
from unit_file import Unit


class Service:
    def __init__(
        self,
        unit: Unit,
        running: Processes,
        journal: Journal,
        in_background: Callable[[Awaitable[Any]], asyncio.Future[Any]],
        changed: Callable[['Service'], None],
    ) -> None:
        self.unit = unit
        # Descriptors for input, output and errors, in place of nothing and the journal.
        self.files: list[int] | None = None
        self.state, self.substate, self.result = 'inactive', 'dead', 'success'
        self.restarts, self.since = 0, 0.0
        self._running, self._journal, self._changed = running, journal, changed
        self._in_background = in_background
        self.invocation = self._invoke()
        self._limit = StartLimit()
        self._life: asyncio.Future[None] | None = None
        self._started: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    @property
    def name(self) -> str:
        return self.unit.name

    async def start(self) -> bool:
        """Start unless it runs; true once it is up (for a oneshot: once it is done), false if it failed."""
        if self.invocation.stop.is_set():
            await self.ended()
        if self._life is None:
            self.restarts = 0
            self._started = asyncio.get_running_loop().create_future()
            self._life = self._in_background(self._live())
        return await asyncio.shield(self._started)

    async def stop(self) -> None:
        """Stop it, and return once none of its processes is left."""
        self.invocation.stop.set()
        await self.ended()

    async def ended(self) -> None:
        """Return once it has stopped for good, for whatever reason."""
        if self._life is not None:
            await asyncio.wait([self._life])

    def reset(self) -> None:
        self._limit.forget()
        if self.state == 'failed':
            self._enter('inactive', 'dead')

    def _invoke(self) -> Invocation:
        return Invocation(self.unit, self._running, self.files, self._enter, self._note)

    def _enter(self, state: str, substate: str) -> None:
        if state != self.state:
            self.since = time.time()
        self.state, self.substate = state, substate
        if state == 'active':
            self._tell(True)
        self._changed(self)

    def _note(self, text: str) -> None:
        self._journal.write(self.name, 'systemd[1]', f'{self.name}: {text}')

    def _tell(self, well: bool) -> None:
        if not self._started.done():
            self._started.set_result(well)

    async def _live(self) -> None:
        """From a start to the end that no restart follows."""
        self.result = 'start-limit-hit'
        while self._limit.allows(self.unit):
            self.invocation = self._invoke()
            self.result = await self.invocation.run()
            if self.invocation.stop.is_set() or not restarts_after(self.unit, self.result):
                break
            self._enter('activating', 'auto-restart')
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.invocation.stop.wait(), self.unit.seconds('RestartSec', 0.1))
                self.result = 'success'
                break
            self.restarts += 1
            self._note(f'Scheduled restart job, restart counter is at {self.restarts}.')
            self.result = 'start-limit-hit'
        self._life = None
        well = self.result == 'success'
        self._note('Deactivated successfully.' if well else f"Failed with result '{self.result}'.")
        self._enter(*(('inactive', 'dead') if well else ('failed', 'failed')))
        self._tell(well)
