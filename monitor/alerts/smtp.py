"""Handing one message to the mail server by smtplib's sendmail, so that each fault is known for what it is.

Before a message is named, a fault is the server's (ServerUnavailable): no other message would fare better. After that
it is this message's or one recipient's, and the others go on. A code 4xx is deferred, a code 5xx refused (RFC 5321).
"""

from __future__ import annotations

import base64
import errno
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import BufferedReader, RawIOBase
from typing import Any

from monitor.alerts.attempt import ACCEPTED, DEFERRED, MAY_HAVE_ARRIVED, REFUSED, Attempt, ServerUnavailable
from monitor.alerts.secrets import without
from monitor.config.settings import Mail
from monitor.core.text import on_one_line

WHOLE_CONVERSATION = 6  # times [mail] timeout_seconds, at most
SECONDS_TO_PART = 2
LONGEST_ANSWER = 300
TOO_LARGE = 552
HANDING_OVER = "handing the message over"
STAGES = {
    "ehlo": "saying hello", "starttls": "asking for encryption", "auth": "logging in",
    "mail": "naming the sender", "rcpt": "naming the recipients", "data": HANDING_OVER,
}  # fmt: skip

Step = Callable[[str], None]
Reply = tuple[int, bytes | str]


class _Conversation(smtplib.SMTP):
    """A conversation with a deadline. stage: how far it came; last: the newest reply, which sendmail does not give.

    A socket waits its timeout anew for each byte, so that a server which sends one now and then would hold a run up for
    ever. Hence the clock is looked at before each piece that is read; a piece takes timeout_seconds at most. A timer
    that hangs up from another thread would be less sure: smtplib takes half a reply for a whole one, and while TLS
    begins there is no socket to close. Writing needs no such care: a line has room again only for a good part of what
    it holds at once, so that a server which reads too slowly runs into the timeout.
    """

    def __init__(self, mail: Mail, on_step: Step, **options: Any) -> None:
        self.seconds = WHOLE_CONVERSATION * mail.timeout_seconds
        self.deadline = time.monotonic() + self.seconds
        self.on_step, self.stage, self.last = on_step, "", (0, b"")
        # Named, because smtplib asks the name service for it otherwise, which may take minutes on a closed network.
        own_name = socket.gethostname()
        options["local_hostname"] = own_name if own_name.isascii() else "localhost"
        super().__init__(mail.host or "", mail.port, timeout=mail.timeout_seconds, **options)

    def putcmd(self, cmd: str, args: str = "") -> None:
        stage = STAGES.get(cmd.lower(), self.stage)
        if stage != self.stage:
            self.stage = stage
            self.on_step(stage)
        super().putcmd(cmd, args)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = BufferedReader(_Heard(self, self.sock))
        self.last = super().getreply()
        return self.last

    def __exit__(self, *_: object) -> None:
        """Say goodbye. What was accepted stays accepted, whether or not the server answers."""
        self.deadline = time.monotonic() + SECONDS_TO_PART
        with suppress(OSError):
            if self.sock is not None:
                self.sock.settimeout(min(self.timeout, SECONDS_TO_PART))
            self.quit()
        self.close()


class _TlsConversation(_Conversation, smtplib.SMTP_SSL):
    """The same, over TLS from the start."""


class _Heard(RawIOBase):
    """What comes from the server, until its deadline."""

    def __init__(self, server: _Conversation, line: socket.socket) -> None:
        self.server, self.line = server, line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if time.monotonic() > self.server.deadline:
            raise TimeoutError(errno.ETIMEDOUT, f"it took longer than {self.server.seconds:g} seconds")
        return self.line.recv_into(buffer)


def deliver(
    mail: Mail, password: str | None, message: bytes, recipients: Sequence[str], on_step: Step = lambda step: None
) -> dict[str, Attempt]:
    """Hand the message over; what came of it for each recipient, whatever happens.

    Raises ServerUnavailable where the server could not be reached, does not speak TLS as it must, or refuses the login.
    """
    refused: dict[str, tuple[int, bytes]] = {}
    with _logged_in(mail, password, on_step) as server:
        try:
            refused = server.sendmail(mail.sender, list(dict.fromkeys(recipients)), message)
            others = Attempt(ACCEPTED, _sender(server.last, password))
        except smtplib.SMTPSenderRefused as error:
            others = _not_taken((error.smtp_code, error.smtp_error), password)
            if error.smtp_code != TOO_LARGE:  # a setting to be corrected, after which every message is sent
                others = replace(others, outcome=DEFERRED)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
            others = _not_taken(list(refused.values())[-1], password)  # 421: the server hangs up, on the others too
        except smtplib.SMTPDataError as error:
            others = _not_taken((error.smtp_code, error.smtp_error), password)
        except OSError as error:  # which smtplib's are too
            others = _lost(server.stage, error, password)
    return dict.fromkeys(recipients, others) | {to: _not_taken(reply, password) for to, reply in refused.items()}


