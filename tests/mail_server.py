"""A real mail server (aiosmtpd) on this machine that can be made to go wrong at any step of the dialogue."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import threading
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as MAIL
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from monitor.config.settings import Mail

NORTH, SOUTH, WEST = "north@icb.example", "south@icb.example", "west@icb.example"
OUR_ADDRESS = "returns-monitor@icb.example"
USER, PASSWORD = "returns", "Tr0ub4dor&3  at/the+gate"  # two blanks: an answer's blanks are drawn together
# The password as it is, and as logins write it.
FORMS_OF_PASSWORD = [PASSWORD, " ".join(PASSWORD.split())] + [
    base64.b64encode(said.encode()).decode()
    for said in (PASSWORD, f"\0{USER}\0{PASSWORD}", f"{USER}\0{USER}\0{PASSWORD}")
]
# Seconds to wait for an answer: where one will come, and where none will.
PATIENT, SHORT = 10, 0.3
# Steps at which a fault may stand.
GREETING, EHLO, STARTTLS, AUTH, SENDER, RECIPIENT, DATA, END, KEPT = (
    "greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "end of DATA", "kept",
)  # fmt: skip
# What the server does there, where it is not an answer such as "450 busy".
SILENT, DROPS, DRIPS = "silent", "drops", "drips"
SECONDS_BETWEEN_DRIPS = 0.05


@dataclass(frozen=True)
class Fault:
    """What the server does at a step instead of what it should; only: where the command or the message holds this."""

    at: str
    does: str
    only: str = ""


@dataclass(frozen=True)
class Received:
    """A message that the server has kept."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    login: str | None
    is_encrypted: bool

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=MAIL)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class MailServer:
    """A server that keeps what it is sent. faults may be changed at any time; () is a server in order."""

    port: int = 0
    faults: tuple[Fault, ...] = ()
    login: tuple[str, str] | None = None
    context: ssl.SSLContext | None = None
    is_tls_from_the_start: bool = False
    received: list[Received] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    size_limit: int = 33_554_432

    def fault_at(self, step: str, said: str = "") -> str | None:
        """What is to go wrong at a step; what was said there is noted."""
        self.commands.append(f"{step} {said}".strip() if step in (SENDER, RECIPIENT) else step)
        found = (fault.does for fault in self.faults if fault.at == step and fault.only.casefold() in said.casefold())
        return next(found, None)

    def copies(self) -> dict[str, list[str]]:
        """By recipient: the Message-ID of each copy kept."""
        by_recipient: dict[str, list[str]] = {}
        for one in self.received:
            for recipient in one.recipients:
                by_recipient.setdefault(recipient, []).append(one.message_id)
        return by_recipient

    def protocol(self) -> SMTP:
        has_starttls = self.context is not None and not self.is_tls_from_the_start
        return _Dialogue(
            self,
            data_size_limit=self.size_limit,
            hostname="mail.test",
            tls_context=self.context if has_starttls else None,
            require_starttls=has_starttls,
            authenticator=self.checks,
            auth_required=has_starttls and self.login is not None,
            auth_require_tls=has_starttls,
        )

    def checks(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, said: LoginPassword
    ) -> AuthResult:
        """Take the login that was agreed, and no other; an answer of ours may repeat what was said ({password})."""
        user, password = said.login.decode(), said.password.decode()
        answer = self.fault_at(AUTH)
        if answer:
            whole = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
            alone = base64.b64encode(password.encode()).decode()
            return AuthResult(
                success=False, handled=False, message=answer.format(password=password, whole=whole, alone=alone)
            )
        return AuthResult(success=(user, password) == self.login, handled=False, auth_data=said)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str | None:
        content = envelope.original_content or b""
        said = content.decode("utf-8", "replace")
        fault = self.fault_at(END, said)
        if fault not in (None, SILENT, DROPS, DRIPS):
            return fault
        if fault is None:
            login = session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else None
            is_encrypted = session.ssl is not None or self.is_tls_from_the_start
            self.received.append(
                Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, login, is_encrypted)
            )
            fault = self.fault_at(KEPT, said)
        if fault is not None:
            assert isinstance(server, _Dialogue)
            await server.goes_wrong(fault)
        return "250 2.0.0 kept"


