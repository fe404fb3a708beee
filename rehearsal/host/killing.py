"""Ends the processes of a service by its KillMode=."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable

import processes
from processes import Process


async def end(
    invocation: str, main: Process | None, mode: str, limit: float, on_timeout: Callable[[], None]
) -> bool:
    """SIGTERM, and SIGKILL to what is left `limit` seconds later; false if it came to that.

    `control-group`: every process gets both signals. `mixed`: the main process SIGTERM, the others SIGKILL
    once it is gone. `process`: the main process alone, the others live on.
    """
    everything = set_of(invocation)
    chosen = {
        'control-group': everything,
        'mixed': alone(main) if main else everything,
        'process': alone(main),
    }[mode]
    if await _signal(chosen, signal.SIGTERM, limit):
        if mode == 'mixed':
            await _signal(everything, signal.SIGKILL, limit)
        return True
    on_timeout()
    await _signal(alone(main) if mode == 'process' else everything, signal.SIGKILL, limit)
    return False


Chosen = Callable[[], set[int]]


def set_of(invocation: str) -> Chosen:
    return lambda: processes.of_invocation(invocation)


def alone(main: Process | None) -> Chosen:
    return lambda: {main.pid} if main and not main.ended.done() else set()


async def _signal(chosen: Chosen, number: signal.Signals, limit: float) -> bool:
    """Signal each chosen process once, those that they start meanwhile too; true when none is left."""
    deadline = time.monotonic() + limit
    pause = 0.002
    signalled: set[int] = set()
    while left := chosen():
        for pid in left - signalled:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        signalled |= left
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(pause)
        pause = min(0.05, pause * 2)
    return True
