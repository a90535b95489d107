"""A warning by mail that something needs a person, sent past the store and its outbox, which may be what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from monitor.alerts import smtp
from monitor.alerts.attempt import ServerUnavailable
from monitor.alerts.message import plain_message
from monitor.alerts.secrets import password_of
from monitor.config.context import Context
from monitor.core.errors import ConfigurationError

SUBJECT = "Data returns: the monitor needs attention"


def send_warning(context: Context, wrong: Sequence[str], say: Callable[[str], None]) -> None:
    """Send what is wrong to those who get what no route takes."""
    mail = context.settings.mail
    to = list(dict.fromkeys((mail.default_to or [one for route in mail.route for one in route.to]) if mail else []))
    if mail is None or not to:
        say("monitor: no mail was sent, because monitor.toml names no recipient: [mail] default_to")
        return
    if mail.host is None:
        say("monitor: no mail was sent, because monitor.toml names no mail server: [mail] host")
        return
    now = context.clock()
    text = "\n".join(["The returns monitor needs someone to look at the following:", "", *wrong, ""])
    made = plain_message(SUBJECT, text, f"watchdog-{now:%Y%m%dT%H%M%S}", mail.sender, to, now)
    try:
        attempts = smtp.deliver(mail, password_of(mail, context.environ), made.as_bytes(), to)
    except (ServerUnavailable, ConfigurationError) as fault:
        say(f"monitor: no mail was sent: {fault}")
        return
    for recipient, attempt in attempts.items():
        if not attempt.is_delivered:
            say(f"monitor: no mail was sent to {recipient}: {attempt.detail}")
