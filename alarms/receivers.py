"""Where notifications arrive in a drill: a webhook and a mail server of our own."""

import asyncio
import contextlib
import email
import email.policy
import json
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(slots=True)
class Received:
    """What has arrived so far: webhook messages by path, mails as recipient, subject and text."""

    hooks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    mails: list[tuple[str, str, str]] = field(default_factory=list)


class Receivers:
    """Enter to listen; `deaf` closes the webhook for a while."""

    def __init__(self) -> None:
        self.received = Received()
        self.webhook_port = self.smtp_port = 0
        self._webhook: asyncio.Server | None = None
        self._smtp: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._webhook = await asyncio.start_server(self._take_hook, "127.0.0.1", 0)
        self._smtp = await asyncio.start_server(self._take_mail, "127.0.0.1", 0)
        self.webhook_port = self._webhook.sockets[0].getsockname()[1]
        self.smtp_port = self._smtp.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in (self._webhook, self._smtp):
            if server:
                server.close()

    @contextlib.asynccontextmanager
    async def deaf(self) -> Any:
        """Nobody answers at the webhook meanwhile."""
        assert self._webhook
        self._webhook.close()
        try:
            yield
        finally:
            self._webhook = await asyncio.start_server(self._take_hook, "127.0.0.1", self.webhook_port)

    async def _take_hook(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-l"))
            body = await reader.readexactly(length)
            self.received.hooks.append((head.split()[1], json.loads(body)))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
        writer.close()

    async def _take_mail(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """As much of RFC 5321 as Alertmanager speaks."""
        to, reply = "", b"220 drill\r\n"
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while reply:
                writer.write(reply)
                await writer.drain()
                line = (await reader.readuntil(b"\n")).decode().strip()
                word = line[:4].upper()
                reply = b"250 ok\r\n"
                if word == "RCPT":
                    to = line[line.index("<") + 1 : line.index(">")]
                elif word == "DATA":
                    writer.write(b"354 go on\r\n")
                    content = await reader.readuntil(b"\r\n.\r\n")
                    self._keep(to, content)
                elif word == "QUIT":
                    reply = b""
            writer.write(b"221 bye\r\n")
        writer.close()

    def _keep(self, to: str, content: bytes) -> None:
        message = email.message_from_bytes(content, policy=email.policy.default)
        body = message.get_body(("plain",))
        self.received.mails.append((to, str(message["Subject"]), body.get_content() if body else ""))
