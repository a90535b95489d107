"""Quarters of a year in words, as titles and file names give them.

    April to June 2024 · 1 July 2024 to 30 September 2024 · January 2024 - September 2024 (counted up: the quarter in
    which it ends) · Q2 2024-25 · 2024/25 Q2 · Quarter 2 2024-25 (of the NHS's year, from April)

"Q2 2024" is not taken: it could be of either year.
"""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from datetime import date

_MONTHS = {name.lower(): number for names in (month_name, month_abbr) for number, name in enumerate(names) if name}
_MONTHS["sept"] = 9
_MONTH = rf"(?P<{{}}>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_SPAN = re.compile(
    rf"\b{_MONTH.format('first')}(\W+\d{{4}})?\W*(?:to|and|-|–)\W*(?:\d{{1,2}}\W+)?{_MONTH.format('last')}\W+(?P<year>\d{{4}})\b"
)
_YEAR = r"(?P<{}>20\d\d)\W+(?:20)?(?P<{}>\d\d)"
_NUMBER = r"(?:q|quarter\W*)(?P<{}>[1-4])"
_NUMBERED = re.compile(
    rf"\b{_NUMBER.format('q1')}\W+{_YEAR.format('y1', 'e1')}\b|\b{_YEAR.format('y2', 'e2')}\W+{_NUMBER.format('q2')}\b"
)
_ENDS = frozenset({3, 6, 9, 12})


def quarters_in(text: str) -> set[date]:
    """The first day of each calendar quarter that a text names; empty where it names none that is certain."""
    plain = text.replace("_", " ").lower()
    return {day for day in (*map(_of_span, _SPAN.finditer(plain)), *map(_of_number, _NUMBERED.finditer(plain))) if day}


def _of_span(found: re.Match[str]) -> date | None:
    """The quarter that ends with the last month of a span; None for a span that ends within one."""
    last = _MONTHS[found["last"]]
    return date(int(found["year"]), last - 2, 1) if last in _ENDS else None


def _of_number(found: re.Match[str]) -> date | None:
    year, end, number = next(
        (int(found[f"y{way}"]), int(found[f"e{way}"]), int(found[f"q{way}"])) for way in "12" if found[f"q{way}"]
    )
    if (year + 1) % 100 != end:
        return None
    return date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)
