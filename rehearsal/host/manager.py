"""All units of a host: loads, orders, starts and stops them."""

import asyncio
import contextlib
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import unit_file
from journal import Journal
from ordering import order_of
from processes import Processes
from service import Service
from unit_file import BadUnit, Unit

UNITS = Path('/etc/systemd/system')
DEFAULT_TARGETS = ('multi-user.target', 'default.target')
# Reached before anything else starts, as far as the units of a host can tell.
EARLY_TARGETS = (
    *('network.target', 'network-online.target', 'basic.target', 'sysinit.target', 'local-fs.target'),
    *('network-pre.target', 'nss-lookup.target', 'remote-fs.target'),
)
# Services have this long to end before a reboot; a real machine would wait for each one's own limit.
SHUTDOWN_LIMIT = 5.0


class NoSuchUnit(Exception):
    pass


@dataclass
class Timer:
    """A transient timer of `systemd-run --on-active=`."""

    name: str
    handle: asyncio.TimerHandle


class Manager:
    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.processes = Processes(journal)
        self.services: dict[str, Service] = {}
        self.timers: dict[str, Timer] = {}
        self.broken: dict[str, str] = {}
        self.state = 'starting'
        self.end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._tasks: set[asyncio.Future[Any]] = set()

    # Loading

    def find(self, name: str) -> Service:
        """The service of this name, read from its file on first use; NoSuchUnit or BadUnit."""
        if name in self.broken:
            raise BadUnit(self.broken[name])
        if name not in self.services:
            path = UNITS / name
            if not path.is_file():
                raise NoSuchUnit(f'Unit {name} not found.')
            try:
                unit = unit_file.read(path)
                unit.check()
            except BadUnit as error:
                self.broken[name] = str(error)
                raise
            self.add(unit)
        return self.services[name]

    def add(self, unit: Unit) -> Service:
        self.services[unit.name] = Service(
            unit, self.processes, self.journal, self.in_background, self._changed
        )
        return self.services[unit.name]

    def reload(self) -> None:
        """Read all unit files anew. What runs goes on; a unit that has lost its file can still be stopped."""
        self.broken.clear()
        for name, service in list(self.services.items()):
            if service.unit.transient:
                continue
            path = UNITS / name
            try:
                if not path.is_file():
                    raise NoSuchUnit
                unit = unit_file.read(path)
                unit.check()
                service.unit = unit
            except (NoSuchUnit, BadUnit) as error:
                if isinstance(error, BadUnit):
                    self.broken[name] = str(error)
                service.unit.path = None
                self._forget_if_idle(service)

    def _changed(self, service: Service) -> None:
        self._forget_if_idle(service)

    def _forget_if_idle(self, service: Service) -> None:
        """A unit without a file is known only as long as it runs or, unless told otherwise, has failed."""
        collect = service.unit.one('CollectMode', 'inactive', service.unit.unit) == 'inactive-or-failed'
        gone = service.state == 'inactive' or (service.state == 'failed' and collect)
        if gone and service.unit.path is None and self.services.get(service.name) is service:
            del self.services[service.name]

    def failed_names(self) -> list[str]:
        return sorted(name for name, service in self.services.items() if service.state == 'failed')

    # Starting and stopping

    async def start(self, names: list[str]) -> list[str]:
        """Start services and what they want, in the order of After= and Before=; names those that failed."""
        wanted = self._with_dependencies(names)
        jobs: dict[str, asyncio.Task[bool]] = {}

        async def job(name: str) -> bool:
            if earlier := [jobs[other] for other in order[name]]:
                await asyncio.wait(earlier)
            return await self.find(name).start()

        order = order_of([self.find(name).unit for name in wanted])
        for name in wanted:
            jobs[name] = asyncio.create_task(job(name))
        if jobs:
            await asyncio.wait(jobs.values())
        return [name for name in names if not jobs[name].result()]

    def _with_dependencies(self, names: list[str]) -> list[str]:
        wanted: list[str] = []
        queue = list(names)
        while queue:
            name = queue.pop(0)
            if name in wanted:
                continue
            unit = self.find(name).unit
            wanted.append(name)
            for other in unit.names('Wants') + unit.names('Requires'):
                with contextlib.suppress(NoSuchUnit, BadUnit):
                    if other.endswith('.service'):
                        self.find(other)
                        queue.append(other)
        return wanted

    async def start_default_target(self) -> None:
        wanted = []
        for target in DEFAULT_TARGETS:
            folder = UNITS / f'{target}.wants'
            for link in sorted(folder.iterdir()) if folder.is_dir() else []:
                if link.suffix != '.service':
                    continue
                try:
                    self.find(link.name)
                    wanted.append(link.name)
                except (NoSuchUnit, BadUnit) as error:
                    self.journal.write('init', 'systemd[1]', str(error))
        await self.start(wanted)
        if self.state == 'starting':
            self.state = 'running'

    def start_later(self, name: str, service: Unit, seconds: float) -> None:
        """Start a transient service after a time, unless its timer is stopped before."""

        def elapse() -> None:
            del self.timers[name]
            self.in_background(self.add(service).start())

        self.timers[name] = Timer(name, asyncio.get_running_loop().call_later(seconds, elapse))

    def cancel(self, timer: str) -> None:
        self.timers.pop(timer).handle.cancel()

    def in_background(self, work: Awaitable[Any]) -> asyncio.Future[Any]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Future[Any]) -> None:
        """A fault of PID 1 itself ends it, loudly, rather than leave somebody waiting."""
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not self.end.done():
            self.end.set_exception(error)

    async def shut_down(self, verdict: int) -> None:
        """Stop everything, within limits, and let PID 1 end."""
        if self.state == 'stopping':
            return
        self.state = 'stopping'
        for timer in list(self.timers):
            self.cancel(timer)
        stops = [asyncio.create_task(service.stop()) for service in self.services.values()]
        if stops:
            await asyncio.wait(stops, timeout=SHUTDOWN_LIMIT)
        self.halt(verdict)

    def halt(self, verdict: int) -> None:
        if not self.end.done():
            self.end.set_result(verdict)
