"""What can come of handing a message over: the words that all ways of delivery share."""

from __future__ import annotations

from dataclasses import dataclass

ACCEPTED, WRITTEN, DEFERRED, REFUSED = "accepted", "written", "deferred", "refused"
BEGUN = "begun"  # on its way; what came of it is recorded after it
MAY_HAVE_ARRIVED = "it may have arrived"


@dataclass(frozen=True)
class Attempt:
    """What came of one attempt for one recipient.

    outcome:      begun (on its way: what comes of it follows), accepted (by the server),
                  written (to outbox/), deferred (to be tried again), refused (for good)
    detail:       what the other side said; never a secret
    is_passing:   a fault that is worth another try within seconds
    """

    outcome: str
    detail: str = ""
    is_passing: bool = False

    @property
    def is_delivered(self) -> bool:
        """Whether the recipient has it."""
        return self.outcome in (ACCEPTED, WRITTEN)


class ServerUnavailable(Exception):
    """Nothing can be delivered at the moment, whatever the message: no answer, no TLS, no login.

    is_passing: worth another try within seconds.
    """

    def __init__(self, detail: str, is_passing: bool = False) -> None:
        self.detail, self.is_passing = detail, is_passing
        super().__init__(detail)
