"""Telling people elsewhere than by mail: Teams, a webhook and others, by the library apprise (an optional extra)."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from monitor.alerts.attempt import ACCEPTED, DEFERRED, Attempt, ServerUnavailable
from monitor.alerts.secrets import url_of
from monitor.config.settings import Channel
from monitor.core.errors import ConfigurationError

LONGEST_TEXT = 4_000  # what a card in Teams has room for, with something to spare


def notify(channel: Channel, environ: Mapping[str, str], title: str, text: str) -> Attempt:
    """Notify a channel. Raises ServerUnavailable where it is not set up."""
    try:
        import apprise
    except ImportError as error:
        raise ServerUnavailable("channels need the extra: pip install 'monitor[channels]'") from error
    try:
        url = url_of(channel, environ)
    except ConfigurationError as mistake:
        raise ServerUnavailable(mistake.message) from mistake
    for name in ("apprise", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # their log lines hold the address, which is a secret
    notified = apprise.Apprise()
    try:
        if not notified.add(url):
            raise ServerUnavailable(f"the address of channel {channel.name} is not one that apprise knows")
        if notified.notify(title=title, body=_short(text)):
            return Attempt(ACCEPTED, f"channel {channel.name}")
    except ServerUnavailable:
        raise
    except Exception as error:  # whatever the library meets must not hold up the others; its words may hold the address
        return Attempt(DEFERRED, f"channel {channel.name} did not accept it ({type(error).__name__})")
    return Attempt(DEFERRED, f"channel {channel.name} did not accept it", is_passing=True)


def _short(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return text[:LONGEST_TEXT].rsplit("\n", 1)[0] + "\n(shortened; the mail and the view finding have everything)"
