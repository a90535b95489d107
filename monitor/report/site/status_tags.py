"""How a status looks on a page: a tag in words, and in a heat map a letter beside the colour. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from monitor.core.vocabulary import WORDS_OF_CAUSE, WORDS_OF_STATUS


@dataclass(frozen=True)
class Look:
    """words: on a tag. letter: in a cell of a heat map. colour: a class of site.css."""

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
    "received": Look(WORDS_OF_STATUS["received"], "R", "r"),
    "received_late": Look(WORDS_OF_STATUS["received_late"], "L", "l"),
    "not_received": Look(WORDS_OF_STATUS["not_received"], "N", "n"),
    "rejected": Look("rejected", "X", "x"),
    "not_known": Look(WORDS_OF_STATUS["not_known"], "?", "q"),
    "not_required": Look(WORDS_OF_STATUS["not_required"], "–", "o"),
    "not_due": Look(WORDS_OF_STATUS["not_due"], "·", "o"),
    "in_grace": Look(WORDS_OF_STATUS["in_grace"], "·", "o"),
    "no_due_date": Look(WORDS_OF_STATUS["no_due_date"], "·", "o"),
    "no_event": Look(WORDS_OF_STATUS["no_event"], "·", "o"),
}
TAGS: Mapping[str, Markup] = {status: look.tag for status, look in LOOKS.items()}
CELLS: Mapping[str, str] = {status: look.cell for status, look in LOOKS.items()}
NO_CELL = "<td>"

MISSED = ("not_received", "rejected")

# What is counted together: the columns of `slots.sql`, and how they are called.
OUTCOMES: Mapping[str, str] = {
    "received": "Received",
    "received_late": "Received late",
    "not_received": "Not received",
    "rejected": "Rejected",
    "not_known": "Not known",
    "other": "Other",
}

# Why something is not required: words for pages, beside those of what is missing.
WHY_NOT_REQUIRED = {
    "paused": "paused by a notice",
    "exempt": "exempt by a notice",
    "not_open": "not open when it had to be",
    "contract_type": "contract type not covered",
    "no_registered_patients": "no registered patients",
}


def words_of_cause(cause: str | None) -> str:
    """A cause as people read it; empty where there is none."""
    return {**WORDS_OF_CAUSE, **WHY_NOT_REQUIRED}.get(cause or "", (cause or "").replace("_", " "))
