"""Handing one message to the mail server, step by step, so that each fault is known for what it is.

Before a message is named, a fault is the server's (ServerUnavailable): no other message would fare better. After that
it is this message's or one recipient's, and the others go on. A code 4xx is deferred, a code 5xx refused (RFC 5321).
"""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from monitor.alerts.attempt import ACCEPTED, DEFERRED, REFUSED, Attempt, ServerUnavailable
from monitor.alerts.secrets import without
from monitor.config.settings import Mail
from monitor.core.text import on_one_line

# The longest that one message may take, as a multiple of [mail] timeout_seconds: a server that sends a byte now and
# then never runs into the timeout of a single answer.
WHOLE_MESSAGE = 6
TOO_LARGE = 552
HANDING_OVER = "handing the message over"
SECONDS_TO_PART = 2
SECONDS_BETWEEN_HANG_UPS = 1
LONGEST_ANSWER = 300

Step = Callable[[str], None]


@dataclass
class _Line:
    """A line to the server. seconds: how long it may be in use; is_overdue: it was closed because that was over."""

    server: smtplib.SMTP
    place: str
    seconds: float
    password: str | None
    is_overdue: bool = False

    def quoted(self, text: str) -> str:
        """What the server said, as it may be shown and kept: on one line, not too long, without the password."""
        return on_one_line(" ".join(without(text, self.password).split()))[:LONGEST_ANSWER]

    def is_slow(self, error: BaseException) -> bool:
        """Whether no answer came in time; smtplib tells of it as a connection that was closed."""
        return self.is_overdue or isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)

    def in_time(self, answer: tuple[int, bytes | str]) -> tuple[int, bytes | str]:
        """An answer, or TimeoutError: what had come of one when the line was closed is not to be taken for it."""
        if self.is_overdue:
            raise TimeoutError
        return answer

    def fault(self, error: Exception) -> str:
        """What happened, in words."""
        if self.is_overdue:
            return f"it took longer than {self.seconds:g} seconds"
        if self.is_slow(error):
            return "no answer in time"
        if isinstance(error, OSError) and error.strerror:
            return error.strerror
        return self.quoted(str(error)) or type(error).__name__


def deliver(
    mail: Mail, password: str | None, message: bytes, recipients: Sequence[str], on_step: Step = lambda step: None
) -> dict[str, Attempt]:
    """Hand the message over; what came of it for each recipient.

    Raises ServerUnavailable where the server could not be reached, does not speak TLS as it must, or refuses the login.
    """
    with _connected(mail, password, on_step) as line:
        return _handed_over(line, mail.sender, message, recipients, on_step)


def greet(mail: Mail, password: str | None, on_step: Step = lambda step: None) -> None:
    """Connect and log in, without sending. Raises ServerUnavailable."""
    with _connected(mail, password, on_step):
        pass


@contextmanager
def _connected(mail: Mail, password: str | None, on_step: Step) -> Iterator[_Line]:
    """A line to a server that has said hello, over TLS where that is asked for, and taken the login."""
    server = _not_yet_connected(mail)
    line = _Line(server, f"{mail.host} port {mail.port}", mail.timeout_seconds * WHOLE_MESSAGE, password)
    with _for_so_long(line):
        try:
            with _faults_of_the_server(line):
                _say_hello(line, mail, on_step)
            yield line
        finally:
            _part(server)


def _say_hello(line: _Line, mail: Mail, on_step: Step) -> None:
    server = line.server
    on_step(f"connecting to {line.place}")
    code, said = line.in_time(server.connect(mail.host, mail.port))
    if code != 220:
        raise smtplib.SMTPConnectError(code, said)
    on_step("the server answered")
    server.ehlo_or_helo_if_needed()
    if mail.security == "starttls":
        server.starttls(context=_trusted(mail))
        server.ehlo()
    if mail.security != "none":
        on_step("the line is encrypted, and the server's certificate is good")
    if mail.username and line.password:
        _log_in(server, mail.username, line.password)
        on_step(f"logged in as {mail.username}")


def _log_in(server: smtplib.SMTP, username: str, password: str) -> None:
    if (username + password).isascii():
        server.login(username, password)
        return
    # smtplib writes ASCII only. Of the ways to log in, PLAIN is the one that is UTF-8 by its standard (RFC 4616).
    if "PLAIN" not in server.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError("The server offers no login that takes letters beyond ASCII")
    code, said = server.docmd("AUTH", "PLAIN " + base64.b64encode(f"\0{username}\0{password}".encode()).decode())
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _not_yet_connected(mail: Mail) -> smtplib.SMTP:
    # Named, because smtplib asks the name service for it otherwise, which may take minutes on a closed network.
    own_name = socket.gethostname()
    options: dict[str, Any] = {
        "timeout": mail.timeout_seconds,
        "local_hostname": own_name if own_name.isascii() else "localhost",
    }
    if mail.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(context=_trusted(mail), **options)
    else:
        server = smtplib.SMTP(**options)
    # What the certificate must name; smtplib sets it only where it connects at once, and has no public name for it.
    server._host = mail.host  # type: ignore[attr-defined]
    return server


def _trusted(mail: Mail) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=mail.ca_file)
    except OSError as error:
        raise ServerUnavailable(f"[mail] ca_file {mail.ca_file} cannot be used: {error.strerror}") from error


