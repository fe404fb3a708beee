"""Logs each EC2 action with what came of it: what was refused tells why Terraform failed.

With it goes which attempt of the client's it was: what was done before is refused when it is tried again.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from rehearsal.cloud.base import Extension

_log = logging.getLogger(__name__)
_CODE = re.compile(r"<Code>(.*?)</Code>")


class ActionLog(Extension):
    def call_action(self) -> Any:
        action = f"{self._get_action()} ({self.headers.get('amz-sdk-request', 'no attempt given')})"
        try:
            response = super().call_action()
        except Exception as error:
            _log.exception("%s: not answered: %r", action, error)
            raise
        status, _, body = response
        if status < 400:
            _log.info("%s: done", action)
        else:
            code = _CODE.search(body if isinstance(body, str) else body.decode())
            _log.warning("%s: refused: %s", action, code and code[1])
        return response
