"""Delivering what waits in the outbox: each message by itself, marked at once, so that none holds up another."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

import duckdb
from tenacity import Retrying, retry_if_result, stop_after_attempt, wait_chain, wait_fixed

from monitor.alerts import channels, outbox, smtp
from monitor.alerts.attempt import DEFERRED, WRITTEN, Attempt, ServerUnavailable
from monitor.alerts.outbox import Waiting
from monitor.alerts.recipients import OUTBOX, channel_of, is_channel
from monitor.alerts.secrets import password_of
from monitor.config.settings import Channel, Mail
from monitor.core.atomic_files import write_whole
from monitor.core.clock import Clock, Pause
from monitor.core.errors import ConfigurationError
from monitor.store.connection import Store

# Seconds between tries within one run, for faults that pass. What is left waits for the next run.
PAUSES = (1, 4)

DATE = re.compile(rb"^Date: [^\r\n]*", re.MULTILINE)  # the header: nothing before the headers' end begins so but it


@dataclass(frozen=True)
class Ways:
    """How messages leave: the mail server, the channels, the folder for what has neither; environ has the secrets."""

    mail: Mail | None
    channels: Sequence[Channel]
    folder: Path
    environ: Mapping[str, str]


def deliver_waiting(
    connection: Store, ways: Ways, held_back: Collection[str], clock: Clock, pause: Pause
) -> tuple[str, ...]:
    """Try to deliver what waits, but what is held back; gives the alerts that reached at least one recipient.

    A fault that passes is met by another try after a pause. Whatever is not delivered stays in the outbox.
    """
    this_run = _ThisRun(held_back)
    again = Retrying(
        stop=stop_after_attempt(len(PAUSES) + 1),
        wait=wait_chain(*map(wait_fixed, PAUSES)),
        retry=retry_if_result(bool),
        sleep=pause,
        retry_error_callback=lambda state: None,
    )
    again(_try_all, connection, ways, clock, this_run)
    return tuple(this_run.delivered)


@dataclass
class _ThisRun:
    """Which alerts are held back, which reached somebody, and which recipients wait for the next run."""

    held_back: Collection[str]
    delivered: dict[str, None] = field(default_factory=dict)
    until_next_run: set[tuple[str, str]] = field(default_factory=set)


def _try_all(connection: duckdb.DuckDBPyConnection, ways: Ways, clock: Clock, this_run: _ThisRun) -> bool:
    """Try every waiting message once. True where another try within seconds may help."""
    down: dict[str, ServerUnavailable] = {}
    is_passing = False
    for waiting in outbox.waiting(connection):
        if waiting.alert_id in this_run.held_back:
            continue
        for way, every_one in _by_way(waiting).items():
            recipients = [one for one in every_one if (waiting.alert_id, one) not in this_run.until_next_run]
            if not recipients:
                continue
            try:
                if way in down:
                    raise down[way]
                outbox.begin(connection, waiting.alert_id, recipients, clock())
                attempts = _hand_over(way, dated(waiting, clock()), recipients, ways)
            except ServerUnavailable as fault:
                down[way] = fault
                attempts = dict.fromkeys(recipients, Attempt(DEFERRED, fault.detail, fault.is_passing))
            outbox.mark(connection, waiting.alert_id, attempts.items(), clock())
            for recipient, attempt in attempts.items():
                is_passing = is_passing or attempt.is_passing
                if attempt.is_delivered:
                    this_run.delivered[waiting.alert_id] = None
                elif not attempt.is_passing:
                    this_run.until_next_run.add((waiting.alert_id, recipient))
    return is_passing


def dated(waiting: Waiting, at: datetime) -> Waiting:
    """The message with the moment of sending as its Date. Its Message-ID stays, so a second copy is known for one."""
    date_line = b"Date: " + format_datetime(at).encode()
    return replace(waiting, message=DATE.sub(date_line, waiting.message, count=1))


def _by_way(waiting: Waiting) -> dict[str, list[str]]:
    """The recipients of a message by the way that leads to them: mail, outbox, or a channel by name."""
    ways: dict[str, list[str]] = {}
    for recipient in waiting.recipients:
        way = recipient if recipient == OUTBOX or is_channel(recipient) else "mail"
        ways.setdefault(way, []).append(recipient)
    return ways


def _hand_over(way: str, waiting: Waiting, recipients: Sequence[str], ways: Ways) -> Mapping[str, Attempt]:
    if way == OUTBOX:
        return {OUTBOX: write(waiting, ways.folder)}
    if is_channel(way):
        return {way: _notify(channel_of(way), waiting, ways)}
    if ways.mail is None:
        raise ServerUnavailable("monitor.toml no longer has [mail]; these messages were meant for a mail server")
    if ways.mail.host is None:
        return dict.fromkeys(recipients, write(waiting, ways.folder))
    try:
        password = password_of(ways.mail, ways.environ)
    except ConfigurationError as mistake:
        raise ServerUnavailable(mistake.message) from mistake
    return smtp.deliver(ways.mail, password, waiting.message, recipients)


def _notify(name: str, waiting: Waiting, ways: Ways) -> Attempt:
    channel = next((channel for channel in ways.channels if channel.name == name), None)
    if channel is None:
        raise ServerUnavailable(f"monitor.toml no longer has [[channel]] {name}")
    message = message_from_bytes(waiting.message, policy=SMTP)
    body = message.get_body(("plain",))
    return channels.notify(channel, ways.environ, message["Subject"], body.get_content() if body else "")


def write(waiting: Waiting, folder: Path) -> Attempt:
    """Write the message into outbox/, where a file is always whole. Named by when it was planned, so never twice."""
    file = folder / f"{waiting.planned_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{waiting.alert_id}.eml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(file, waiting.message)
    except OSError as error:
        raise ServerUnavailable(f"{file} cannot be written: {error.strerror}") from error
    return Attempt(WRITTEN, file.name)