def _handed_over(
    line: _Line, sender: str, message: bytes, recipients: Sequence[str], on_step: Step
) -> dict[str, Attempt]:
    """The dialogue of one message. Whatever happens, there is an answer for each recipient."""
    server = line.server
    attempts: dict[str, Attempt] = {}
    stage = "naming the sender"
    try:
        code, said = line.in_time(server.mail(sender, [f"size={len(message)}"] if server.has_extn("size") else []))
        if code != 250:
            # A sender that is not allowed is a setting to be mended, after which every message goes; a size is not.
            is_too_large = code == TOO_LARGE
            attempt = _answer(line, code, said) if is_too_large else _deferred(line, code, said, is_passing=code < 500)
            return dict.fromkeys(recipients, attempt)
        on_step(f"the server takes mail from {sender}")
        stage = "naming the recipients"
        for recipient in recipients:
            code, said = line.in_time(server.rcpt(recipient))
            if code in (250, 251):
                on_step(f"the server takes mail for {recipient}")
            else:
                attempts[recipient] = _answer(line, code, said)
        taken = [recipient for recipient in recipients if recipient not in attempts]
        if taken:
            stage = HANDING_OVER
            accepted = _with_data(line, message)
            attempts |= dict.fromkeys(taken, accepted)
            if accepted.outcome == ACCEPTED:
                on_step(f"the server accepted the message: {accepted.detail}")
    except (OSError, smtplib.SMTPException) as error:
        lost = _lost(line, stage, error)
        attempts |= {recipient: lost for recipient in recipients if recipient not in attempts}
    return attempts


def _lost(line: _Line, stage: str, error: Exception) -> Attempt:
    """A connection that ended before its time. What may have arrived is not sent again within the same run."""
    words = f"connection lost while {stage}: {line.fault(error)}"
    if stage == HANDING_OVER:
        return Attempt(DEFERRED, f"{words}; it may have arrived, and a second copy has the same Message-ID")
    return Attempt(DEFERRED, words, is_passing=not line.is_slow(error))


def _with_data(line: _Line, message: bytes) -> Attempt:
    try:
        code, said = line.in_time(line.server.data(message))
    except smtplib.SMTPDataError as error:
        code, said = line.in_time((error.smtp_code, error.smtp_error))
    return Attempt(ACCEPTED, line.quoted(_words(code, said))) if code == 250 else _answer(line, code, said)


def _answer(line: _Line, code: int, said: bytes | str) -> Attempt:
    if 500 <= code < 600:
        return Attempt(REFUSED, line.quoted(_words(code, said)))
    return _deferred(line, code, said, is_passing=True)


def _deferred(line: _Line, code: int, said: bytes | str, is_passing: bool) -> Attempt:
    return Attempt(DEFERRED, line.quoted(_words(code, said)), is_passing)


def _words(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"


@contextmanager
def _faults_of_the_server(line: _Line) -> Iterator[None]:
    """Raise ServerUnavailable, which says what is wrong."""
    try:
        yield
    except (OSError, smtplib.SMTPException) as error:
        said, is_passing = _unavailable(line, error)
        raise ServerUnavailable(f"{line.place}: {said}", is_passing) from None  # the cause may hold the password
    except UnicodeError:
        raise ServerUnavailable(f"{line.place}: [mail] host is not the name of a server") from None


def _unavailable(line: _Line, error: Exception) -> tuple[str, bool]:
    """Why nothing can be handed over, and whether that may pass within seconds."""
    if line.is_slow(error):
        return line.fault(error), False
    if isinstance(error, smtplib.SMTPResponseException):
        is_login = isinstance(error, smtplib.SMTPAuthenticationError)
        words = line.quoted(_words(error.smtp_code, error.smtp_error))
        return ("the login was refused: " if is_login else "") + words, error.smtp_code < 500
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"{str(error).rstrip('.')}; nothing was sent in plain text", False
    if isinstance(error, ssl.SSLError):
        reason = getattr(error, "verify_message", "") or error.reason or str(error)
        return f"no trusted encryption (TLS): {reason}", False
    return line.fault(error), isinstance(error, ConnectionError | smtplib.SMTPServerDisconnected)


@contextmanager
def _for_so_long(line: _Line) -> Iterator[None]:
    """Close the line after its seconds, whatever it is doing."""
    is_done = threading.Event()
    threading.Thread(target=_hang_up_when_overdue, args=(line, is_done), daemon=True).start()
    try:
        yield
    finally:
        is_done.set()


def _hang_up_when_overdue(line: _Line, is_done: threading.Event) -> None:
    seconds = line.seconds
    while not is_done.wait(seconds):
        line.is_overdue = True
        _hang_up(line.server)
        seconds = SECONDS_BETWEEN_HANG_UPS  # once may miss it: there is no socket to close while TLS begins


def _hang_up(server: smtplib.SMTP) -> None:
    line = server.sock
    if line is not None:
        try:
            # Not the method of a TLS socket: after it, what is still being written would leave in plain text.
            socket.socket.shutdown(line, socket.SHUT_RDWR)
        except OSError:
            return  # it is closed already


def _part(server: smtplib.SMTP) -> None:
    """Say goodbye. What was accepted stays accepted, whether or not the server answers."""
    if server.sock is None:
        return
    try:
        server.sock.settimeout(SECONDS_TO_PART)  # raises where TLS came to nothing: the socket is gone then
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
