"""What a cell of areas x periods says: how many are missing of those of which it is known, or why nothing can be said.

Nothing known, not yet due and no due date are three things, and none of them is 0 missing. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# From which share missing on a cell has which class of site.css, and how that is called; the same as on charts.
STEPS = ((0.5, "s4", "50% or more"), (0.25, "s3", "25% to 50%"), (0.1, "s2", "10% to 25%"), (1e-9, "s1", "under 10%"))
NONE_MISSING = ("s0", "none missing")
NOT_KNOWN, NOT_DUE, NO_DUE_DATE, NOT_REQUIRED = "not known", "not yet due", "no due date", "not required"
NO_EVENT = "none recorded"
LEGEND = (
    NONE_MISSING, *((colour, f"{words} missing") for _, colour, words in reversed(STEPS)),
    ("q", NOT_KNOWN), ("o", NOT_DUE), ("d", NO_DUE_DATE),
)  # fmt: skip


def mark_of(counts: Mapping[str, Any]) -> tuple[str, str]:
    """The words of a cell and the class of its colour. counts: a row of areas.sql."""
    known = counts["missed"] + counts["received"]
    if not counts["expected"]:
        return NOT_REQUIRED, ""
    if not known and counts["not_known"]:
        return NOT_KNOWN, "q"
    if not counts["missed"] and (still := _still_open(counts)):
        return still
    of = counts["expected"] - counts["not_known"]
    if not counts["missed"] and known < of:  # owed only when something happens: nobody is without it
        return f"{known:,} recorded" if known else NO_EVENT, "d"
    unknown = f", {counts['not_known']:,} not known" if counts["not_known"] else ""
    return f"{counts['missed']:,} of {of:,}{unknown}", colour_of(counts["missed"] / of)


def colour_of(share: float) -> str:
    """The class for a share missing, of those of which it is known."""
    return next((colour for least, colour, _ in STEPS if share >= least), NONE_MISSING[0])


def _still_open(counts: Mapping[str, Any]) -> tuple[str, str] | None:
    """What there is to say where nothing is missing and something is not due yet, or never."""
    if not counts["not_due"] and not counts["no_due_date"]:
        return None
    words, colour = (NOT_DUE, "o") if counts["not_due"] else (NO_DUE_DATE, "d")
    return (f"{words}, {counts['received']:,} in" if counts["received"] else words), colour
