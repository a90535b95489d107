"""How headings are compared: without case, outer spaces and marks of footnotes."""

from __future__ import annotations

import re

_FOOTNOTE = re.compile(r"(\s*\[[\d., ]+\])+\s*$")


def normalised(heading: object) -> str:
    """A heading as it is compared: stripped, lower case, white space as one underscore, no footnote marks."""
    text = "" if heading is None else str(heading)
    return re.sub(r"\s+", "_", without_footnotes(text.replace("\ufeff", "")).strip().lower())


def without_footnotes(text: str | None) -> str:
    """The text without marks of footnotes at its end, such as [1] or [4, 5, 6,11] or [7. 11]."""
    return _FOOTNOTE.sub("", text or "")
