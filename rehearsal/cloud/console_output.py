"""GetConsoleOutput: what the instance's host wrote to its console."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.core.types import Base64EncodedString
from moto.core.utils import utcnow

from rehearsal.cloud.base import Extension

# EC2 keeps the newest 64 KB.
_KEPT_BYTES = 64 * 1024


class ConsoleOutput(Extension):
    def get_console_output(self) -> ActionResult:
        instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
        console = self.site.hosts.console(instance.id)
        answer: dict[str, object] = {"InstanceId": instance.id, "Timestamp": utcnow()}
        if console.exists():
            answer["Output"] = Base64EncodedString.from_raw_bytes(console.read_bytes()[-_KEPT_BYTES:])
        return ActionResult(answer)
