"""iplz tells each client the address it comes from.

`app` is an ASGI application: `uvicorn iplz:app` serves it.
"""

# Yours: the application.
import falcon
import falcon.asgi


class ClientAddress:
    """The address at the other end of the connection, as text.

    That is the peer of the TCP connection: behind a proxy, the proxy's address.
    Forwarding headers are not read, because any client can write them.
    """

    async def on_get(self, request: falcon.asgi.Request, response: falcon.asgi.Response) -> None:
        response.content_type = falcon.MEDIA_TEXT
        response.text = f"{request.remote_addr}\n"


def make_app() -> falcon.asgi.App:
    """The application with its one route, `GET /`; Falcon answers 404 and 405 for the rest."""
    application = falcon.asgi.App()
    application.add_route("/", ClientAddress())
    return application


app = make_app()