def greet(mail: Mail, password: str | None) -> None:
    """Connect and log in, without sending. Raises ServerUnavailable."""
    with _logged_in(mail, password, lambda step: None):
        pass


@contextmanager
def _logged_in(mail: Mail, password: str | None, on_step: Step) -> Iterator[_Conversation]:
    """A server that has said hello, over TLS where that is asked for, and taken the login."""
    place = f"{mail.host} port {mail.port}"
    on_step(f"connecting to {place}")
    context = None if mail.security == "none" else _trusted(mail.ca_file)
    kind, options = (_TlsConversation, {"context": context}) if mail.security == "tls" else (_Conversation, {})
    try:
        with kind(mail, on_step, **options) as server:
            if mail.security == "starttls":
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if mail.username and password:
                _log_in(server, mail.username, password)
            yield server
    except OSError as error:
        said, is_passing = _fault(error, password)
        raise ServerUnavailable(f"{place}: {said}", is_passing) from None  # the cause may hold the password
    except UnicodeError:
        raise ServerUnavailable(f"{place}: [mail] host is not the name of a server") from None


def _trusted(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise ServerUnavailable(f"[mail] ca_file {ca_file} cannot be used: {error.strerror}") from error


def _log_in(server: smtplib.SMTP, username: str, password: str) -> None:
    if (username + password).isascii():
        server.login(username, password)
        return
    # smtplib writes ASCII only. Of the ways to log in, PLAIN is the one that is UTF-8 by its standard (RFC 4616).
    code, said = server.docmd("AUTH", "PLAIN " + base64.b64encode(f"\0{username}\0{password}".encode()).decode())
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _not_taken(reply: Reply, password: str | None) -> Attempt:
    """What a reply means for a message or a recipient that the server does not take."""
    is_for_good = 500 <= reply[0] < 600
    return Attempt(REFUSED if is_for_good else DEFERRED, _sender(reply, password), is_passing=not is_for_good)


def _lost(stage: str, error: OSError, password: str | None) -> Attempt:
    """A conversation that ended before its time. What may have arrived is not sent again within the same run."""
    fault, is_passing = _fault(error, password)
    words = f"connection lost while {stage}: {fault}"
    if stage == HANDING_OVER:
        return Attempt(DEFERRED, f"{words}; {MAY_HAVE_ARRIVED}, and a second copy has the same Message-ID")
    return Attempt(DEFERRED, words, is_passing)


def _fault(error: OSError, password: str | None) -> tuple[str, bool]:
    """What is wrong with the server or the line to it, and whether that may pass within seconds."""
    slow = error if isinstance(error, TimeoutError) else error.__context__
    if isinstance(slow, TimeoutError):  # smtplib reports it as a connection that was closed
        return slow.strerror or "no answer in time", False
    if isinstance(error, smtplib.SMTPResponseException):
        said = _sender((error.smtp_code, error.smtp_error), password)
        is_login = isinstance(error, smtplib.SMTPAuthenticationError)
        return "the login was refused: " * is_login + said, error.smtp_code < 500
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"{str(error).rstrip('.')}; nothing was sent in plain text", False
    if isinstance(error, ssl.SSLError):
        return f"no trusted encryption (TLS): {getattr(error, 'verify_message', '') or error.reason or error}", False
    is_passing = isinstance(error, ConnectionError | smtplib.SMTPServerDisconnected)
    return error.strerror or _quoted(str(error), password), is_passing


def _sender(reply: Reply, password: str | None) -> str:
    code, words = reply
    return _quoted(f"{code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}", password)


def _quoted(text: str, password: str | None) -> str:
    """What the server said, as it may be shown and kept: on one line, not too long, without the password."""
    return on_one_line(" ".join(without(text, password).split()))[:LONGEST_ANSWER]
