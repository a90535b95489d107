"""How a recipient is written in the store: an address, the folder outbox/, or channel:NAME."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.config.settings import NOBODY

OUTBOX = "outbox"
_CHANNEL = "channel:"


def by_channel(name: str) -> str:
    """The recipient that a channel is."""
    return _CHANNEL + name


def is_channel(recipient: str) -> bool:
    """Whether a recipient is a channel."""
    return recipient.startswith(_CHANNEL)


def channel_of(recipient: str) -> str:
    """The name of the channel that a recipient is."""
    return recipient.removeprefix(_CHANNEL)


def addresses_of(recipients: Sequence[str]) -> list[str]:
    """The addresses for the header of a message; where there is none, one that is nobody's."""
    return [one for one in recipients if one != OUTBOX and not is_channel(one)] or [NOBODY]
