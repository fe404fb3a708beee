"""Serves moto's applications, extended, on a loopback port."""

from __future__ import annotations

import logging
import tempfile
import threading
from pathlib import Path

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from rehearsal.cloud.api import extend_moto
from rehearsal.cloud.site import Site


class CloudServer:
    """One emulated AWS: records in memory, bytes and hosts below a directory."""

    def __init__(self, directory: Path, port: int, boot: Path) -> None:
        objects = directory / "objects"
        objects.mkdir(parents=True, exist_ok=True)
        # moto spills objects to temporary files: keep them below the directory, too.
        tempfile.tempdir = str(objects)
        _log_to(directory / "requests.log", "werkzeug")
        _log_to(directory / "ec2.log", "rehearsal.cloud.action_log")

        self.site = Site(directory, boot)
        extend_moto(self.site)
        application = DomainDispatcherApplication(create_backend_app)
        self._server = make_server(
            "127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler
        )
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Serve in the background."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Power off every host, then stop answering."""
        self.site.hosts.close()
        self._server.shutdown()


def _log_to(path: Path, name: str) -> None:
    logger = logging.getLogger(name)
    logger.setLevel(logging.INFO)
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.addHandler(handler)
    logger.propagate = False
