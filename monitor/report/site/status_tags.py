"""How a status looks on a page: a tag in words, and in a heat map a letter beside the colour. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from monitor.core.vocabulary import Status


@dataclass(frozen=True)
class Look:
    """words: on a tag. letter: in a cell of a heat map. colour: of nhsuk.css on a tag, of site.css in a cell."""

    words: str
    letter: str
    colour: str

    @property
    def tag(self) -> Markup:
        return Markup("<b class={}>{}</b>").format(self.colour, self.words)

    @property
    def cell(self) -> str:
        """The markup of a cell in a heat map: nothing in it comes from a file."""
        return f"<td class={self.colour}>{self.letter}"


# Letters are told apart without the colour; what asks for nothing has a sign that catches no eye.
LOOKS: Mapping[str, Look] = {
    Status.RECEIVED: Look(Status.RECEIVED.words, "R", "r"),
    Status.RECEIVED_LATE: Look(Status.RECEIVED_LATE.words, "L", "l"),
    Status.NOT_RECEIVED: Look(Status.NOT_RECEIVED.words, "N", "n"),
    Status.REJECTED: Look("rejected", "X", "x"),
    Status.NOT_KNOWN: Look(Status.NOT_KNOWN.words, "?", "q"),
    Status.NOT_REQUIRED: Look(Status.NOT_REQUIRED.words, "–", "o"),
    Status.NOT_DUE: Look(Status.NOT_DUE.words, "○", "o"),
    Status.IN_GRACE: Look(Status.IN_GRACE.words, "○", "o"),
    Status.NO_DUE_DATE: Look(Status.NO_DUE_DATE.words, "·", "o"),
    Status.NO_EVENT: Look(Status.NO_EVENT.words, "·", "o"),
}
TAGS: Mapping[str, Markup] = {status: look.tag for status, look in LOOKS.items()}
CELLS: Mapping[str, str] = {status: look.cell for status, look in LOOKS.items()}
NO_CELL = "<td>"

# What is counted together: the columns of `slots.sql`, and how they are called.
OUTCOMES: Mapping[str, str] = {
    "received": "Received",
    "received_late": "Received late",
    "not_received": "Not received",
    "rejected": "Rejected",
    "not_known": "Not known",
    "other": "Other",
}
