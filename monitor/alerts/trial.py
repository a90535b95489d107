"""A test message on the way that real ones take, with each step said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from monitor.alerts import channels, smtp
from monitor.alerts.attempt import Attempt, ServerUnavailable
from monitor.alerts.delivery import write
from monitor.alerts.message import plain_message
from monitor.alerts.outbox import Waiting
from monitor.alerts.recipients import OUTBOX
from monitor.alerts.secrets import password_of
from monitor.config.settings import NOBODY, Mail, Settings
from monitor.core.errors import ConfigurationError

SUBJECT = "Data returns: a test message"
TEXT = "This is a test of the returns monitor. If you can read it, alerts will reach you. Nothing to do.\n"

Say = Callable[[str], None]


def send_trial(
    settings: Settings, outbox: Path, environ: Mapping[str, str], to: Sequence[str], now: datetime, say: Say
) -> bool:
    """Send a test message by mail (or to outbox/) and to every channel; True where all of it was delivered."""
    delivered = [_by_mail(settings.mail, outbox, environ, to, now, say)]
    for channel in settings.channel:
        say(f"telling channel {channel.name}")
        attempts = _tried(lambda: {channel.name: channels.notify(channel, environ, SUBJECT, TEXT)}, say)  # noqa: B023
        delivered.append(_say_what_came(attempts, say))
    return all(delivered)


def _by_mail(
    mail: Mail | None, outbox: Path, environ: Mapping[str, str], to: Sequence[str], now: datetime, say: Say
) -> bool:
    sender = mail.sender if mail else NOBODY
    recipients = list(to) or [sender]
    named = f"test-{now:%Y%m%dT%H%M%S%f}"
    made = plain_message(SUBJECT, TEXT, named, sender, recipients, now).as_bytes()
    if mail is None or mail.host is None:
        without = "[mail]" if mail is None else "mail.host"
        say(f"monitor.toml has no {without}, so the message goes to a file")
        return _say_what_came(_tried(lambda: {OUTBOX: write(Waiting(named, made, now, (OUTBOX,)), outbox)}, say), say)
    return _say_what_came(
        _tried(lambda: smtp.deliver(mail, password_of(mail, environ), made, recipients, say), say), say
    )


def _tried(deliver: Callable[[], Mapping[str, Attempt]], say: Say) -> Mapping[str, Attempt]:
    try:
        return deliver()
    except ServerUnavailable as fault:
        say(f"not delivered: {fault.detail}")
    except ConfigurationError as mistake:
        say(f"not delivered: {mistake.message}")
    return {}


def _say_what_came(attempts: Mapping[str, Attempt], say: Say) -> bool:
    for recipient, attempt in attempts.items():
        say(f"{recipient}: {attempt.outcome}{f' ({attempt.detail})' if attempt.detail else ''}")
    return bool(attempts) and all(attempt.is_delivered for attempt in attempts.values())
