"""What the name of a published file says about its edition, where its content says nothing: re-issue and part.

NHS England re-issues a file under a name with a suffix (October 2025_v2, March 2026_0526: of May 2026), and splits a
long one by regions (London_East_South and Midlands_North; north_regions and south_regions; one file a region, _Y56).
"""

from __future__ import annotations

import re

ALL_REGIONS = frozenset({"Y56", "Y58", "Y59", "Y60", "Y61", "Y62", "Y63"})

_VERSION = re.compile(r"[_ -]v(\d{1,3})(?![0-9a-z])", re.IGNORECASE)
_REISSUED_IN = re.compile(r"_(0[1-9]|1[0-2])([2-9]\d)(?=\.[A-Za-z]+$|_|$)")
_A_DATED_REISSUE = 1000  # later than any numbered version

_ONE_REGION = re.compile(r"[_ -](Y5[689]|Y6[0-3])(?![0-9])")
_NO_REGION = re.compile(r"[_ -]Unmapped(?![a-z])", re.IGNORECASE)
# Without the word "regions" only after the year of a publication: people call their own files log_north.
_HALF = re.compile(r"[_ ](north|south)[_ ]regions?|20\d\d[_ ](north|south)(?=[_ ](?:v?\d)|\.|$)", re.IGNORECASE)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_SPLIT_CROSSTAB = re.compile(rf"Crosstab_(?P<words>.+?)_{_MONTH}_\d\d", re.IGNORECASE)

_COPY_MARK = re.compile(r" ?\(\d{1,3}\)(?=\.[A-Za-z]+$|$)")
_ZIP = re.compile(r"\.zip$", re.IGNORECASE)

# The southern half is London, the East and the South, as in the two halves of the appointments files.
_NORTH = frozenset({"Y60", "Y62", "Y63"})
_REGIONS_OF_WORDS = {
    "east_of_england": {"Y61"},
    "north_east_and_yorkshire": {"Y63"},
    "north_west": {"Y62"},
    "south_east": {"Y59"},
    "south_west": {"Y58"},
    "london": {"Y56"},
    "midlands": {"Y60"},
    "north": {"Y62", "Y63"},
    "south": {"Y58", "Y59"},
    "east": {"Y61"},
}


def version_of(name: str) -> int:
    """The number of a re-issue: 0 for a first issue, 2 for _v2; a later number for a later issue (_0526 after _v2).

    Of a member ("a_v2.zip/b.csv") it is the greatest of its own and its archive's; folders say nothing.
    """
    *above, _ = _parts(name)
    return max(map(_version_in, [_base(name), *(_without_copy_mark(part) for part in above if _ZIP.search(part))]))


def regions_of(name: str) -> frozenset[str] | None:
    """The regions that this part of a split publication holds, by its name; None where it is not a part."""
    base = _base(name)
    if region := _ONE_REGION.search(base):
        return frozenset({region[1].upper()})
    if _NO_REGION.search(base):
        return frozenset()
    if half := _HALF.search(base):
        return _NORTH if (half[1] or half[2]).lower() == "north" else ALL_REGIONS - _NORTH
    split = _SPLIT_CROSSTAB.search(base.replace(" ", "_"))
    return _regions_of_words(split["words"].lower()) if split else None


def _regions_of_words(words: str) -> frozenset[str] | None:
    """The regions of "london_east_south"; None where no word is a region."""
    regions: set[str] = set()
    for word, codes in _REGIONS_OF_WORDS.items():
        if word in words:
            regions |= codes
            words = words.replace(word, "")
    return frozenset(regions) or None


def _version_in(part: str) -> int:
    numbered = max((int(number) for number in _VERSION.findall(part)), default=0)
    dated = max((int(year) * 12 + int(month) for month, year in _REISSUED_IN.findall(part)), default=None)
    return numbered if dated is None else _A_DATED_REISSUE + dated


def _base(name: str) -> str:
    return _without_copy_mark(_parts(name)[-1])


def _parts(name: str) -> list[str]:
    return re.split(r"[/\\]", name)


def _without_copy_mark(part: str) -> str:
    """Browsers call a file that is downloaded again "March 2026_0526 (1).csv"."""
    return _COPY_MARK.sub("", part)
