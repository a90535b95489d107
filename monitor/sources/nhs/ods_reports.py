"""Reports of the Organisation Data Service that have no headings: networks, partners, branches and successions.

As downloaded from Data Search and Export: plain CSV, columns known by position; a variant with headings exists. A
report is known by what stands in its columns. epraccur, which has most of the facts, has a module of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.sources.files.csv_head import TextHead
from monitor.sources.formats import CsvTable, Format, Recognised
from monitor.sources.nhs.epcn import PCN, PCN_PARTNER

BRANCH = Format(
    name="ebranchs",
    table="branch",
    columns=("branch_code", "branch_name", "opened_on", "closed_on", "organisation_code"),
    required=("branch_code", "organisation_code"),
)
SUCCESSION = Format(
    name="succ",
    table="succession",
    columns=("organisation_code", "successor_code", "reason_code", "effective_on"),
    required=("organisation_code", "successor_code", "effective_on"),
)

_PRACTICE = r"[A-Z]\d{5}"
_NETWORK = r"U\d{5}"
_DAY = r"\d{8}"
_DAY_OR_NONE = r"(\d{8})?"
_CODE = r"[A-Z0-9]{3,12}"


@dataclass(frozen=True)
class Report:
    """A report by position: its width, the columns that are read, and what stands in some of them."""

    name: str
    format: Format
    width: int
    columns: Mapping[int, str]
    shapes: Mapping[int, str]

    def is_row(self, record: Sequence[str]) -> bool:
        return len(record) == self.width and all(
            re.fullmatch(shape, record[place - 1].strip(), re.IGNORECASE) for place, shape in self.shapes.items()
        )


_REPORTS = (
    Report(
        "epcncorepartnerdetails",
        PCN_PARTNER,
        11,
        {
            1: "organisation_code", 2: "organisation_name", 3: "practice_sub_icb_code", 5: "pcn_code",
            7: "pcn_sub_icb_code", 9: "from_on", 10: "to_on",
        },
        {1: _PRACTICE, 5: _NETWORK, 9: _DAY, 10: _DAY_OR_NONE, 11: "true|false"},
    ),
    Report(
        "epcn",
        PCN,
        12,
        {1: "pcn_code", 2: "pcn_name", 3: "sub_icb_code", 5: "opened_on", 6: "closed_on"},
        {1: _NETWORK, 3: _CODE, 5: _DAY, 6: _DAY_OR_NONE},
    ),
    Report(
        "ebranchs",
        BRANCH,
        27,
        {1: "branch_code", 2: "branch_name", 11: "opened_on", 12: "closed_on", 15: "organisation_code"},
        {1: r"[A-Z]\d{8}", 11: _DAY_OR_NONE, 12: _DAY_OR_NONE, 15: _PRACTICE},
    ),
    Report(
        "succ",
        SUCCESSION,
        5,
        {1: "organisation_code", 2: "successor_code", 3: "reason_code", 4: "effective_on"},
        {1: _CODE, 2: _CODE, 4: _DAY},
    ),
)  # fmt: skip


def recognise(head: TextHead) -> Recognised | None:
    """One of the reports, with or without headings, by what most of its first rows hold; else None."""
    filled = [record for record in head.records if any(value.strip() for value in record)]
    for report in _REPORTS:
        heading_rows = 0 if report.is_row(head.first) else 1
        rows = filled[heading_rows:]
        # A share, not all: a few damaged rows are rejected one by one, and may not keep the file out.
        if rows and sum(report.is_row(record) for record in rows) * 2 > len(rows) and _fits(head, report):
            columns = tuple(report.columns.get(place, f"column_{place}") for place in range(1, report.width + 1))
            ignored = tuple(column for column in columns if column.startswith("column_"))
            return Recognised(report.name, (CsvTable(report.format, head.path, heading_rows, columns, ignored),))
    return None


def _fits(head: TextHead, report: Report) -> bool:
    """A first row that is no row must be headings: nothing in it that looks like a code or a day."""
    return report.is_row(head.first) or not any(re.search(r"\d{5}", value) for value in head.first)
