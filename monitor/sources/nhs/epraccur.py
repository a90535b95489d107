"""epraccur: every GP practice and prescribing cost centre of the Organisation Data Service.

27 columns known by position, as a rule without headings. The legacy file (status A, C, D, P; prescribing setting 4) and
the Data Search and Export report (ACTIVE, INACTIVE, DORMANT; RO76, sometimes piped) have the same columns.
Column 4 is the ICB by postcode, not the commissioning ICB: its name shows it, so that no one mistakes it for the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.core.errors import FileRefused
from monitor.sources.files.csv_head import TextHead
from monitor.sources.formats import CsvTable, Format, Recognised

_WIDTH = 27
_POSITIONS = {
    1: "organisation_code",
    2: "organisation_name",
    3: "region_code",
    4: "postcode_icb_code",
    11: "opened_on",
    12: "closed_on",
    13: "status",
    15: "commissioner_code",
    16: "joined_on",
    17: "left_on",
    26: "prescribing_setting",
}
_HEADINGS = {3: "nationalgrouping", 4: "highlevelhealthgeography", 11: "open", 13: "status", 26: "prescribingsetting"}
_CODE = re.compile(r"[A-Z0-9]{3,8}", re.IGNORECASE)
_STATUS = re.compile(r"[ACDP]|ACTIVE|INACTIVE|DORMANT|PROPOSED", re.IGNORECASE)
_SETTING = re.compile(r"\d{1,2}|RO\d+(\|RO\d+)*", re.IGNORECASE)

EPRACCUR = Format(
    name="epraccur",
    table="epraccur",
    edition_by="opened_on",  # the file does not say its day: the newest opening in it is the nearest thing
    may_lie_ahead=True,
    columns=tuple(_POSITIONS.values()),
    required=("organisation_code", "organisation_name", "status"),
)
_COLUMNS = tuple(_POSITIONS.get(position, f"column_{position}") for position in range(1, _WIDTH + 1))
_IGNORED = tuple(column for column in _COLUMNS if column.startswith("column_"))


def recognise(head: TextHead) -> Recognised | None:
    """An epraccur with or without headings, else None.

    Raises FileRefused where the headings are those of epraccur but stand in other places.
    """
    if _is_heading(head.first):
        _refuse_moved(head)
        return _recognised(head, header_rows=1)
    sample = [record for record in head.records if any(value.strip() for value in record)]
    # A share, not all: a few rows without a prescribing setting are normal, and none may keep the file out.
    fitting = sum(_is_row(record) for record in sample)
    return _recognised(head, header_rows=0) if fitting * 2 > len(sample) else None


def _recognised(head: TextHead, header_rows: int) -> Recognised:
    table = CsvTable(EPRACCUR, head.path, header_rows, _COLUMNS, _IGNORED)
    return Recognised(EPRACCUR.name, (table,))


def _is_row(record: Sequence[str]) -> bool:
    """Its sisters of 27 columns (branches, trusts, prescribers) have no prescribing setting in column 26."""
    return (
        len(record) == _WIDTH
        and bool(_CODE.fullmatch(record[0].strip()))
        and bool(_STATUS.fullmatch(record[12].strip()))
        and bool(_SETTING.fullmatch(record[25].strip()))
    )


def _is_heading(record: Sequence[str]) -> bool:
    names = [_letters(value) for value in record]
    return all(heading in names for heading in ("nationalgrouping", "highlevelhealthgeography"))


def _refuse_moved(head: TextHead) -> None:
    names = [_letters(value) for value in head.first]
    moved = [str(place) for place, name in _HEADINGS.items() if len(names) < place or not _same(names[place - 1], name)]
    if len(names) != _WIDTH or moved:
        raise FileRefused(
            head.path.name,
            f"has the headings of an Organisation Data Service report, but not the columns of epraccur "
            f"({len(names)} columns; unlike epraccur in column {', '.join(moved) or 'none'})",
            "epraccur with its 27 columns in the published order",
            "download the report epraccur again and drop it unchanged",
        )


def _same(name: str, expected: str) -> bool:
    """Copies differ in a word: some say "Practice Type" for the prescribing setting, some "Status Code"."""
    return name.startswith(expected) or (expected == "prescribingsetting" and name == "practicetype")


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())
