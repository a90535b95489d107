"""Causes in a cell: two or three words there, and what they mean once, under the table. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from monitor.core.vocabulary import Cause, words_of_cause

IN_A_CELL: Mapping[str, str] = {
    Cause.SOURCE_NOT_LOADED: "not loaded", Cause.ROW_REJECTED: "row not read",
    Cause.SOURCE_INCOMPLETE: "file incomplete", Cause.NO_LONGER_PUBLISHED: "no longer published",
    Cause.SUPPRESSED: "cannot tell", Cause.COULD_NOT_CHECK: "not checked", Cause.KNOWN_INCIDENT: "known incident",
    Cause.SUPPLIER_WIDE: "supplier-wide gap", Cause.AREA_WIDE: "area-wide gap",
    Cause.REJECTED_AT_SOURCE: "rejected at the source", Cause.SUPPLIER_CHANGED: "supplier changed",
    Cause.NOT_PARTICIPATING: "not in the collection", Cause.STOPPED: "received before",
    Cause.NEVER_RECEIVED: "never received", Cause.UNEXPLAINED: "none found",
}  # fmt: skip
MEANING: Mapping[str, str] = {cause: Cause(cause).why for cause in IN_A_CELL}


def in_a_cell(code: str | None) -> str:
    """What stands in a cell for a cause; empty where there is none."""
    return IN_A_CELL.get(code or "", words_of_cause(code))


def explained(codes: Iterable[str | None], asked: Mapping[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    """Each cause that occurs with its meaning, in the order of the vocabulary. asked: by cause, what to do next."""
    found = {code for code in codes if code in MEANING}
    return tuple((IN_A_CELL[one], _meaning(one, asked or {})) for one in Cause if one in found)


def _meaning(cause: Cause, asked: Mapping[str, str]) -> str:
    why = MEANING[cause][0].upper() + MEANING[cause][1:]
    return f"{why}. Next: {asked[cause]}." if cause in asked else f"{why}."
