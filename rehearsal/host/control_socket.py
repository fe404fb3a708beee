"""PID 1's ear: takes command lines from the programs in bin/ and answers them."""

import asyncio
import contextlib
import os
import socket
import sys
from pathlib import Path

import journalctl
import systemctl
import systemd_run
from manager import Manager
from request import Answer, Request, UsageError
from unit_file import BadUnit

PATH = Path('/run/systemd/private')
LONGEST_REQUEST = 1 << 20
CHUNK = 1 << 16


class ControlSocket:
    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self._loop = asyncio.get_running_loop()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.setblocking(False)
        PATH.parent.mkdir(parents=True, exist_ok=True)
        self._listener.bind(str(PATH))
        PATH.chmod(0o600)
        self._listener.listen(64)
        self._loop.add_reader(self._listener, self._accept)

    def close(self) -> None:
        self._loop.remove_reader(self._listener)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            connection, _ = self._listener.accept()
            connection.setblocking(False)
            self._loop.add_reader(connection, self._hear, connection)

    def _hear(self, connection: socket.socket) -> None:
        self._loop.remove_reader(connection)
        # The descriptors close on exec, so that no service inherits them.
        data, ancillary, _, _ = connection.recvmsg(
            LONGEST_REQUEST, socket.CMSG_SPACE(3 * 4), socket.MSG_CMSG_CLOEXEC
        )
        files = [
            int.from_bytes(payload[at : at + 4], sys.byteorder)
            for _, _, payload in ancillary
            for at in range(0, len(payload), 4)
        ]
        if not data:
            connection.close()
            return
        count, *fields = os.fsdecode(data).split('\0')
        words, rest = fields[: int(count)], fields[int(count) :]
        environment = dict(line.partition('=')[::2] for line in rest[1:])
        request = Request(Path(words[0]).name, words[1:], rest[0], environment, files)
        self._manager.in_background(self._serve(connection, request))

    async def _serve(self, connection: socket.socket, request: Request) -> None:
        try:
            answer = await self._answer(request)
            with contextlib.suppress(OSError):  # who asked is gone
                for kind, text in (('-', answer.output), ('!', answer.error)):
                    data = os.fsencode(text)
                    for at in range(0, len(data), CHUNK):
                        await self._loop.sock_sendall(connection, kind.encode() + data[at : at + CHUNK])
                await self._loop.sock_sendall(connection, f'={answer.status}'.encode())
        finally:
            connection.close()
            for fd in request.files:
                os.close(fd)

    async def _answer(self, request: Request) -> Answer:
        programs = {'systemd-run': systemd_run.answer, 'journalctl': journalctl.answer}
        try:
            return await programs.get(request.program, systemctl.answer)(self._manager, request)
        except (UsageError, BadUnit) as error:
            return Answer(1, '', f'{request.program}: {error}\n')
