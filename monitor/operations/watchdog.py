"""What a watchdog asks from outside, by cron or Task Scheduler: is anything wrong, and has nothing run for too long?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from monitor.alerts import smtp
from monitor.alerts.attempt import ServerUnavailable
from monitor.alerts.message import plain_message
from monitor.alerts.secrets import password_of
from monitor.config.context import Context
from monitor.core.errors import ConfigurationError, EnvironmentFault
from monitor.operations.health import PROBLEM, examine, silence

SUBJECT = "Data returns: the monitor needs a person"


def what_is_wrong(context: Context) -> list[str]:
    """What a person is needed for, a sentence each; a silence that is too long first."""
    try:
        too_long = silence(context)
    except EnvironmentFault as fault:
        too_long = fault.message
    examined = [one for one in examine(context, context.environ) if one.state == PROBLEM]
    found = [f"{one.subject}: {one.found}" + (f" ({one.advice})" if one.advice else "") for one in examined]
    return ([f"silence: {too_long}"] if too_long else []) + found


def send_warning(context: Context, wrong: Sequence[str], say: Callable[[str], None]) -> None:
    """Send it past the store and its outbox, which may be what is wrong, to whoever gets what no route takes."""
    mail = context.settings.mail
    to = list(dict.fromkeys((mail.default_to or [one for route in mail.route for one in route.to]) if mail else []))
    if mail is None or not to:
        say("monitor: no mail was sent, because monitor.toml names nobody: [mail] default_to")
        return
    now = context.clock()
    text = "\n".join(["On the machine of the returns monitor, something needs a person:", "", *wrong, ""])
    made = plain_message(SUBJECT, text, f"watchdog-{now:%Y%m%dT%H%M%S}", mail.sender, to, now)
    try:
        attempts = smtp.deliver(mail, password_of(mail, context.environ), made.as_bytes(), to)
    except (ServerUnavailable, ConfigurationError) as fault:
        say(f"monitor: no mail was sent: {fault}")
        return
    for recipient, attempt in attempts.items():
        if not attempt.is_delivered:
            say(f"monitor: no mail was sent to {recipient}: {attempt.detail}")