class _Dialogue(SMTP):
    """The dialogue of aiosmtpd, with a place for a fault before each step."""

    def __init__(self, mail_server: MailServer, **options: Any) -> None:
        super().__init__(mail_server, loop=_loop(), **options)
        self.mail_server = mail_server

    async def goes_wrong(self, does: str) -> None:
        if does == SILENT:
            await asyncio.Event().wait()
        elif does == DRIPS:
            await self._drip()
        elif does == DROPS:
            abort(self)
            await asyncio.Event().wait()  # until the loss of the connection ends this dialogue
        else:
            await self.push(does.encode("latin-1"))

    async def _drip(self) -> None:
        while True:
            self._writer.write(b"2")
            await asyncio.sleep(SECONDS_BETWEEN_DRIPS)

    async def _went_wrong(self, step: str, said: str = "") -> bool:
        does = self.mail_server.fault_at(step, said)
        if does is not None:
            await self.goes_wrong(does)
        return does is not None

    async def _handle_client(self) -> None:
        if await self._went_wrong(GREETING):
            assert self.transport is not None
            self.transport.close()
            return
        await super()._handle_client()

    async def smtp_EHLO(self, hostname: str) -> None:
        if not await self._went_wrong(EHLO):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if not await self._went_wrong(STARTTLS):
            await super().smtp_STARTTLS(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not await self._went_wrong(SENDER, arg or ""):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not await self._went_wrong(RECIPIENT, arg or ""):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if not await self._went_wrong(DATA):
            await super().smtp_DATA(arg)


def abort(dialogue: SMTP) -> None:
    """Break its connection off, if it has one."""
    if isinstance(dialogue.transport, asyncio.WriteTransport):
        dialogue.transport.abort()


_running: list[asyncio.AbstractEventLoop] = []


def _loop() -> asyncio.AbstractEventLoop:
    """One loop for all servers of a test process, in a thread of its own."""
    if not _running:
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        _running.append(loop)
    return _running[0]


def _wait_for(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run_coroutine_threadsafe(work, _loop()).result(10)


@contextmanager
def serving(server: MailServer | None = None) -> Iterator[MailServer]:
    """Run a server on 127.0.0.1, on its port or else a free one, until the end of the block."""
    server = server or MailServer()
    dialogues: list[SMTP] = []

    def begun() -> SMTP:
        dialogues.append(server.protocol())
        return dialogues[-1]

    async def start() -> asyncio.AbstractServer:
        context = server.context if server.is_tls_from_the_start else None
        return await _loop().create_server(begun, "127.0.0.1", server.port, ssl=context)

    listening = _wait_for(start())
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        _wait_for(_end(listening, dialogues))


async def _end(listening: asyncio.AbstractServer, dialogues: Iterable[SMTP]) -> None:
    listening.close()
    tasks = [one._handler_coroutine for one in dialogues if one._handler_coroutine is not None]
    for one in dialogues:
        abort(one)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def mail_at(port: int, **mail: Any) -> Mail:
    """The settings [mail], of a server of plain text unless others are given."""
    plain = {"host": "127.0.0.1", "port": port, "security": "none", "timeout_seconds": PATIENT, "sender": OUR_ADDRESS}
    return Mail.model_validate({**plain, **mail})


@dataclass(frozen=True)
class Trust:
    """An authority of our own, and contexts of servers with its certificates and with others."""

    ca_file: str
    good: ssl.SSLContext
    other_name: ssl.SSLContext
    expired: ssl.SSLContext
    unknown: ssl.SSLContext

    @property
    def login(self) -> dict[str, Any]:
        """The settings of an account at a server of ours."""
        return {
            "security": "starttls", "username": USER, "password_env": "MAIL_PASSWORD", "ca_file": self.ca_file,
        }  # fmt: skip


def trust_in(folder: Path) -> Trust:
    """Make an authority, whose own certificate lies in the folder."""
    ours, others = trustme.CA(), trustme.CA()
    ca_file = folder / "ca.pem"
    ours.cert_pem.write_to_path(str(ca_file))
    over: dict[str, Any] = {
        "not_before": datetime(2020, 1, 1, tzinfo=UTC),
        "not_after": datetime(2020, 2, 1, tzinfo=UTC),
    }
    return Trust(
        str(ca_file),
        _context(ours.issue_cert("127.0.0.1")),
        _context(ours.issue_cert("mail.elsewhere.example")),
        _context(ours.issue_cert("127.0.0.1", **over)),
        _context(others.issue_cert("127.0.0.1")),
    )


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@contextmanager
def mute() -> Iterator[int]:
    """A port where connections are accepted and never a word is said."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@contextmanager
def nobody() -> Iterator[int]:
    """A port where nobody listens, and nobody else can begin to."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@dataclass
class HttpServer:
    """A server that takes what is posted to it. answers: the status of its next answers; then 200."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    posted: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def listening_to_http(context: ssl.SSLContext | None = None) -> Iterator[HttpServer]:
    """Run a web server on 127.0.0.1 that keeps what is posted: path and body."""
    kept = HttpServer()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status = kept.answers.pop(0) if kept.answers else 200
            if status == 200:
                kept.posted.append((self.path, body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        kept.port = server.server_port
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield kept
        finally:
            server.shutdown()
