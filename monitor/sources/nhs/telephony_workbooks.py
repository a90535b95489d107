"""Cloud Based Telephony: the two monthly workbooks of NHS England that have a row a practice.

Summary ("Cloud Based Telephony Publication Summary"): the practices with calls of their own are in Table 3, below a
heading of two rows; rows of accounts that several practices share (Unassigned) stand between them. Tables 4 and 5 have
the same practices and other figures. Of the ICB column 18 rows have been wrong: the ICB follows from the sub-ICB.

Participation ("CBT-participation-and-submission-breakdown-by-GP-Practice"): every open practice, whether it agreed, and
whether its data came, alone or in a shared account. Its headings are long sentences and drift: they are known by words
in them. One edition left the heading of "included" blank; then it is the one between its neighbours.
"""

from __future__ import annotations

from monitor.sources.files.spreadsheet import Book
from monitor.sources.formats import Format, Recognised
from monitor.sources.nhs.practice_sheets import SheetLayout, recognise_practices

TELEPHONY_SUMMARY = Format(
    name="cloud based telephony summary workbook",
    table="telephony_summary",
    columns=(
        "period_start", "organisation_code", "organisation_name", "pcn_code", "sub_icb_code", "icb_code",
        "region_code", "inbound_calls", "call_backs",
    ),
    required=("period_start", "organisation_code", "inbound_calls"),
    edition_by="period_start",
)  # fmt: skip
TELEPHONY_PARTICIPATION = Format(
    name="cloud based telephony participation workbook",
    table="telephony_participation",
    columns=(
        "period_start", "organisation_code", "organisation_name", "pcn_code", "sub_icb_code", "region_code",
        "agreed", "included", "shared_account",
    ),
    required=("period_start", "organisation_code", "agreed", "included", "shared_account"),
    expected=("pcn_code", "sub_icb_code", "region_code"),
    edition_by="period_start",
)  # fmt: skip

_PRACTICE = {
    "month": "period_start",
    "gp_code": "organisation_code",
    "gp_name": "organisation_name",
    "sub_icb_location_code": "sub_icb_code",
}
_SUMMARY = SheetLayout(
    TELEPHONY_SUMMARY,
    needed={
        "period_start": "Month",
        "organisation_code": "GP Practice (ODS_CODE)",
        "organisation_name": "GP Name",
        "pcn_code": "PCN Code",
        "sub_icb_code": "Sub ICB Code",
        "icb_code": "ICB Code",
        "region_code": "Region Code",
        "inbound_calls": "Count of Inbound calls",
    },
    aliases=_PRACTICE
    | {
        "gp_practice_(ods_code)": "organisation_code",
        "count_of_inbound_calls": "inbound_calls",
        "call_back_requested": "call_backs",
    },
    key=frozenset({"organisation_code", "inbound_calls"}),
    word="inbound",
)


def recognise(book: Book) -> Recognised | None:
    """The practices of either telephony workbook; None where there is no such table.

    Raises FileRefused naming the headings that cannot be matched, and those found.
    """
    return recognise_practices(book.path, book.sheets, _SUMMARY) or recognise_practices(
        book.path, book.sheets, _PARTICIPATION
    )


def _flags_named(headings: list[str]) -> list[str]:
    """The headings, the three flags by their canonical names."""
    names = [_flag_in(heading) or heading for heading in headings]
    if "included" not in names and {"agreed", "shared_account"} <= set(names):
        between = range(names.index("agreed") + 1, names.index("shared_account"))
        blank = [place for place in between if not names[place]]
        if len(blank) == 1:
            names[blank[0]] = "included"
    return names


def _flag_in(heading: str) -> str | None:
    if heading.startswith("list_of"):
        return None
    if "disaggregat" in heading or "shared_account" in heading or "has_been_un" in heading:
        return "shared_account"
    if "agreed" in heading and "particip" in heading:
        return "agreed"
    return "included" if any(word in heading for word in ("included", "data_received", "passed")) else None


_PARTICIPATION = SheetLayout(
    TELEPHONY_PARTICIPATION,
    needed={
        "period_start": "Month",
        "organisation_code": "GP Code",
        "agreed": "Agreed to Participate",
        "included": "Data received and included",
        "shared_account": "Practice Code has been unable to be disaggregated",
    },
    aliases=_PRACTICE,
    key=frozenset({"organisation_code", "agreed", "included", "shared_account"}),
    word="agreed",
    reword=_flags_named,
)
