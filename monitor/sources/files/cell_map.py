"""Which rows and columns of a sheet are used, and the same sheet without the empty ones between them.

A workbook reader lays out the whole rectangle up to the farthest cell. A stray cell in the last column or row makes of
a small table one of billions of cells. So wide gaps are closed before the sheet is read, and rows keep their numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

# So many empty rows or columns in a row are a gap, of which one is left.
WIDEST_GAP = 50


def column_name(place: int) -> str:
    """The letters of a column, the first of which is 1."""
    letters = ""
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


@dataclass(frozen=True)
class Runs:
    """Places in use, as runs (first, last) with gaps between them; and where each begins once the gaps are closed."""

    spans: tuple[tuple[int, int], ...]
    begins: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        begins: list[int] = []
        closed = 0
        for before, (first, _) in zip((0, *(last for _, last in self.spans)), self.spans, strict=False):
            closed += max(first - before - 2, 0) if begins or first > WIDEST_GAP else 0
            begins.append(first - closed)
        object.__setattr__(self, "begins", tuple(begins))

    @property
    def length(self) -> int:
        """How many places there are once the gaps are closed."""
        return self.closed(self.spans[-1][1]) if self.spans else 0

    def closed(self, place: int) -> int:
        """Where a place in use comes to lie."""
        run = bisect_right(self.spans, (place, 1 << 40)) - 1
        return self.begins[run] + place - self.spans[run][0]

    def opened(self, place: int) -> int:
        """The place that came to lie here. An empty one in a closed gap counts with the run before it."""
        run = max(bisect_right(self.begins, place) - 1, 0)
        return self.spans[run][0] + place - self.begins[run]


def runs_of(places: Iterable[int]) -> Runs:
    """The runs of places in use, in any order."""
    return Runs(tuple(_joined(sorted((place, place) for place in places))))


def joined(spans: Iterable[tuple[int, int]]) -> Runs:
    """The same of spans that may overlap."""
    return Runs(tuple(_joined(sorted(spans))))


def _joined(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if not spans:
        return
    first, last = spans[0]
    for (_, _), (begin, end) in pairwise(spans):
        if begin - last > WIDEST_GAP:
            yield first, last
            first, last = begin, end
        last = max(last, end)
    yield first, last
