"""Whether and how often systemd would start a service again."""

import time
from collections import deque

from unit_file import Unit

# Which results bring a service back, by Restart=.
RESTARTS = {
    'no': (),
    'always': ('success', 'exit-code', 'signal', 'timeout', 'resources'),
    'on-success': ('success',),
    'on-failure': ('exit-code', 'signal', 'timeout', 'resources'),
    'on-abnormal': ('signal', 'timeout'),
    'on-abort': ('signal',),
}


def restarts_after(unit: Unit, result: str) -> bool:
    return result in RESTARTS[unit.one('Restart', 'no')]


class StartLimit:
    """At most StartLimitBurst= (5) starts within StartLimitIntervalSec= (10 seconds)."""

    def __init__(self) -> None:
        self._starts: deque[float] = deque()

    def allows(self, unit: Unit) -> bool:
        """Ask before each start; a start that is allowed counts."""
        interval = unit.seconds('StartLimitIntervalSec', 10, unit.unit)
        now = time.monotonic()
        while self._starts and self._starts[0] < now - interval:
            self._starts.popleft()
        if interval > 0 and len(self._starts) >= int(unit.one('StartLimitBurst', '5', unit.unit)):
            return False
        self._starts.append(now)
        return True

    def forget(self) -> None:
        self._starts.clear()
