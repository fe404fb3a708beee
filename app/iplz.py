"""iplz returns to each client the address it comes from.

`app` is an ASGI application: `uvicorn iplz:app` serves it.
"""

import os
from pathlib import Path

import falcon
import falcon.asgi


def read_greeting() -> str:
    """The credential `greeting` that systemd gives the service (LoadCredential=); empty without one."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    file = Path(folder, "greeting") if folder else None
    return file.read_text("utf-8").strip() if file and file.exists() else ""


class ClientAddress:
    """The address at the other end of the connection, as text; the greeting, if there is one, below it.

    That is the peer of the TCP connection: behind a proxy, the proxy's address.
    Forwarding headers are not read, because any client can write them.
    """

    def __init__(self, greeting: str) -> None:
        self._greeting = greeting

    async def on_get(self, request: falcon.asgi.Request, response: falcon.asgi.Response) -> None:
        response.content_type = falcon.MEDIA_TEXT
        response.text = f"{request.remote_addr}\n"
        if self._greeting:
            response.text += f"{self._greeting}\n"


def make_app() -> falcon.asgi.App:
    """The application with its one route, `GET /`; Falcon answers 404 and 405 for the rest."""
    application = falcon.asgi.App()
    application.add_route("/", ClientAddress(read_greeting()))
    return application


app = make_app()
