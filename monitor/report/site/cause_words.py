"""What the causes in the cells of a table mean, said once under it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from monitor.core.vocabulary import CAUSE_IN_A_CELL, Cause

MEANING: Mapping[str, str] = {cause: Cause(cause).why for cause in CAUSE_IN_A_CELL}


def explained(codes: Iterable[str | None], asked: Mapping[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    """Each cause that occurs with its meaning, in the order of the vocabulary. asked: by cause, what to do next."""
    found = {code for code in codes if code in MEANING}
    return tuple((CAUSE_IN_A_CELL[one], _meaning(one, asked or {})) for one in Cause if one in found)


def _meaning(cause: Cause, asked: Mapping[str, str]) -> str:
    why = MEANING[cause][0].upper() + MEANING[cause][1:]
    return f"{why}. Next: {asked[cause]}." if cause in asked else f"{why}."
