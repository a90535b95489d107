"""Handing one message to the mail server, step by step, so that each fault is known for what it is.

Before a message is named, a fault is the server's (ServerUnavailable): no other message would fare better. After that
it is this message's or one recipient's, and the others go on. A code 4xx is deferred, a code 5xx refused (RFC 5321).
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from monitor.alerts.attempt import ACCEPTED, DEFERRED, REFUSED, Attempt, ServerUnavailable
from monitor.alerts.secrets import without
from monitor.settings import Mail

# The longest that one message may take, as a multiple of [mail] timeout_seconds: a server that sends a byte now and
# then never runs into the timeout of a single answer.
WHOLE_MESSAGE = 6
TOO_LARGE = 552
SECONDS_TO_PART = 2

Step = Callable[[str], None]


def deliver(
    mail: Mail, password: str | None, message: bytes, recipients: Sequence[str], on_step: Step = lambda step: None
) -> dict[str, Attempt]:
    """Hand the message over; what came of it for each recipient.

    Raises ServerUnavailable where the server could not be reached, does not speak TLS as it must, or refuses the login.
    """
    with _connected(mail, password, on_step) as server:
        return {
            recipient: Attempt(attempt.outcome, without(attempt.detail, password), attempt.is_passing)
            for recipient, attempt in _handed_over(server, mail.sender, message, recipients, on_step).items()
        }


def greet(mail: Mail, password: str | None, on_step: Step = lambda step: None) -> None:
    """Connect and log in, without sending. Raises ServerUnavailable."""
    with _connected(mail, password, on_step):
        pass


@contextmanager
def _connected(mail: Mail, password: str | None, on_step: Step) -> Iterator[smtplib.SMTP]:
    """A server that has said hello, over TLS where that is asked for, and taken the login."""
    place = f"{mail.host} port {mail.port}"
    with _faults_of_the_server(place, password):
        server = _not_yet_connected(mail)
    with _for_so_long(server, mail.timeout_seconds * WHOLE_MESSAGE):
        try:
            with _faults_of_the_server(place, password):
                on_step(f"connecting to {place}")
                server.connect(mail.host, mail.port)
                on_step("the server answered")
                server.ehlo_or_helo_if_needed()
                if mail.security == "starttls":
                    server.starttls(context=_trusted(mail))
                    server.ehlo()
                if mail.security != "none":
                    on_step("the line is encrypted, and the server's certificate is good")
                if mail.username and password:
                    server.login(mail.username, password)
                    on_step(f"logged in as {mail.username}")
            yield server
        finally:
            _part(server)


def _not_yet_connected(mail: Mail) -> smtplib.SMTP:
    # Named, because smtplib asks the name service for it otherwise, which may take minutes on a closed network.
    options = {"timeout": mail.timeout_seconds, "local_hostname": socket.gethostname()}
    if mail.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(context=_trusted(mail), **options)
    else:
        server = smtplib.SMTP(**options)
    server._host = mail.host  # what the certificate must name; smtplib sets it only where it connects at once
    return server


def _trusted(mail: Mail) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=mail.ca_file)


def _handed_over(
    server: smtplib.SMTP, sender: str, message: bytes, recipients: Sequence[str], on_step: Step
) -> dict[str, Attempt]:
    """The dialogue of one message. Whatever happens, there is an answer for each recipient."""
    attempts: dict[str, Attempt] = {}
    stage = "naming the sender"
    try:
        code, said = server.mail(sender, [f"size={len(message)}"] if server.has_extn("size") else [])
        if code != 250:
            # A sender that is not allowed is a setting to be mended, after which every message goes; a size is not.
            attempt = _answer(code, said) if code == TOO_LARGE else Attempt(DEFERRED, _words(code, said), code < 500)
            return dict.fromkeys(recipients, attempt)
        on_step(f"the server takes mail from {sender}")
        stage = "naming the recipients"
        for recipient in recipients:
            code, said = server.rcpt(recipient)
            if code in (250, 251):
                on_step(f"the server takes mail for {recipient}")
            else:
                attempts[recipient] = _answer(code, said)
        taken = [recipient for recipient in recipients if recipient not in attempts]
        if taken:
            stage = "handing the message over"
            accepted = _with_data(server, message)
            attempts |= dict.fromkeys(taken, accepted)
            if accepted.outcome == ACCEPTED:
                on_step(f"the server accepted the message: {accepted.detail}")
    except (OSError, smtplib.SMTPException) as error:
        lost = f"connection lost while {stage}: {_fault(error)}"
        if stage == "handing the message over":
            lost += "; it may have arrived, and a second copy has the same Message-ID"
        attempts |= {one: Attempt(DEFERRED, lost, not _is_silence(error)) for one in recipients if one not in attempts}
    return attempts


def _with_data(server: smtplib.SMTP, message: bytes) -> Attempt:
    try:
        code, said = server.data(message)
    except smtplib.SMTPDataError as error:
        code, said = error.smtp_code, error.smtp_error
    return Attempt(ACCEPTED, _words(code, said)) if code == 250 else _answer(code, said)


def _answer(code: int, said: bytes | str) -> Attempt:
    if 500 <= code < 600:
        return Attempt(REFUSED, _words(code, said))
    return Attempt(DEFERRED, _words(code, said), is_passing=True)


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {text}".split())[:300]


@contextmanager
def _faults_of_the_server(place: str, password: str | None) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        words = without(_words(error.smtp_code, error.smtp_error), password)
        raise ServerUnavailable(f"{place}: the login was refused: {words}") from None  # the cause holds the dialogue
    except smtplib.SMTPNotSupportedError as error:
        raise ServerUnavailable(f"{place}: {error}; nothing was sent in plain text") from error
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or str(error)
        raise ServerUnavailable(f"{place}: no trusted encryption (TLS): {reason}") from error
    except smtplib.SMTPResponseException as error:
        words = without(_words(error.smtp_code, error.smtp_error), password)
        raise ServerUnavailable(f"{place}: {words}", is_passing=error.smtp_code < 500) from error
    except (OSError, smtplib.SMTPException) as error:
        is_dropped = isinstance(error, ConnectionError | smtplib.SMTPServerDisconnected) and not _is_silence(error)
        raise ServerUnavailable(f"{place}: {_fault(error)}", is_dropped) from error


def _is_silence(error: BaseException) -> bool:
    """Whether no answer came in time; smtplib tells of it as a connection that was closed."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _fault(error: Exception) -> str:
    if _is_silence(error):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


@contextmanager
def _for_so_long(server: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Close the line after so many seconds, whatever it is doing."""
    alarm = threading.Timer(seconds, _hang_up, [server])
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


def _hang_up(server: smtplib.SMTP) -> None:
    line = server.sock
    if line is not None:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is closed already


def _part(server: smtplib.SMTP) -> None:
    """Say goodbye. What was accepted stays accepted, whether or not the server answers."""
    if server.sock is None:
        return
    server.sock.settimeout(SECONDS_TO_PART)
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
