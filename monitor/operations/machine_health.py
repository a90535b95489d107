"""Is all well with the machine, the settings, the mail server and the clock?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

from monitor.alerts.attempt import ServerUnavailable
from monitor.alerts.secrets import password_of, url_of
from monitor.alerts.smtp import greet
from monitor.config.context import Context
from monitor.config.settings import Channel, Mail
from monitor.core.clock import london_date
from monitor.core.errors import ConfigurationError
from monitor.core.text import number
from monitor.operations.examined import LOOK, OK, PROBLEM, Examined
from monitor.returns.icb_successions import FILE as SUCCESSIONS_FILE
from monitor.returns.icb_successions import icb_successions
from monitor.returns.working_days import BANK_HOLIDAYS_FILE, england

LEAST_FREE_BYTES = 1_000_000_000
ASKED_FOR_BEFORE = timedelta(days=60)


def examine_machine(context: Context) -> Iterator[Examined]:
    """What the machine, the settings and the mail server show."""
    read = f"{context.workspace.configuration} and {number(len(context.every_return), 'return')} read"
    yield Examined("configuration", OK, f"{read}, {len(context.catalogue):,} of them watched")
    yield from _frozen_day(context)
    yield _writable(context.workspace.folder)
    yield _free_space(context.workspace.folder)
    yield _clock(context)
    yield _bank_holidays(context)
    yield _icb_successions(context)
    yield _suites()
    yield from _mail(context.settings.mail, context.environ)
    yield from _channels(context.settings.channel, context.environ)


def _frozen_day(context: Context) -> Iterator[Examined]:
    if context.settings.as_of:
        yield Examined(
            "day", LOOK, f"every question is answered as of {context.settings.as_of}, because monitor.toml sets as_of",
            "take as_of out of monitor.toml for real use",
        )  # fmt: skip


def _writable(folder: Path) -> Examined:
    probe = folder / ".monitor-doctor"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return Examined("workspace", PROBLEM, f"{folder} cannot be written: {error.strerror}", "check its permissions")
    return Examined("workspace", OK, f"{folder} can be written")


def _free_space(folder: Path) -> Examined:
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:,.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return Examined("disk", PROBLEM, text, "make room: a run needs about three times the size of the store")
    return Examined("disk", OK, text)


def _clock(context: Context) -> Examined:
    now = context.clock()
    return Examined("clock", OK, f"{now:%Y-%m-%d %H:%M} UTC, {london_date(now)} in London")


def _bank_holidays(context: Context) -> Examined:
    last, this = max(england().years), london_date(context.clock()).year
    text = f"bank holidays are known to the end of {last}"
    if last <= this + 1:
        return Examined(
            "calendar", LOOK, f"{text}; later years are worked out by rule, without one-off bank holidays",
            f"update the program, or add the dates of gov.uk/bank-holidays to {BANK_HOLIDAYS_FILE.name}",
        )  # fmt: skip
    return Examined("calendar", OK, text)


def _icb_successions(context: Context) -> Examined:
    until = icb_successions().known_until
    text = f"mergers of ICBs are known to {until}"
    if london_date(context.clock()) >= until - ASKED_FOR_BEFORE:
        return Examined("ICBs", LOOK, text, f"update the program, or add later mergers to {SUCCESSIONS_FILE.name}")
    return Examined("ICBs", OK, text)


def _suites() -> Examined:
    if find_spec("great_expectations") is None:
        return Examined("suites", PROBLEM, "Great Expectations is not installed", "install the program again")
    return Examined("suites", OK, "Great Expectations is installed")


def _mail(mail: Mail | None, environ: Mapping[str, str]) -> Iterator[Examined]:
    if mail is None:
        yield Examined("mail", OK, "no mail server is configured: messages are written to outbox/")
        return
    if mail.host is None:
        yield Examined("mail", OK, "no mail server is configured: messages for the routes are written to outbox/")
        yield from _without_recipients(mail)
        return
    try:
        greet(mail, password_of(mail, environ))
    except ConfigurationError as mistake:
        yield Examined("mail", PROBLEM, mistake.message)
    except ServerUnavailable as fault:
        yield Examined(
            "mail", PROBLEM, fault.detail, "check [mail] and the network; `monitor alerts test` reports each step"
        )
    else:
        yield Examined(
            "mail", OK, f"{mail.host} port {mail.port} answers" + (", and accepts the login" * bool(mail.username))
        )
    yield from _without_recipients(mail)


def _without_recipients(mail: Mail) -> Iterator[Examined]:
    if not mail.route and not mail.default_to:
        yield Examined("mail", PROBLEM, "no one is notified of anything", "add a [[mail.route]], or [mail] default_to")


def _channels(channels: Sequence[Channel], environ: Mapping[str, str]) -> Iterator[Examined]:
    if channels and find_spec("apprise") is None:
        yield Examined("channels", PROBLEM, "apprise is not installed", "pip install 'monitor[channels]'")
    for channel in channels:
        try:
            url_of(channel, environ)
        except ConfigurationError as mistake:
            yield Examined("channels", PROBLEM, mistake.message)
