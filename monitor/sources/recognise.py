"""From a dropped file to rows of text in canonical columns.

A file is known by its content, never by its name. Nothing is typed or judged here: that is the store's part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.core.errors import FileRefused
from monitor.sources import own_formats
from monitor.sources.column_map import ColumnMap
from monitor.sources.files.csv_head import (
    TextHead,
    cells_by_any_separator,
    read_head,
    refuse_blank_first_line,
    refuse_other_separator,
)
from monitor.sources.files.file_kind import container_of
from monitor.sources.files.parquet import column_names
from monitor.sources.files.spreadsheet import Book, Sheet, nothing_in, open_book
from monitor.sources.files.tolerant_csv import read_csv_carefully
from monitor.sources.formats import CsvTable, Format, ParquetTable, Recognised, RowTable, Unloaded
from monitor.sources.heading_text import normalised
from monitor.sources.headings import HeadedFormat, first_fit, name_columns_of, refuse_patient_columns, unknown_format
from monitor.sources.mapped_formats import column_as_written, refuse_rivals, with_column_maps
from monitor.sources.nhs import (
    appointments,
    appointments_annex,
    core_gp_contract,
    cqrs,
    dementia_data,
    diabetes_audit,
    epcn,
    epraccur,
    ods_reports,
    online_consultation,
    online_consultation_long,
    registered_patients,
    telephony_calls,
    telephony_workbooks,
    workforce,
)
from monitor.sources.nhs.months_in_names import month_named, without_month
from monitor.sources.nhs.without_submissions import bystander_book, bystander_with

__all__ = [
    "FORMATS",
    "CsvTable",
    "Format",
    "ParquetTable",
    "Recognised",
    "RowTable",
    "read_csv_carefully",
    "recognise",
]

Known = tuple[HeadedFormat, ...]

# Published files before those that people prepare; of each, the most specific first.
_HEADED: Known = (
    *registered_patients.HEADED,
    *cqrs.HEADED,
    *appointments.HEADED,
    *workforce.HEADED,
    *online_consultation_long.HEADED,
    *telephony_calls.HEADED,
    *core_gp_contract.HEADED,
    *dementia_data.HEADED,
    *own_formats.HEADED,
)

FORMATS: tuple[Format, ...] = (
    own_formats.ORGANISATIONS,
    own_formats.SUBMISSION_LOG,
    own_formats.REQUESTS,
    own_formats.NOTICES,
    own_formats.PARTICIPATION,
    epraccur.EPRACCUR,
    epcn.PCN,
    epcn.PCN_PARTNER,
    registered_patients.REGISTERED_LIST,
    registered_patients.REGISTERED_MAP,
    ods_reports.BRANCH,
    ods_reports.SUCCESSION,
    cqrs.CQRS_PARTICIPATION,
    cqrs.CQRS_EXTRACT,
    online_consultation.ONLINE_CONSULTATION,
    telephony_workbooks.TELEPHONY_SUMMARY,
    telephony_workbooks.TELEPHONY_PARTICIPATION,
    *(headed.format for headed in telephony_calls.HEADED),
    diabetes_audit.DIABETES_AUDIT,
    core_gp_contract.CORE_GP_CONTRACT,
    dementia_data.DEMENTIA_DATA_DATE,
    online_consultation_long.ONLINE_CONSULTATION_METRIC,
    appointments.APPOINTMENTS,
    appointments_annex.APPOINTMENTS_ANNEX,
    appointments.APPOINTMENTS_MAP,
    appointments.APPOINTMENTS_COVERAGE,
    workforce.WORKFORCE_DETAILED,
    workforce.WORKFORCE_HIGH_LEVEL,
)


def recognise(path: Path, column_maps: Sequence[ColumnMap] = ()) -> Recognised:
    """What a file is, and how to read it. Raises FileRefused, which says what was found and what to do.

    column_maps: exports that monitor.toml describes; they come after the published files and before people's own.
    """
    known = with_column_maps(_HEADED, column_maps)
    match container_of(path):
        case "workbook":
            return _recognise_book(open_book(path), known)
        case "parquet":
            return _recognise_parquet(path, known)
        case "zip":
            raise FileRefused(
                path.name, "is a zip archive inside another", "files", "unpack the outer one and drop what it holds"
            )
        case "text":
            return _recognise_text(read_head(path), known)


def _recognise_text(head: TextHead, known: Known) -> Recognised:
    published = None if head.begins_blank else epraccur.recognise(head) or ods_reports.recognise(head)
    if published:
        return published
    refuse_patient_columns(cells_by_any_separator(head), head.path.name)
    headings = [normalised(heading) for heading in head.first]
    recognised = online_consultation.recognise_csv(head) or _recognise_headed(head, 1, known)
    if recognised:
        return recognised
    other = _recognise_below_title(head, known) or diabetes_audit.recognise_csv(head) or bystander_with(headings)
    if other:
        return other
    likest = _row_most_like_headings(head, known)
    if likest > 1:
        raise unknown_format([head.records[likest - 1]], known, f"{head.path.name}, row {likest}")
    refuse_blank_first_line(head)
    refuse_other_separator(head)
    raise unknown_format([head.first], known, head.path.name)


def _row_most_like_headings(head: TextHead, known: Known) -> int:
    """The first row, unless a lower one has more headings of a known format, and not one by chance."""
    rows = [[normalised(cell) for cell in record] for record in head.records]
    matched = [max(len(headed.matched(headings)) for headed in known) for headings in rows]
    return matched.index(max(matched)) + 1 if max(matched) > 1 else 1


def _recognise_headed(head: TextHead, number: int, known: Known) -> Recognised | None:
    """The file of known headings in this row; None where they are of no known format."""
    where = head.path.name
    headings = [normalised(heading) for heading in head.records[number - 1]]
    headed = _fit(headings, known, where)
    if headed is None:
        return None
    if headed.is_own and not headed.is_plain(headings) and (bystander := bystander_with(headings)):
        return bystander  # published without submissions, under headings that people use for ours too
    refuse_patient_columns(headings, where)
    columns, ignored = name_columns_of(headed, headings, where)
    table = CsvTable(headed.format, head.path, number, columns, ignored, _given(headed, columns, head.path))
    return Recognised(headed.format.name, (table,), None if number == 1 else f"headings found in row {number}")


def _recognise_below_title(head: TextHead, known: Known) -> Recognised | None:
    """A file with lines of title, or blank ones, above its headings.

    Raises FileRefused where a line above is filled like the headings: it may be data, as a sorted sheet has it there.
    """
    most = 0
    for number, record in enumerate(head.records, start=1):
        filled = sum(bool(cell.strip()) for cell in record)
        if number > 1 and (found := _recognise_headed(head, number, known)):
            if filled >= 2 * most:
                return found
            raise _headings_below_data(head.path.name, found.format_name, number)
        most = max(most, filled)
    return None


def _recognise_parquet(path: Path, known: Known) -> Recognised:
    names = column_names(path)
    refuse_patient_columns(names, path.name)
    headings = [normalised(name) for name in names]
    headed = _fit(headings, known, path.name)
    if headed is None:
        raise unknown_format([names], known, path.name)
    columns, ignored = name_columns_of(headed, headings, path.name)
    table = ParquetTable(headed.format, path, columns, ignored, _given(headed, columns, path))
    return Recognised(headed.format.name, (table,))


def _given(headed: HeadedFormat, columns: tuple[str, ...], path: Path) -> dict[str, str]:
    """The month that the name of the file says, for a format that has none in its content."""
    column = headed.named_month
    if column is None or column in columns or (headed.own_month and set(headed.own_month) <= set(columns)):
        return {}
    month = month_named(path)
    if month is None:
        raise without_month(path, headed.format.name, headed.own_month)
    return {column: month.isoformat()}


def _recognise_book(book: Book, known: Known) -> Recognised:
    """Refused or read, the cells that lie far from its tables are named."""
    try:
        recognised = _recognise_workbook(book, known)
    except FileRefused as refusal:
        found = f"{refusal.found}; {book.note}" if book.note else refusal.found
        raise FileRefused(refusal.where, found, refusal.expected, refusal.advice) from refusal
    return replace(recognised, note="; ".join(filter(None, (recognised.note, book.note))) or None)


def _recognise_workbook(book: Book, known: Known) -> Recognised:
    tops = [first[1] for sheet in book.sheets if (first := sheet.first_row())]
    for top in tops:
        refuse_patient_columns(top, book.path.name)
    if not tops:
        raise nothing_in(book.path)
    return (
        epcn.recognise(book)
        or online_consultation.recognise(book)
        or telephony_workbooks.recognise(book)
        or appointments_annex.recognise(book)
        or bystander_book(book)
        or _recognise_sheet(book, tops, known)
    )


def _recognise_sheet(book: Book, tops: list[tuple[str | None, ...]], known: Known) -> Recognised:
    """The one sheet of a workbook that has known headings, in its first filled row or below lines of title."""
    fitting = [found for sheet in book.sheets if (found := _headed_sheet(book, sheet, known))]
    filled = [found for found in fitting if found.has_rows]
    if all(found.may_be_published for found in fitting):
        # Last, because a log about the audit can name it too, on the tab of its sheet.
        audit = diabetes_audit.recognise(book)
        if audit:
            return audit
    if not fitting:
        raise _unknown_workbook(book, tops, known)
    if len(filled) > 1:
        # Reading the first and passing over the others in silence would lose rows that someone meant to send.
        names = ", ".join(f"{found.sheet.name} ({found.headed.format.name})" for found in filled)
        raise FileRefused(
            book.path.name,
            f"holds data on several sheets: {names}",
            "one sheet with data in a file",
            "save each sheet as a file of its own, or delete the one that is not meant",
        )
    found = (filled or fitting)[0]
    others = tuple(_unloaded(book, other) for other in book.sheets if other is not found.sheet)
    note = f"headings found in row {found.number}" if found.below_title else None
    return Recognised(found.headed.format.name, (_sheet_table(book, found),), note, unloaded=others)


@dataclass(frozen=True)
class _HeadedSheet:
    """A sheet with known headings: in which row, and what they are. below_title: other rows stand above them."""

    sheet: Sheet
    headed: HeadedFormat
    number: int
    headings: tuple[str, ...]
    below_title: bool

    @property
    def may_be_published(self) -> bool:
        """Whether it is a list of practices by common names alone, as many a publication has."""
        return self.headed.must_be_most and not self.headed.is_plain(self.headings)

    @property
    def has_rows(self) -> bool:
        return next(self.sheet.rows_after(self.number), None) is not None


def _headed_sheet(book: Book, sheet: Sheet, known: Known) -> _HeadedSheet | None:
    """Raises FileRefused where a row above the headings is filled like them: it may be data of a sorted sheet."""
    where = f"{book.path.name}, sheet {sheet.name}"
    most = 0
    for place, (number, texts) in enumerate(sheet.top_rows()):
        headings = tuple(normalised(text) for text in texts)
        filled = sum(map(bool, headings))
        if headed := _fit(headings, known, where):
            if place and filled < 2 * most:
                raise _headings_below_data(where, headed.format.name, number)
            refuse_patient_columns(headings, where)
            return _HeadedSheet(sheet, headed, number, headings, below_title=place > 0)
        most = max(most, filled)
    return None


def _headings_below_data(where: str, format_name: str, number: int) -> FileRefused:
    return FileRefused(
        where,
        f"has the headings of {format_name} in row {number}, below rows that look like data",
        "the headings in the first line",
        "move the headings to the top, and drop the file again",
    )


def _unknown_workbook(book: Book, tops: list[tuple[str | None, ...]], known: Known) -> FileRefused:
    """Where a row below lines of title is more like headings of ours than any first row, it is the one to compare."""
    rows = [(sheet, number, texts) for sheet in book.sheets for number, texts in sheet.top_rows()]
    likeness = [max(len(headed.matched([normalised(t) for t in texts])) for headed in known) for _, _, texts in rows]
    likest = likeness.index(max(likeness))
    sheet, number, texts = rows[likest]
    if likeness[likest] > 1 and texts not in tops:
        return unknown_format([texts], known, f"{book.path.name}, sheet {sheet.name}, row {number}")
    return unknown_format(tops, known, book.path.name)


def _unloaded(book: Book, sheet: Sheet) -> Unloaded:
    return Unloaded(f"{book.path.name}, sheet {sheet.name}", lambda: (texts for _, texts in sheet.rows()))


def _sheet_table(book: Book, found: _HeadedSheet) -> RowTable:
    sheet, headed = found.sheet, found.headed
    columns, ignored = name_columns_of(headed, found.headings, f"{book.path.name}, sheet {sheet.name}")
    keys = [place for place, column in enumerate(columns) if column in _key_columns(headed)]
    given = _given(headed, columns, book.path)
    return RowTable(headed.format, columns, ignored, lambda: sheet.filled_rows_after(found.number, keys), given)


def _key_columns(headed: HeadedFormat) -> tuple[str, ...]:
    """The required columns, as the file's columns are named: a merged cell in one of them stands for all its rows."""
    column_map = headed.format.column_map
    return tuple(map(column_as_written, column_map.own.required)) if column_map else headed.format.required


def _fit(headings: Sequence[str], known: Known, where: str) -> HeadedFormat | None:
    """The format that these normalised headings belong to. Raises FileRefused where it is one of two column maps."""
    headed = first_fit(headings, known)
    if headed:
        refuse_rivals(headed, headings, known, where)
    return headed
