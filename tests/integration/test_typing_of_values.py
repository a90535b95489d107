"""Which text becomes which value, and which becomes a reason. One file holds every row of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from inbox import GOOD, HEADING, NOW, drop, log, log_sheet, parquet, row, stored, workbook

from monitor.ingest.inbox import Intake, load_files
from monitor.store.connection import Store, open_writer

PERIODS = {
    "workforce": "month",
    "national_diabetes_audit": "quarter",
    "annual_return": "contract_year",
    "mhra_alerts": "any",
}


def utc(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, fraction: int = 0
) -> datetime:
    return datetime(year, month, day, hour, minute, second, fraction, tzinfo=UTC)


# An optional value that cannot be read: the row is loaded without it, and its text is kept.
LEFT_OUT = "left out"

# One column of a submission log is changed to the text; the row is loaded with the value, or rejected for the reason.
LOG_VALUES: list[tuple[str, str, Any]] = [
    ("organisation_code", "A81001", "A81001"),
    ("organisation_code", " a81 001 ", "A81001"),
    ("organisation_code", "\u00a0A81001\u00a0", "A81001"),
    ("organisation_code", "\u200bA81001\u200f", "A81001"),
    ("organisation_code", "\ufeffa81\u2009001", "A81001"),
    ("organisation_code", "RX1", "RX1"),
    ("organisation_code", "U12345", "U12345"),
    ("organisation_code", "S9B9J", "S9B9J"),
    ("organisation_code", "", "missing_value"),
    ("organisation_code", "  ", "missing_value"),
    ("organisation_code", "A8100", "bad_code"),
    ("organisation_code", "A810011", "bad_code"),
    ("organisation_code", "A81001;A81002", "bad_code"),
    ("organisation_code", "\u00c981001", "bad_code"),
    ("return_code", " Workforce ", "workforce"),
    ("return_code", "\u2060WORKFORCE", "workforce"),
    ("return_code", "", "missing_value"),
    ("return_code", "work force", "unknown_return"),
    ("return_code", "' OR 1=1 --", "unknown_return"),
    ("period_start", "2025-03-01", date(2025, 3, 1)),
    ("period_start", " 2025-03-01 ", date(2025, 3, 1)),
    ("period_start", "2025-03-01 00:00:00.000", date(2025, 3, 1)),
    ("period_start", "2025-03-01T00:00:00", date(2025, 3, 1)),
    ("period_start", "0001-01-01", date(1, 1, 1)),
    ("period_start", "", "missing_value"),
    ("period_start", "2024-02-30", "bad_date"),
    ("period_start", "2025-3-1", date(2025, 3, 1)),
    ("period_start", "01/03/2025", date(2025, 3, 1)),
    ("period_start", "1/3/2025", date(2025, 3, 1)),
    ("period_start", "01-03-2025", date(2025, 3, 1)),
    ("period_start", "1.3.2025", date(2025, 3, 1)),
    ("period_start", "01/03/2025 00:00:00", date(2025, 3, 1)),
    ("period_start", "\u200e01/03/2025", date(2025, 3, 1)),
    ("period_start", "1 March 2025", date(2025, 3, 1)),
    ("period_start", "01-Mar-25", date(2025, 3, 1)),
    ("period_start", "20250301", date(2025, 3, 1)),
    ("period_start", "2025-03-01 10:00", date(2025, 3, 1)),
    ("period_start", "2025-02-28T23:00-01:00", date(2025, 3, 1)),
    ("period_start", "45717", date(2025, 3, 1)),
    ("period_start", "45717.0", date(2025, 3, 1)),
    ("period_start", "2025-03", date(2025, 3, 1)),
    ("period_start", "03/2025", date(2025, 3, 1)),
    ("period_start", "March 2025", date(2025, 3, 1)),
    ("period_start", "Mar-25", date(2025, 3, 1)),
    ("period_start", "MAR 2025", date(2025, 3, 1)),
    ("period_start", "1/3/25", "bad_date"),
    ("period_start", "03/13/2025", "bad_date"),
    ("period_start", "03/05/2024", "period_not_of_return"),
    ("period_start", "2024/25", "bad_date"),
    ("period_start", "25-Mar", "bad_date"),
    ("period_start", "2025", "bad_date"),
    ("period_start", "infinity", "bad_date"),
    ("period_start", "2025-03-02", "period_not_of_return"),
    ("period_start", "9999-12-01", "before_period"),
    ("submitted_at", "2025-03-31", utc(2025, 3, 30, 23)),
    ("submitted_at", "2025-03-31 09:05", utc(2025, 3, 31, 8, 5)),
    ("submitted_at", "2025-03-31T10:00:00", utc(2025, 3, 31, 9)),
    ("submitted_at", "2025-03-31T10:00Z", utc(2025, 3, 31, 10)),
    ("submitted_at", "2025-03-31T10:00:00.123456+02:00", utc(2025, 3, 31, 8, 0, 0, 123456)),
    ("submitted_at", "2025-03-31T10:00:00-0530", utc(2025, 3, 31, 15, 30)),
    ("submitted_at", "2025-03-31T10:00:00+01", utc(2025, 3, 31, 9)),
    ("submitted_at", "2025-03-31 24:00", utc(2025, 3, 31, 23)),
    ("submitted_at", "2025-03-30 00:59:59", utc(2025, 3, 30, 0, 59, 59)),
    ("submitted_at", "2025-03-30 02:00", utc(2025, 3, 30, 1)),
    ("submitted_at", "2025-03-01 00:00", utc(2025, 3, 1)),
    ("submitted_at", "2025-06-01T12:00:00Z", utc(2025, 6, 1, 12)),
    ("submitted_at", "2025-06-01 13:00:00", utc(2025, 6, 1, 12)),
    ("submitted_at", "", "missing_value"),
    ("submitted_at", "31/03/2025", utc(2025, 3, 30, 23)),
    ("submitted_at", "31/03/2025 10:00", utc(2025, 3, 31, 9)),
    ("submitted_at", "31/03/2025 9:05", utc(2025, 3, 31, 8, 5)),
    ("submitted_at", "31/03/2025 09:05:12", utc(2025, 3, 31, 8, 5, 12)),
    ("submitted_at", "31/03/2025 24:00", utc(2025, 3, 31, 23)),
    ("submitted_at", "31-03-2025 09:05 UTC", utc(2025, 3, 31, 9, 5)),
    ("submitted_at", "31/03/2025 09:05+01:00", utc(2025, 3, 31, 8, 5)),
    ("submitted_at", "2025-03-31 9:05", utc(2025, 3, 31, 8, 5)),
    ("submitted_at", "2025-03-31 09:05 UTC", utc(2025, 3, 31, 9, 5)),
    ("submitted_at", "2025-3-31 10:00", utc(2025, 3, 31, 9)),
    ("submitted_at", "2025-03-31 23:59:60", utc(2025, 3, 31, 22, 59, 59)),
    ("submitted_at", "2025-03-31T23:59:60Z", utc(2025, 3, 31, 23, 59, 59)),
    ("submitted_at", "45747", utc(2025, 3, 30, 23)),
    ("submitted_at", "45747.5", utc(2025, 3, 31, 11)),
    ("submitted_at", "03/31/2025 10:00", "bad_date"),
    ("submitted_at", "31/03/25 10:00", "bad_date"),
    ("submitted_at", "31/03/2025 24:01", "bad_date"),
    ("submitted_at", "31/03/2025 10:20:60", "bad_date"),
    ("submitted_at", "2025-03-31 10:00 PM", "bad_date"),
    ("submitted_at", "2025-03-31 25:00", "bad_date"),
    ("submitted_at", "2025-03-31 10:60", "bad_date"),
    ("submitted_at", "2025-03-31 garbage", "bad_date"),
    ("submitted_at", "infinity", "bad_date"),
    # To DuckDB BST is Bangladesh, six hours ahead: only offsets in figures say one thing to everybody.
    ("submitted_at", "2025-03-31 10:00 BST", "bad_date"),
    ("submitted_at", "2025-03-31 10:00 America/New_York", "bad_date"),
    ("submitted_at", "2025-03-31 10:00+99:00", "bad_date"),
    ("submitted_at", "2025-03-31 (BC)", "bad_date"),
    ("submitted_at", "2025-06-01T12:00:01Z", "submitted_in_future"),
    ("submitted_at", "2025-06-01 13:00:01", "submitted_in_future"),
    # Early, and it counts; more than 31 days before the period began it is a slip of the pen.
    ("submitted_at", "2025-02-28 23:59:59", utc(2025, 2, 28, 23, 59, 59)),
    ("submitted_at", "2025-01-29 00:00", utc(2025, 1, 29)),
    ("submitted_at", "2025-01-28 23:59:59", "before_period"),
    ("outcome", " ACCEPTED", "accepted"),
    ("outcome", "Nil", "nil"),
    ("outcome", "Accepted\u00a0", "accepted"),
    ("outcome", "accepted\t", "accepted"),
    ("outcome", "rejected", "rejected"),
    ("outcome", "", "missing_value"),
    ("outcome", "ok", "bad_outcome"),
    ("record_count", "", None),
    ("record_count", "0", 0),
    ("record_count", " 007 ", 7),
    ("record_count", "6.0", 6),
    ("record_count", "999999999999999", 999_999_999_999_999),
    ("record_count", '"1,234"', 1234),
    ("record_count", "1 234", 1234),
    ("record_count", "1\u00a0234", 1234),
    ("record_count", '"12,345,678.00"', 12_345_678),
    ("record_count", "1.2E+03", 1200),
    ("record_count", "1e3", 1000),
    ("record_count", "-5", LEFT_OUT),
    ("record_count", "1.5", LEFT_OUT),
    ("record_count", '"1,2"', LEFT_OUT),
    ("record_count", "many", LEFT_OUT),
    ("record_count", "9999999999999999", LEFT_OUT),
    ("record_count", "\u0665", LEFT_OUT),
    ("record_count", "NaN", LEFT_OUT),
    ("submission_id", "0012", "0012"),
    ("submission_id", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ("submission_id", '"say ""hi"""', 'say "hi"'),
    ("detail", "NULL", "NULL"),
]
# Rows that are at fault only in what two columns say together.
PERIODS_OF_RETURNS: list[tuple[str, str, str, Any]] = [
    ("national_diabetes_audit", "2025-01-01", "2025-02-03", date(2025, 1, 1)),
    ("national_diabetes_audit", "2025-02-01", "2025-02-03", "period_not_of_return"),
    ("annual_return", "2024-04-01", "2024-12-01", date(2024, 4, 1)),
    ("annual_return", "2025-01-01", "2025-02-03", "period_not_of_return"),
    ("mhra_alerts", "2025-02-17", "2025-02-17 00:00", date(2025, 2, 17)),
    ("mhra_alerts", "2025-02-17", "2025-02-16 23:59", date(2025, 2, 17)),
    ("mhra_alerts", "2025-02-17", "2025-01-16", "before_period"),
    # As people name them, where it is clear which is meant.
    ("annual_return", "2024/25", "2024-12-01", date(2024, 4, 1)),
    ("annual_return", "2024-25", "2024-12-01", date(2024, 4, 1)),
    ("annual_return", "2024-2025", "2024-12-01", date(2024, 4, 1)),
    ("annual_return", "2024/26", "2024-12-01", "bad_date"),
    ("national_diabetes_audit", "Q4 2024/25", "2025-02-03", date(2025, 1, 1)),
    ("national_diabetes_audit", "Jan-25", "2025-02-03", date(2025, 1, 1)),
    ("national_diabetes_audit", "Feb-25", "2025-02-03", "period_not_of_return"),
    ("national_diabetes_audit", "Q1 2025", "2025-02-03", "bad_date"),
    ("mhra_alerts", "Feb-25", "2025-02-17", "bad_date"),
]
END_OF_SUMMER_TIME = [
    ("2024-10-27 00:30", utc(2024, 10, 26, 23, 30)),
    ("2024-10-27 02:00", utc(2024, 10, 27, 2)),
    ("2024-10-27 01:30+01:00", utc(2024, 10, 27, 0, 30)),
    ("2024-10-27 01:30+00:00", utc(2024, 10, 27, 1, 30)),
]
OTHER_FILES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "organisation": (
        "organisation_code,organisation_name,organisation_kind,list_size,opened_on,closed_on,valid_from,valid_to",
        [
            ("A81001,Good,,,,,,", ""),
            (",No code,,,,,,", "missing_value:organisation_code"),
            ("A81001,,,,,,,", "missing_value:organisation_name"),
            ("A8,Bad code,,,,,,", "bad_code:organisation_code"),
            ("A81001,Kind,surgery,,,,,", "left out:organisation_kind"),
            ("A81001,Size,,many,,,,", "left out:list_size"),
            ("A81001,Opening,,,2024-02-30,,,", "left out:opened_on"),
            ("A81001,Closing,,,,1/2/24,,", "left out:closed_on"),
            ("A81001,Closed before it opened,,,2024-05-01,2024-04-30,,", "left out:closed_on"),
            ("A81001,From,,,,,soon,", "left out:valid_from"),
            ("A81001,To,,,,,,later", "left out:valid_to"),
            ("A81001,To before from,,,,,2024-05-01,2024-04-30", "left out:valid_to"),
            ('A81001,As people write,GP Practice,"8,123",1/4/1948,31/03/2026,01/04/2024,Mon', "left out:valid_to"),
        ],
    ),
    "request": (
        "request_id,organisation_code,return_code,requested_on,due_on",
        [
            ("R1,A81001,mhra_alerts,2025-02-17,", ""),
            (",A81001,mhra_alerts,2025-02-17,", "missing_value:request_id"),
            ("R1,,mhra_alerts,2025-02-17,", "missing_value:organisation_code"),
            ("R1,A81001,,2025-02-17,", "missing_value:return_code"),
            ("R1,A81001,mhra_alerts,,", "missing_value:requested_on"),
            ("R1,A8,mhra_alerts,2025-02-17,", "bad_code:organisation_code"),
            ("R1,A81001,alerts,2025-02-17,", "unknown_return:return_code"),
            ("R2,A81001,MHRA alerts,17/02/2025,", ""),
            ("R1,A81001,mhra_alerts,Feb-25,", "bad_date:requested_on"),
            ("R4,A81001,mhra_alerts,2025-02-17,soon", "left out:due_on"),
            ("R3,A81001,mhra_alerts,2025-02-17,2025-02-16", "left out:due_on"),
            # Here the request gives the year its due date: without it another day would hold.
            ("R1,A81001,annual_return,2025-02-17,soon", "bad_date:due_on"),
        ],
    ),
    "notice": (
        "notice_id,return_code,kind,period_start,scope,scope_value,new_due_on,from_on,to_on,reason",
        [
            ("N1,workforce,Paused,,National,,,,,why", ""),
            (",workforce,paused,,national,,,,,why", "missing_value:notice_id"),
            ("N1,,paused,,national,,,,,why", "missing_value:return_code"),
            ("N1,workforce,,,national,,,,,why", "missing_value:kind"),
            ("N1,workforce,paused,,,,,,,why", "missing_value:scope"),
            ("N1,workforce,paused,,national,,,,,", "missing_value:reason"),
            ("N1,workforce,paused,,icb,,,,,why", "missing_value:scope_value"),
            ("N1,workforce,extended,,national,,,,,why", "missing_value:new_due_on"),
            ("N1,staff,paused,,national,,,,,why", "unknown_return:return_code"),
            ("N1,workforce,stopped,,national,,,,,why", "bad_code:kind"),
            ("N1,workforce,paused,,everywhere,,,,,why", "bad_code:scope"),
            ("N1,workforce,paused,2025-02-30,national,,,,,why", "bad_date:period_start"),
            ("N1,workforce,paused,2025-02-02,national,,,,,why", "period_not_of_return:period_start"),
            ("N1,workforce,extended,,national,,soon,,,why", "bad_date:new_due_on"),
            ("N1,workforce,extended,2025-02-01,national,,2025-01-31,,,why", "bad_date:new_due_on"),
            ("N2,workforce,paused,Feb-25,national,,soon,,,why", "left out:new_due_on"),
            ("N1,workforce,paused,,national,,,x,,why", "bad_date:from_on"),
            ("N1,workforce,paused,,national,,,,x,why", "bad_date:to_on"),
            ("N1,workforce,paused,,national,,,2025-02-02,2025-02-01,why", "bad_date:to_on"),
        ],
    ),
    "participation": (
        "organisation_code,return_code,state,from_on,to_on",
        [
            ("A81001,appointments,Declined,2025-02-01,", ""),
            (",appointments,declined,2025-02-01,", "missing_value:organisation_code"),
            ("A81001,,declined,2025-02-01,", "missing_value:return_code"),
            ("A81001,appointments,,2025-02-01,", "missing_value:state"),
            ("A81001,appointments,declined,,", "missing_value:from_on"),
            ("A8,appointments,declined,2025-02-01,", "bad_code:organisation_code"),
            ("A81001,meetings,declined,2025-02-01,", "unknown_return:return_code"),
            ("A81001,appointments,no,2025-02-01,", "bad_code:state"),
            ("A81001,appointments,declined,1/2/25,", "bad_date:from_on"),
            ("A81001,appointments,declined,2025-02-01,x", "bad_date:to_on"),
            ("A81001,appointments,declined,2025-02-02,2025-02-01", "bad_date:to_on"),
        ],
    ),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store in memory that holds every table of this page, one file each."""
    folder = tmp_path_factory.mktemp("typing")
    texts = {
        "values": log(*(row(**{"submission_id": str(place), c: t}) for place, (c, t, _) in enumerate(LOG_VALUES))),
        "periods": log(
            *(
                row(return_code=r, period_start=p, submitted_at=s, submission_id=str(place))
                for place, (r, p, s, _) in enumerate(PERIODS_OF_RETURNS)
            )
        ),
        "clocks": log(*(row(period_start="2024-10-01", submitted_at=text) for text, _ in END_OF_SUMMER_TIME)),
        **{
            name: "\n".join([heading, *(line for line, _ in rows), ""]) for name, (heading, rows) in OTHER_FILES.items()
        },
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    with open_writer(Path(":memory:"), folder, "500MB") as connection:
        known = {**PERIODS, "appointments": "month"}
        files = [(name, folder / name) for name in texts]
        loaded = list(load_files(Intake(connection, known, NOW, folder), files))
        assert [file.state for file in loaded] == ["loaded"] * len(files), loaded
        yield connection


def became_of(store: Store, file: str, place: int, column: str) -> Any:
    """The value that a row of a log was loaded with, or the reason for which it was rejected."""
    faults = faults_of(store, file)
    if place + 2 in faults:
        return faults[place + 2].split(":")[0]
    ((value,),) = store.execute(
        f"SELECT s.{column} FROM data.submission_row AS s JOIN data.loaded_file USING (file_id) "
        "WHERE file_name = $file AND row_number = $number",
        {"file": file, "number": place + 2},
    ).fetchall()
    return value


def faults_of(store: Store, file: str) -> dict[int, str]:
    """What was wrong with the rows of a file, by their numbers: the reason or LEFT_OUT, and the column."""
    rows = store.execute(
        "SELECT row_number, reason || ':' || column_name FROM data.rejected_row JOIN data.loaded_file USING (file_id) "
        "WHERE file_name = $file UNION ALL "
        "SELECT row_number, $left_out || ':' || column_name "
        "FROM data.rejected_value JOIN data.loaded_file USING (file_id) "
        "WHERE file_name = $file",
        {"file": file, "left_out": LEFT_OUT},
    ).fetchall()
    assert len(rows) == len(dict(rows)), rows
    return dict(rows)


@pytest.mark.parametrize(("place", "case"), list(enumerate(LOG_VALUES)), ids=[f"{c} {t!r}" for c, t, _ in LOG_VALUES])
def test_text_of_a_log_becomes_a_value_or_a_reason(store: Store, place: int, case: tuple[str, str, Any]) -> None:
    column, _, expected = case
    assert became_of(store, "values", place, column) == expected


@pytest.mark.parametrize(("place", "case"), list(enumerate(PERIODS_OF_RETURNS)))
def test_a_period_must_be_one_of_its_return(store: Store, place: int, case: tuple[str, str, str, Any]) -> None:
    assert became_of(store, "periods", place, "period_start") == case[3]


@pytest.mark.parametrize("name", OTHER_FILES)
def test_each_other_file_names_the_reason_and_the_column(store: Store, name: str) -> None:
    _, rows = OTHER_FILES[name]
    faults = faults_of(store, name)
    assert [faults.get(number, "") for number in range(2, len(rows) + 2)] == [fault for _, fault in rows]


@pytest.mark.parametrize(("place", "case"), list(enumerate(END_OF_SUMMER_TIME)))
def test_instants_around_the_end_of_summer_time(store: Store, place: int, case: tuple[str, datetime]) -> None:
    assert became_of(store, "clocks", place, "submitted_at") == case[1]


def test_a_workbook_gives_dates_numbers_and_text_their_meaning(monitor: Any, workspace: Path) -> None:
    sheet = log_sheet(
        {"submission_id": 12, "period_start": datetime(2025, 3, 1)},
        {"submission_id": 1.5, "record_count": 6.0},
        {
            "submission_id": "text",
            "record_count": "7",
            "period_start": "2025-03-01",
            "submitted_at": "2025-03-31 10:00",
        },
        {"submission_id": "day", "submitted_at": date(2025, 3, 31)},
        {"record_count": 5.5},
        {"record_count": True, "submission_id": "true"},
        {"period_start": 45717},
        {"submitted_at": 45747.5},
    )
    drop(workspace, "log.xlsx", workbook(sheet))
    answer = monitor("load", "-w", workspace, now=NOW)
    assert answer.code == 0, answer.err
    columns = (
        "SELECT submission_id, period_start, submitted_at, record_count FROM data.submission_row ORDER BY row_number"
    )
    assert stored(workspace, columns) == [
        ("12", date(2025, 3, 1), utc(2025, 3, 31, 9), 5),
        ("1.5", date(2025, 3, 1), utc(2025, 3, 31, 9), 6),
        ("text", date(2025, 3, 1), utc(2025, 3, 31, 9), 7),
        ("day", date(2025, 3, 1), utc(2025, 3, 30, 23), 5),
        ("S1", date(2025, 3, 1), utc(2025, 3, 31, 9), None),
        ("true", date(2025, 3, 1), utc(2025, 3, 31, 9), None),
        ("S1", date(2025, 3, 1), utc(2025, 3, 31, 9), 5),
        ("S1", date(2025, 3, 1), utc(2025, 3, 31, 11), 5),
    ]
    left_out = "SELECT row_number, column_name, cell_text FROM data.rejected_value ORDER BY ALL"
    assert stored(workspace, left_out) == [(6, "record_count", "5.5"), (7, "record_count", "TRUE")]


PARQUET_VALUES = [
    ("submitted_at", "TIMESTAMP '2025-03-31 10:00'", utc(2025, 3, 31, 9)),
    ("submitted_at", "TIMESTAMPTZ '2025-03-31 10:00+00'", utc(2025, 3, 31, 10)),
    ("submitted_at", "TIMESTAMP_NS '2025-03-31 10:00:00.123456789'", utc(2025, 3, 31, 9, 0, 0, 123456)),
    ("submitted_at", "DATE '2025-03-31'", utc(2025, 3, 30, 23)),
    ("submitted_at", "TIMESTAMP 'infinity'", "bad_date"),
    ("submitted_at", "CAST(NULL AS TIMESTAMP)", "missing_value"),
    ("period_start", "TIMESTAMP '2025-03-01 00:00'", date(2025, 3, 1)),
    ("period_start", "DATE '2025-03-02'", "period_not_of_return"),
    ("record_count", "5::UTINYINT", 5),
    ("record_count", "6::DOUBLE", 6),
    ("record_count", "1e3::DOUBLE", 1000),
    ("record_count", "5.0::DECIMAL(9, 2)", 5),
    ("record_count", "NULL::INTEGER", None),
    ("record_count", "5.5::DOUBLE", LEFT_OUT),
    ("record_count", "TRUE", LEFT_OUT),
    ("record_count", "'NaN'::DOUBLE", LEFT_OUT),
    ("detail", "[1, 2]", "[1, 2]"),
    ("outcome", "'nil'::ENUM ('nil')", "nil"),
]


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("place", "case"), list(enumerate(PARQUET_VALUES)), ids=[v for _, v, _ in PARQUET_VALUES])
def test_a_typed_column_of_parquet_becomes_a_value_or_a_reason(
    store: Store, tmp_path: Path, place: int, case: tuple[str, str, Any]
) -> None:
    column, value, expected = case
    submission_id = {"submission_id": f"'parquet {place}'"}
    file = parquet(tmp_path / "log.parquet", f"SELECT {columns_of_parquet({**submission_id, column: value})}")
    list(load_files(Intake(store, PERIODS, NOW, tmp_path), [(value, file)]))
    assert became_of(store, value, 0, column) == expected


def columns_of_parquet(changed: dict[str, str]) -> str:
    right = {column: f"'{text}'" for column, text in GOOD.items()}
    return ", ".join(f"{value} AS {column}" for column, value in {**right, **changed}.items())


def test_the_same_text_means_the_same_in_csv_workbook_and_parquet(tmp_path: Path) -> None:
    """Every text of the table above that needs no quoting and is no formula, in three kinds of file."""
    cases: Sequence[tuple[str, str]] = [(c, t) for c, t, _ in LOG_VALUES if not set('",=') & set(t)]
    rows = [{**GOOD, "detail": str(place), column: text} for place, (column, text) in enumerate(cases)]
    (tmp_path / "log.csv").write_text(HEADING + "".join(",".join(r.values()) + "\n" for r in rows), encoding="utf-8")
    (tmp_path / "log.xlsx").write_bytes(workbook([list(GOOD), *([t or None for t in r.values()] for r in rows)]))
    parquet(tmp_path / "log.parquet", f"SELECT * FROM read_csv('{tmp_path / 'log.csv'}', all_varchar = true)")
    answers = [what_was_stored(tmp_path / f"log.{kind}") for kind in ("csv", "xlsx", "parquet")]
    assert answers[1] == answers[0]
    assert answers[2] == answers[0]


def what_was_stored(file: Path) -> list[list[tuple[Any, ...]]]:
    with open_writer(Path(":memory:"), file.parent, "500MB") as connection:
        list(load_files(Intake(connection, PERIODS, NOW, file.parent), [(file.name, file)]))
        return [
            connection.execute("SELECT * EXCLUDE (file_id) FROM data.submission_row ORDER BY row_number").fetchall(),
            connection.execute("SELECT * EXCLUDE (file_id, row_text) FROM data.rejected_row ORDER BY ALL").fetchall(),
        ]
