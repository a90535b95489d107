"""How headings are compared: without case, outer spaces, invisible characters and marks of footnotes."""

from __future__ import annotations

import re
from functools import lru_cache

# Zero-width spaces and joiners, marks of direction, soft hyphens and byte order marks.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_FOOTNOTE = re.compile(r"(\s*\[[\d., ]+\])+\s*$")


def normalised(heading: object) -> str:
    """A heading as it is compared: stripped, lower case, white space as one underscore, no footnote marks."""
    text = "" if heading is None else str(heading)
    return re.sub(r"\s+", "_", without_footnotes(_INVISIBLE.sub("", text)).strip().lower())


@lru_cache(maxsize=4096)  # of each file the same headings are compared with those of every format
def loosely(heading: object) -> str:
    """A heading as it is compared in files that people prepare: letters and digits alone, whatever stands between."""
    return re.sub(r"[\W_]+", "", normalised(heading)) or normalised(heading)


def without_footnotes(text: str | None) -> str:
    """The text without marks of footnotes at its end, such as [1] or [4, 5, 6,11] or [7. 11]."""
    return _FOOTNOTE.sub("", text or "")
