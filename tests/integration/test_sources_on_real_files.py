"""The published files themselves, where they are at hand: counts as they are known to be."""

from __future__ import annotations

import time
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from monitor.sources.files.tolerant_csv import read_csv_carefully
from monitor.sources.formats import CsvTable, ParquetTable, RowTable
from monitor.sources.recognise import recognise

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ONLINE_CONSULTATION = "oc/Submissions via Online Consultation Systems in General Practice - {}.xlsx"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the published files (shared/data) are not at hand")

# month: practice rows, rows with 0 submissions, rows with participation 0 (None: no such column; "*": suppressed)
MONTHS = {
    "April 2024": (4882, 0, None),
    "May 2024": (4769, 0, None),
    "June 2024": (6258, 1558, 116),
    "July 2024": (6250, 1417, 102),
    "August 2024": (6239, 2732, 98),
    "September 2024": (6232, 1312, 29),
    "October 2024": (6229, 1305, 28),
    "November 2024": (6221, 1174, "*"),
    "December 2024": (6219, 2470, "*"),
    "January 2025": (6219, 1928, "*"),
    "February 2025": (6215, 1146, 74),
    "March 2025": (6213, 846, 68),
}
# Without the column of participation, with it, and with its flags hidden.
QUICK = ("April 2024", "June 2024", "December 2024")


@cache
def records(name: str) -> tuple[dict[str, str | int | None], ...]:
    """The rows of all tables of a file, by column, with the table and the row number."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{name} is not at hand")
    rows = []
    for table in recognise(path).tables:
        assert not isinstance(table, ParquetTable)
        source = table.rows() if isinstance(table, RowTable) else read(table)
        for number, values in source:
            named = dict(zip(table.columns, values, strict=True))
            rows.append({"table": table.format.table, "row": number, **named})
    return tuple(rows)


def read(table: CsvTable) -> list[tuple[int, tuple[str | None, ...]]]:
    rows = list(read_csv_carefully(table))
    assert [row for row in rows if row[2] is not None] == []
    return [(number, values) for number, values, _ in rows]


@pytest.mark.parametrize(
    "month", [month if month in QUICK else pytest.param(month, marks=pytest.mark.slow) for month in MONTHS]
)
def test_an_online_consultation_workbook_has_the_known_practices_zeros_and_participation(month: str) -> None:
    rows = records(ONLINE_CONSULTATION.format(month))
    zeros = sum(row["submissions"] == "0" for row in rows)
    flags = Counter(row.get("participation") for row in rows)
    participation = flags.get("0") or ("*" if flags.keys() == {"*"} else None)
    assert (len(rows), zeros, participation) == MONTHS[month]
    first_day = time.strftime("%Y-%m-01", time.strptime(month, "%B %Y"))
    assert {row["period_start"] for row in rows} == {first_day}
    assert len({row["organisation_code"] for row in rows}) == len(rows)
    assert rows[0]["row"] == 13


@pytest.mark.slow
def test_the_twelve_online_consultation_workbooks_are_read_in_seconds() -> None:
    records.cache_clear()
    began = time.perf_counter()
    for month in MONTHS:
        records(ONLINE_CONSULTATION.format(month))
    assert time.perf_counter() - began < 15


@pytest.mark.parametrize(
    ("name", "count", "statuses", "settings", "active"),
    [
        ("ods/epraccur-2024-01.csv", 15971, {"A": 12083, "C": 3503, "D": 384, "P": 1}, {"4": 8647}, ("A", "4", 6348)),
        (
            "ods/epraccur-2026-02.csv",
            15389,
            {"ACTIVE": 12515, "INACTIVE": 2680, "DORMANT": 194},
            {"RO76": 8183, "RO76|RO268": 6},
            ("ACTIVE", "RO76", 6208),
        ),
    ],
)
def test_epraccur_has_the_known_rows_in_the_old_and_the_new_vocabulary(
    name: str, count: int, statuses: dict[str, int], settings: dict[str, int], active: tuple[str, str, int]
) -> None:
    rows = records(name)
    assert (len(rows), Counter(row["status"] for row in rows)) == (count, statuses)
    found = Counter(row["prescribing_setting"] for row in rows)
    assert {context: found[context] for context in settings} == settings
    status, context, practices = active
    regions = {"Y56", "Y58", "Y59", "Y60", "Y61", "Y62", "Y63"}
    assert practices == sum(
        row["status"] == status
        and context in str(row["prescribing_setting"] or "").split("|")
        and row["region_code"] in regions
        for row in rows
    )


def test_the_epcn_workbook_has_the_known_networks_and_partners() -> None:
    rows = records("ods/epcn-2025-01.xlsx")
    networks = [row for row in rows if row["table"] == "pcn"]
    partners = [row for row in rows if row["table"] == "pcn_partner"]
    assert (len(networks), sum(row["closed_on"] is not None for row in networks)) == (1366, 81)
    current = [row["organisation_code"] for row in partners if row["to_on"] is None]
    assert (len(partners), len(current), len(set(current))) == (7705, 6224, 6224)


@pytest.mark.parametrize(
    ("name", "table", "count"),
    [
        ("gp-reg-pat/gp-reg-pat-prac-all-2025-12.csv", "registered_list", 6196),
        ("gp-reg-pat/gp-reg-pat-prac-all-2026-01.csv", "registered_list", 6171),
        ("gp-reg-pat/gp-reg-pat-prac-map-2022-01.csv", "registered_map", 6527),
        ("gp-reg-pat/gp-reg-pat-prac-map-2026-04-head.csv", "registered_map", 2),
    ],
)
def test_the_files_of_registered_patients_have_the_known_rows(name: str, table: str, count: int) -> None:
    rows = records(name)
    assert (len(rows), {row["table"] for row in rows}) == (count, {table})
    assert len({row["organisation_code"] for row in rows}) == count
