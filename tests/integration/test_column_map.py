"""Exports without a public format: monitor.toml says which of their headings stand for which of our columns."""

from __future__ import annotations

import csv
import io
import tomllib
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from asking import new_workspace
from inbox import NOW, drop, log, nhs_numbers, parquet, row, stored
from inbox import workbook as book
from memory_store import MemoryStore
from product import shipped_returns

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor import pipeline
from monitor.config.settings import Settings, read_settings, refuse_unknown_returns
from monitor.core.errors import Mendable
from monitor.ingest.loading import LoadedFile

if TYPE_CHECKING:
    from asking import Monitor

MONITOR_FROM = "monitor_from = 2025-03-01\n"
NWRS = """
[[column_map]]
name = "NWRS submission status"
fills = "submission log"
columns = { "Org Code" = "organisation_code", "Last submitted" = "submitted_at", "Status" = "outcome", "Month" = "period_start" }
fixed = { return_code = "workforce" }
values = { outcome = { "Submitted" = "accepted", "Submitted with errors" = "rejected" } }
leave_out = { outcome = ["Not started", "In progress"] }
day_format = { period_start = "%B %Y", submitted_at = "%d/%m/%Y %H:%M" }
"""  # noqa: E501
HEADINGS = ("Org Code", "Practice", "Month", "Status", "Last submitted")
ROWS = (
    ("A81001", "One", "March 2025", "Submitted", "31/03/2025 16:40"),
    ("a81002", "Two", "march 2025", " SUBMITTED ", "2/4/2025 09:05"),
    ("A81003", "Three", "March 2025", "Submitted with errors", "30/03/2025 10:00"),
    ("A81004", "Four", "March 2025", "Not started", ""),
    ("A81005", "Five, the", "March 2025", "Lost", "30/03/2025 10:00"),
    ("A81006", "Six", "March 25", "Submitted", "30/03/2025 10:00"),
    ("A81007", "Seven", "March 2025", "in progress ", "yesterday"),
)
LOADED = [
    (2, "A81001", "workforce", date(2025, 3, 1), date(2025, 3, 31), "accepted"),
    (3, "A81002", "workforce", date(2025, 3, 1), date(2025, 4, 2), "accepted"),
    (4, "A81003", "workforce", date(2025, 3, 1), date(2025, 3, 30), "rejected"),
]
REJECTED = [
    (6, "bad_outcome", "outcome", 'A81005,"Five, the",March 2025,Lost,30/03/2025 10:00'),
    (7, "bad_date", "period_start", "A81006,Six,March 25,Submitted,30/03/2025 10:00"),
]
SUBMISSIONS = (
    "SELECT row_number, organisation_code, return_code, period_start, submitted_on, outcome "
    "FROM data.submission_row ORDER BY file_id, row_number"
)
REJECTED_ROWS = "SELECT row_number, reason, column_name, row_text FROM data.rejected_row ORDER BY file_id, row_number"
FORMATS = "SELECT file_name, format, state, detail FROM data.loaded_file ORDER BY file_id"
PRACTICES = "organisation_code,organisation_name\n" + "".join(f"A8100{n},Practice {n}\n" for n in range(1, 8))


def as_csv(*rows: Sequence[object]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def as_parquet(path: Path, *rows: Sequence[object]) -> Path:
    """All of it text, with the first row as names of columns."""
    names = ", ".join('"' + str(name).replace('"', '""') + '"' for name in rows[0])
    lines = ", ".join(
        "(" + ", ".join("'" + str(cell).replace("'", "''") + "'" for cell in line) + ")" for line in rows[1:]
    )
    return parquet(path, f"SELECT * FROM (VALUES {lines}) AS export({names})")


def settings_with(*maps: str) -> str:
    return MONITOR_FROM + "".join(maps)


def use(store: MemoryStore, *maps: str) -> None:
    store.column_maps = Settings.model_validate(tomllib.loads(settings_with(*maps))).column_map


@pytest.fixture
def store(store: MemoryStore) -> MemoryStore:
    return replace(store, now=NOW)


def column_map(columns: str, more: str = "", name: str = "export", fills: str = "submission log") -> str:
    return f'[[column_map]]\nname = "{name}"\nfills = "{fills}"\ncolumns = {{ {columns} }}\n{more}\n'


# A map of four headings, to which tests add what they are about.
PLAIN = '"Code" = "organisation_code", "Month" = "period_start", "Sent" = "submitted_at", "Status" = "outcome"'
WORKFORCE = 'fixed = { return_code = "workforce" }'
PLAIN_ROW = ("A81001", "2025-03-01", "2025-03-31 10:00", "accepted")
PLAIN_HEADINGS = ("Code", "Month", "Sent", "Status")


# ---------------------------------------------------------------------------------------------------- from end to end


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_an_export_is_loaded_as_the_map_says_whatever_kind_of_file_it_is(store: MemoryStore, kind: str) -> None:
    use(store, NWRS)
    if kind == "parquet":
        as_parquet(store.inbox / "export.parquet", HEADINGS, *ROWS)
    else:
        drop(store.folder, f"export.{kind}", as_csv(HEADINGS, *ROWS) if kind == "csv" else book([HEADINGS, *ROWS]))
    store.load(in_part=True)  # rows were rejected
    assert store.counts() == {f"export.{kind}": (5, 3, 0, 2)}
    assert store.rows(SUBMISSIONS) == LOADED
    assert store.rows(REJECTED_ROWS) == REJECTED
    left_out = "2 rows left out by the column map"
    assert store.rows(FORMATS) == [(f"export.{kind}", "NWRS submission status", "loaded", left_out)]


def test_the_statuses_are_those_that_the_export_tells(store: MemoryStore) -> None:
    use(store, NWRS)
    drop(store.folder, "practices.csv", PRACTICES)
    drop(store.folder, "export.csv", as_csv(HEADINGS, *ROWS))
    store.load(in_part=True)
    told = store.statuses("workforce", "2025-03-01", "2025-04-30")
    assert {code: status for code, (status, _, _) in told.items()} == {
        "A81001": "received", "A81002": "received_late", "A81003": "rejected", "A81004": "not_received",
        "A81005": "not_known", "A81006": "not_known", "A81007": "not_received",
    }  # fmt: skip


def test_real_dates_and_numbers_of_a_workbook_need_no_day_format(store: MemoryStore) -> None:
    use(store, NWRS.replace('= "period_start" }', '= "period_start", "Sent" = "record_count" }'))
    cells = ("A81001", "One", date(2025, 3, 1), "Submitted", datetime(2025, 3, 31, 16, 40), 7.0)
    drop(store.folder, "export.xlsx", book([(*HEADINGS, "Sent"), cells]))
    store.load()
    written = "SELECT period_start, strftime(submitted_at AT TIME ZONE 'Europe/London', '%c'), record_count"
    assert store.rows(f"{written} FROM data.submission_row") == [(date(2025, 3, 1), "2025-03-31 16:40:00", 7)]


@pytest.mark.parametrize(
    ("fills", "columns", "fixed", "table"),
    [
        ("organisations", {"ODS": "organisation_code", "Called": "organisation_name"}, {}, "organisation"),
        (
            "requests",
            {"Ref": "request_id", "ODS": "organisation_code", "Asked": "requested_on"},
            {"return_code": "triage_assurance"},
            "request",
        ),
        (
            "notices",
            {"Ref": "notice_id", "Why": "reason"},
            {"return_code": "workforce", "kind": "paused", "scope": "national", "period_start": "2025-03-01"},
            "notice",
        ),
        (
            "participation",
            {"ODS": "organisation_code", "From": "from_on"},
            {"return_code": "workforce", "state": "accepted"},
            "participation",
        ),
    ],
)
def test_each_of_our_own_formats_can_be_filled(
    store: MemoryStore, fills: str, columns: dict[str, str], fixed: dict[str, str], table: str
) -> None:
    headings = ", ".join(f'"{heading}" = "{column}"' for heading, column in columns.items())
    values = ", ".join(f'{column} = "{value}"' for column, value in fixed.items())
    use(store, column_map(headings, f"fixed = {{ {values} }}", fills=fills))
    cells = {"organisation_code": "A81001", "requested_on": "2025-03-05", "from_on": "2025-03-01"}
    drop(store.folder, "export.csv", as_csv(list(columns), [cells.get(column, "text") for column in columns.values()]))
    store.load()
    assert store.counts() == {"export.csv": (1, 1, 0, 0)}
    assert store.rows(f"SELECT count(*) FROM data.{table}_row") == [(1,)]


def test_a_fixed_day_or_number_may_be_written_without_quotes(store: MemoryStore) -> None:
    columns = '"Code" = "organisation_code", "Sent" = "submitted_at"'
    fixed = 'return_code = "workforce", outcome = "accepted", period_start = 2025-03-01, record_count = 5'
    use(store, column_map(columns, f"fixed = {{ {fixed} }}"))
    drop(store.folder, "export.csv", as_csv(("Code", "Sent"), ("A81001", "2025-03-31")))
    store.load()
    told = "SELECT period_start, record_count FROM data.submission_row"
    assert store.rows(told) == [(date(2025, 3, 1), 5)]


# --------------------------------------------------------------------------------------------------- recognising files


def format_of(store: MemoryStore, content: str) -> tuple[str | None, str | None]:
    """(format, detail) of a file that was dropped."""
    drop(store.folder, "export.csv", content)
    store.load_any()
    ((_, name, _, detail),) = store.rows(FORMATS)
    return name, detail


def test_capitals_and_spaces_of_headings_do_not_matter(store: MemoryStore) -> None:
    use(store, column_map(PLAIN, WORKFORCE))
    assert format_of(store, as_csv((" CODE", "month ", "sEnt", "STATUS"), PLAIN_ROW)) == ("export", None)


def test_a_map_comes_before_our_own_formats(store: MemoryStore) -> None:
    columns = ", ".join(
        f"{column} = {column!r}" for column in ("organisation_code", "period_start", "submitted_at", "outcome")
    )
    use(store, column_map(columns, 'fixed = { return_code = "appointments" }', name="mine"))
    assert format_of(store, log(row())) == ("mine", None)
    # A column that the map does not name is not used, whatever its heading.
    told = "SELECT return_code, record_count, submission_id FROM data.submission_row"
    assert store.rows(told) == [("appointments", None, None)]


def test_a_published_file_comes_before_a_map(store: MemoryStore) -> None:
    more = 'fixed = { return_code = "workforce", state = "accepted" }'
    columns = '"sp_org_code" = "organisation_code", "part_st_dt" = "from_on"'
    use(store, column_map(columns, more, fills="participation"))
    content = "quality_service,sp_org_code,sp_org_name,part_st_dt,part_ed_dt\nINLIQ,A81001,One,01/04/2025,\n"
    assert format_of(store, content)[0] == "CQRS participation"


def test_of_two_maps_the_one_with_more_columns_is_taken(store: MemoryStore) -> None:
    wide = PLAIN + ', "Rows" = "record_count"'
    use(store, column_map(PLAIN, WORKFORCE, name="narrow"), column_map(wide, WORKFORCE, name="wide"))
    content = as_csv((*PLAIN_HEADINGS, "Rows"), (*PLAIN_ROW, "3"))
    assert format_of(store, content)[0] == "wide"


def test_of_two_maps_that_fit_equally_none_is_taken_and_both_are_named(store: MemoryStore) -> None:
    other = PLAIN.replace('"Status" = "outcome"', '"Result" = "outcome"')
    use(store, column_map(PLAIN, WORKFORCE, name="one"), column_map(other, WORKFORCE, name="another"))
    name, told = format_of(store, as_csv((*PLAIN_HEADINGS, "Result"), (*PLAIN_ROW, "accepted")))
    assert name is None
    assert told
    assert "2 column maps of monitor.toml fit it equally: 'one' and 'another'" in told


def test_the_refusal_names_a_map_that_lacks_a_heading(store: MemoryStore) -> None:
    use(store, NWRS)
    name, told = format_of(store, as_csv(HEADINGS[:-1], ROWS[0][:-1]))
    assert name is None
    assert told
    assert "the nearest is NWRS submission status, for which it lacks last_submitted" in told


def test_a_heading_that_is_there_twice_is_refused(store: MemoryStore) -> None:
    use(store, column_map(PLAIN, WORKFORCE))
    name, told = format_of(store, as_csv((*PLAIN_HEADINGS, "Status"), (*PLAIN_ROW, "rejected")))
    assert name is None
    assert told
    assert "there more than once (columns 4 and 5, headed status)" in told


def test_a_file_that_was_refused_is_loaded_once_there_is_a_map(store: MemoryStore) -> None:
    use(store)
    drop(store.folder, "export.csv", as_csv(HEADINGS, *ROWS[:3]))
    store.load(in_part=True)
    use(store, NWRS)
    store.load()
    assert [(state, name) for _, name, state, _ in store.rows(FORMATS)] == [
        ("refused", None),
        ("loaded", "NWRS submission status"),
    ]
    assert store.rows(SUBMISSIONS) == LOADED


def test_rows_that_a_map_rejected_are_read_again_when_it_has_changed(monitor: Monitor, workspace: Path) -> None:
    wrong = NWRS.replace('"Submitted" = "accepted", "Submitted with errors" = "rejected"', '"Sent" = "accepted"')
    (workspace / "monitor.toml").write_text(settings_with(wrong), encoding="utf-8")
    drop(workspace, "export.csv", as_csv(HEADINGS, *ROWS[:3]))
    with zipfile.ZipFile(workspace / "inbox" / "exports.zip", "w") as archive:
        archive.writestr("export too.csv", as_csv(HEADINGS, ROWS[2]))
    assert monitor("load", "-w", workspace, now=NOW).code == 4
    assert "Nothing new" in monitor("load", "-w", workspace, now=NOW).out  # the same map would say the same
    (workspace / "monitor.toml").write_text(settings_with(NWRS), encoding="utf-8")
    assert monitor("load", "-w", workspace, now=NOW).code == 0
    assert stored(workspace, SUBMISSIONS) == LOADED
    assert stored(workspace, "SELECT file_name FROM data.rejected_standing") == []
    assert "Nothing new" in monitor("load", "-w", workspace, now=NOW).out
    assert monitor("verify", "-w", workspace).code == 0


@pytest.mark.slow
def test_a_changed_map_loads_nothing_again(tmp_path: Path) -> None:
    def run(column_map: str) -> tuple[LoadedFile, ...]:
        context = new_workspace(workspace, settings_with(column_map), NOW)
        one = replace(context, catalogue={"workforce": context.catalogue["workforce"]})
        return pipeline.run(one, None, COUNTED_UNPUBLISHED).loaded

    workspace = tmp_path / "workspace"
    drop(workspace, "practices.csv", PRACTICES)
    drop(workspace, "export.csv", as_csv(HEADINGS, *ROWS[:3]))
    assert len(run(NWRS)) == 2
    assert run(NWRS.replace('"accepted"', '"nil"')) == ()
    assert stored(workspace, SUBMISSIONS) == LOADED
    assert stored(workspace, "SELECT count(*) FROM data.check_run") == [(1,)]  # nothing to work out again


# -------------------------------------------------------------------------------------------------- values and days


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("day_format", "written", "day"),
    [
        ("%d/%m/%Y", "31/03/2025", date(2025, 3, 31)),
        ("%d/%m/%Y", " 1/4/2025 ", date(2025, 4, 1)),
        ("%d/%m/%Y", "2025-04-01", date(2025, 4, 1)),  # a day in ISO 8601 is one whatever the format
        ("%d/%m/%Y %H:%M", "31/03/2025 23:59", date(2025, 3, 31)),
        ("%d %b %y", "31 mar 25", date(2025, 3, 31)),
        ("%d-%B-%Y %I:%M %p", "31-March-2025 11:59 PM", date(2025, 3, 31)),
        ("%Y%m%d", "20250331", date(2025, 3, 31)),
        ("%d/%m/%Y", "31/03/25", None),
        ("%d/%m/%Y", "31/02/2025", None),
        ("%d/%m/%Y", "03/31/2025", None),
        ("%d/%m/%Y", "31/03/2025 approx.", None),
    ],
)
def test_days_are_read_as_the_map_says(store: MemoryStore, day_format: str, written: str, day: date | None) -> None:
    use(store, column_map(PLAIN, f'{WORKFORCE}\nday_format = {{ submitted_at = "{day_format}" }}'))
    drop(store.folder, "export.csv", as_csv(PLAIN_HEADINGS, ("A81001", "2025-03-01", written, "nil")))
    store.load(in_part=day is None)
    assert store.rows("SELECT submitted_on FROM data.submission_row") == [(day,)] * (day is not None)
    rejected = [("bad_date", "submitted_at", f"A81001,2025-03-01,{written},nil")] * (day is None)
    assert store.rows("SELECT reason, column_name, row_text FROM data.rejected_row") == rejected


def test_one_day_format_is_for_every_day_and_a_day_without_a_time_of_its_own_loses_it(store: MemoryStore) -> None:
    columns = '"Ref" = "request_id", "Code" = "organisation_code", "Asked" = "requested_on", "Due" = "due_on"'
    more = 'fixed = { return_code = "triage_assurance" }\nday_format = "%d/%m/%Y %H:%M"'
    use(store, column_map(columns, more, fills="requests"))
    cells = ("R1", "A81001", "05/03/2025 08:00", "31/03/2025 17:00")
    drop(store.folder, "export.csv", as_csv(("Ref", "Code", "Asked", "Due"), cells))
    store.load()
    told = "SELECT requested_on, due_on FROM data.request_row"
    assert store.rows(told) == [(date(2025, 3, 5), date(2025, 3, 31))]


def test_values_come_before_days_and_blank_may_have_a_meaning(store: MemoryStore) -> None:
    values = 'values = { period_start = { "Q4" = "01/03/2025" }, outcome = { "" = "nil", "ÉTÉ" = "accepted" } }'
    use(store, column_map(PLAIN, f'{WORKFORCE}\n{values}\nday_format = "%d/%m/%Y"'))
    lines = (("A81001", "q4", "31/03/2025", " "), ("A81002", "Q4 ", "31/03/2025", "été"))
    drop(store.folder, "export.csv", as_csv(PLAIN_HEADINGS, *lines))
    store.load()
    assert [(code, day, outcome) for _, code, _, day, _, outcome in store.rows(SUBMISSIONS)] == [
        ("A81001", date(2025, 3, 1), "nil"),
        ("A81002", date(2025, 3, 1), "accepted"),
    ]


HOSTILE = [
    "it's", 'say "hi"', "x; DROP TABLE data.loaded_file; --", "$return_codes", "$column_map_0", "@typed", "${source}",
    "%(x)s", "back\\slash", "'); SELECT 1; --", "/* open", "x" * 300, "$$", "?", "{}", "row_number", "staged",
    "outcome", "submitted_at as written", "1", "ÅÉ €", "read_fault",
]  # fmt: skip


def toml_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("hostile", "kind"),
    [
        *((text, "csv") for text in HOSTILE),
        *((HOSTILE[0], kind) for kind in ("xlsx", "parquet")),
        *(pytest.param(text, kind, marks=pytest.mark.slow) for text in HOSTILE[3:12:3] for kind in ("xlsx", "parquet")),
    ],
)
def test_nothing_in_a_heading_or_a_value_is_taken_for_sql(store: MemoryStore, hostile: str, kind: str) -> None:
    text = toml_text(hostile)
    columns = PLAIN.replace('"Status"', text) + ', "Note" = "detail"'
    more = (
        f"fixed = {{ return_code = 'workforce', submission_id = {text} }}\n"
        f"values = {{ outcome = {{ {text} = 'accepted' }}, detail = {{ 'n' = {text} }} }}\n"
        f"leave_out = {{ detail = [{text}] }}\nday_format = '%d/%m/%Y'"
    )
    use(store, column_map(columns, more))
    rows = (
        (*PLAIN_HEADINGS[:3], hostile, "Note", f"{hostile} too"),
        ("A81001", "01/03/2025", "31/03/2025", hostile.upper(), "n", hostile),
        ("A81002", "01/03/2025", "31/03/2025", "b", "other", hostile),
        ("A81003", "01/03/2025", "31/03/2025", "accepted", hostile, hostile),
    )
    if kind == "parquet":
        as_parquet(store.inbox / "export.parquet", *rows)
    else:
        drop(store.folder, f"export.{kind}", as_csv(*rows) if kind == "csv" else book(rows))
    store.load(in_part=True)
    assert store.counts() == {f"export.{kind}": (2, 1, 0, 1)}
    told = "SELECT organisation_code, outcome, submission_id, detail FROM data.submission_row"
    assert store.rows(told) == [("A81001", "accepted", hostile, hostile)]
    ((number, reason, column, kept),) = store.rows(REJECTED_ROWS)
    assert (number, reason, column) == (3, "bad_outcome", "outcome")
    assert next(csv.reader([kept])) == list(rows[2])


# ------------------------------------------------------------------------------------------------------- rows left out


def test_rows_left_out_are_neither_loaded_nor_rejected_nor_duplicates(store: MemoryStore) -> None:
    use(store, column_map(PLAIN, f'{WORKFORCE}\nleave_out = {{ outcome = ["draft"], submitted_at = [""] }}'))
    draft = ("A81001", "2025-03-01", "2025-03-31", "Draft")
    lines = (
        draft,
        draft,
        PLAIN_ROW,
        PLAIN_ROW,
        ("nobody", "never", "", "lost"),
        ("A81002", "2025-03-01", "2025-03-31", "x"),
    )
    drop(store.folder, "export.csv", as_csv(PLAIN_HEADINGS, *lines))
    store.load(in_part=True)
    assert store.counts() == {"export.csv": (3, 1, 1, 1)}
    assert [number for number, *_ in store.rows(SUBMISSIONS)] == [4]
    assert [number for number, *_ in store.rows(REJECTED_ROWS)] == [7]
    assert store.rows(FORMATS)[0][3] == "3 rows left out by the column map"


@pytest.mark.parametrize(
    "content",
    [
        "Code,Month,Sent,Status\n{good}A81002,2025-03-01,2025-03-31,draft\n\n{bad}",
        "Code,Month,Sent,Status\n{good}A81002,2025-03-01,2025-03-31,draft\nA81003,draft\n{bad}",
    ],
    ids=["a blank line", "a broken row"],
)
def test_rows_of_a_file_that_is_not_well_formed_are_left_out_alike(store: MemoryStore, content: str) -> None:
    use(store, column_map(PLAIN, f'{WORKFORCE}\nleave_out = {{ outcome = ["draft"], period_start = ["draft"] }}'))
    good, bad = ",".join(PLAIN_ROW) + "\n", "A81004,2025-03-01,2025-03-31,maybe\n"
    drop(store.folder, "export.csv", content.format(good=good, bad=bad))
    store.load(in_part=True)
    broken = [(4, "missing_value", "too few values", "A81003,draft,,")] * ("A81003" in content)
    assert store.rows(REJECTED_ROWS) == [*broken, (5, "bad_outcome", "outcome", bad.strip())]
    assert store.counts() == {"export.csv": (2 + len(broken), 1, 0, 1 + len(broken))}
    assert store.rows(FORMATS)[0][3] == "1 row left out by the column map"


def test_a_file_of_which_every_row_is_left_out_is_loaded_and_empty(store: MemoryStore) -> None:
    use(store, NWRS)
    drop(store.folder, "export.csv", as_csv(HEADINGS, ROWS[3]))
    store.load()
    assert store.counts() == {"export.csv": (0, 0, 0, 0)}
    assert store.load() == ()


# ------------------------------------------------------------------------------------------------------------ patients


@pytest.mark.one_in(3)
@pytest.mark.parametrize("place", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("left_out", [False, True])
def test_a_file_with_nhs_numbers_is_refused_wherever_they_stand(store: MemoryStore, place: int, left_out: bool) -> None:
    use(store, column_map(PLAIN, f'{WORKFORCE}\nleave_out = {{ outcome = ["draft"] }}'))
    status = "draft" if left_out else "accepted"
    lines = [["A81001", "2025-03-01", "2025-03-31", status, "note"] for _ in range(4)]
    for cells, number in zip(lines, nhs_numbers(4), strict=True):
        cells[place] = number
    drop(store.folder, "export.csv", as_csv((*PLAIN_HEADINGS, "Remark"), *lines))
    (refused,) = store.load(in_part=True)
    assert "holds patient-level data" in str(refused.detail)
    assert not any(number in str(refused.detail) for number in nhs_numbers(4))
    assert store.counts() == {"export.csv": (0, 0, 0, 0)}
    assert store.rows(SUBMISSIONS) + store.rows(REJECTED_ROWS) == []


def test_a_heading_of_patients_is_refused_even_where_a_map_names_it(store: MemoryStore) -> None:
    use(store, column_map(PLAIN + ', "NHS Number" = "detail"', WORKFORCE))
    name, told = format_of(store, as_csv((*PLAIN_HEADINGS, "NHS Number"), (*PLAIN_ROW, "")))
    assert name is None
    assert told
    assert "holds patient-level data" in told


# ------------------------------------------------------------------------------------------------- mistakes in the map


def mistake_in(folder: Path, *maps: str) -> str:
    """What is said of settings with these maps."""
    (folder / "monitor.toml").write_text(settings_with(*maps), encoding="utf-8")
    with pytest.raises(Mendable) as told:
        refuse_unknown_returns(read_settings(folder), shipped_returns(), folder)
    return told.value.message


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "NWRS submission status"\n', "", "column_map.[0].name: is missing"),
        ('name = "NWRS submission status"', 'name = ""', "column_map.[0].name: found ''"),
        ('"submission log"', '"log"', "column_map.[0].fills: found 'log'. Expected: 'organisations', 'submission log'"),
        ("fixed =", "fixd =", "column_map.[0].fixd: there is no such key. Expected: one of the keys name, fills"),
        ('"Status" = "outcome", ', "", "columns: found ['organisation_code', 'period_start', 'return_code'"),
        ('"Status" = "outcome", ', "", "Expected: outcome too (required), in `columns` or in `fixed`"),
        ('"Status" = "outcome"', '"Status" = "state"', "column_map.[0].columns.Status: found 'state'. Expected: a col"),
        ('"Status" = "outcome"', '"Status" = "state"', "organisation_code, return_code, period_start"),
        ('"Status" = "outcome"', '" " = "outcome"', "Expected: a heading of the file"),
        ('"Status" = "outcome"', '"Status" = 5', "columns.Status: found 5"),
        (
            '"Status" = "outcome"',
            '"Status" = "outcome", "STATUS " = "detail"',
            "columns.STATUS : found 'STATUS '. Expected: each heading once; 'Status' is the same but for capitals",
        ),
        (
            '"Status" = "outcome"',
            '"Status" = "outcome", "State" = "outcome"',
            "columns.State: found 'outcome'. Expected: each column once; the heading 'Status' stands for it",
        ),
        ('fixed = { return_code = "workforce" }', "", "Expected: return_code too"),
        ('return_code = "w', 'retrun_code = "w', "fixed.retrun_code: found 'retrun_code'. Expected: a column of sub"),
        (
            'return_code = "workforce"',
            'return_code = "workfroce"',
            "fixed.return_code: found 'workfroce'. Expected: the code",
        ),
        (
            '= "rejected"',
            '= "reject"',
            "outcome.Submitted with errors: found 'reject'. Expected: one of accepted, rejected",
        ),
        ('return_code = "workforce"', "return_code = true", "fixed.return_code: found True"),
        (
            'return_code = "workforce"',
            'return_code = "workforce", outcome = "nil"',
            "fixed.outcome: found 'nil'. Expected: a column either in `columns` or in `fixed`; the heading 'Status'",
        ),
        (
            "values = { outcome = {",
            "values = { detail = {",
            "values.detail: found 'detail'. Expected: a column that `columns` gives a heading for: organisation_code",
        ),
        ("values = { outcome = {", "values = { colour = {", "values.colour: found 'colour'"),
        (
            '"Submitted with errors" = "rejected"',
            '"submitted " = "rejected"',
            "values.outcome: found 'submitted '. Expected: each value once; 'Submitted' is there already",
        ),
        ('outcome = ["Not', 'detail = ["Not', "leave_out.detail: found 'detail'. Expected: a column that `columns`"),
        ('"Not started"', '"SUBMITTED"', "leave_out.outcome: found 'SUBMITTED'. Expected: each value once"),
        ('["Not started", "In progress"]', '"Not started"', "leave_out.outcome: found 'Not started'"),
        ("%B %Y", "%Q %Y", "day_format.period_start: found '%Q %Y'. Expected: a day format that gives the month and"),
        ("%B %Y", "%H:%M", "day_format.period_start: found '%H:%M'"),
        ("%B %Y", "%d/%m", "day_format.period_start: found '%d/%m'"),
        ("%B %Y", "%Y", "day_format.period_start: found '%Y'"),
        ("%B %Y", "%B %Y %Y", "day_format.period_start: found '%B %Y %Y'"),
        ("%B %Y", "dd/mm/yyyy", "day_format.period_start: found 'dd/mm/yyyy'"),
        ("%B %Y", "", "day_format.period_start: found ''"),
        ("%B %Y", "%B %Y %", "day_format.period_start: found '%B %Y %'"),
        ("%B %Y", "%Y-%d-%m", "Expected: a format that does not take 2025-04-03 for another day"),
        ("{ period_start = ", "{ outcome = ", "day_format.outcome: found 'outcome'. Expected: a column of days: sub"),
        ("{ period_start = ", "{ due_on = ", "day_format.due_on: found 'due_on'. Expected: a column that `columns`"),
        (
            '{ period_start = "%B %Y", submitted_at = "%d/%m/%Y %H:%M" }',
            '"%Q"',
            "column_map.[0].day_format: found '%Q'. Expected: a day format",
        ),
        (
            '{ period_start = "%B %Y", submitted_at = "%d/%m/%Y %H:%M" }',
            "5",
            'column_map.[0].day_format: found 5. Expected: a text like "%d/%m/%Y"',
        ),
    ],
)
def test_a_mistake_in_a_map_names_file_key_value_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in NWRS
    said = mistake_in(tmp_path, NWRS.replace(old, new, 1))
    for part in ("monitor.toml, column_map.[0]", told, "What to do: correct monitor.toml"):
        assert part in said


def test_the_second_map_is_named_by_its_number(tmp_path: Path) -> None:
    said = mistake_in(tmp_path, NWRS, NWRS.replace('"outcome"', '"result"', 1))
    assert "column_map.[1].columns.Status: found 'result'" in said


def test_a_mistake_in_a_map_is_reported_by_every_command(monitor: Monitor, workspace: Path) -> None:
    (workspace / "monitor.toml").write_text(settings_with(NWRS.replace("fixed =", "fixd =")), encoding="utf-8")
    answer = monitor("load", "-w", workspace)
    assert (answer.code, answer.out) == (2, "")
    assert "column_map.[0].fixd: there is no such key" in answer.err
    assert "Traceback" not in answer.err


def test_the_map_that_init_writes_works_once_its_marks_are_taken_away(monitor: Monitor, workspace: Path) -> None:
    written = (workspace / "monitor.toml").read_text(encoding="utf-8")
    example = written[written.index("# [[column_map]]") :]
    commented = example[: example.index("\n\n")]
    own = "\n".join(line.removeprefix("# ") for line in commented.splitlines()) + "\n"
    (workspace / "monitor.toml").write_text(settings_with(own), encoding="utf-8")
    drop(workspace, "export.csv", as_csv(HEADINGS, *ROWS[:3]))
    answer = monitor("load", "-w", workspace, now=NOW)
    assert answer.code == 0, answer.err
    assert stored(workspace, SUBMISSIONS) == LOADED


@pytest.mark.parametrize(
    ("day_format", "written", "read"),
    [
        ('["%d.%m.%y %H:%M", "%Y%m%d"]', "31.03.25 10:00", date(2025, 3, 31)),
        ('["%d.%m.%y %H:%M", "%Y%m%d"]', "20250331", date(2025, 3, 31)),
        ('["%d.%m.%y %H:%M", "%Y%m%d"]', "31/03/2025 10:00", date(2025, 3, 31)),  # as everywhere
        ('"%m/%d/%Y"', "04/03/2025", date(2025, 4, 3)),
        ('"%m/%d/%Y"', "2025-04-03 10:00", date(2025, 4, 3)),
        ('"%m/%d/%Y"', "13/04/2025", None),  # not written so, and not to be read day first beside others
    ],
)
def test_days_are_read_as_one_of_several_formats_has_them(
    store: MemoryStore, day_format: str, written: str, read: date | None
) -> None:
    use(store, column_map(PLAIN, f"{WORKFORCE}\nday_format = {{ submitted_at = {day_format} }}"))
    drop(store.folder, "export.csv", as_csv(PLAIN_HEADINGS, ("A81001", "2025-03-01", written, "accepted")))
    store.load(in_part=read is None)
    assert store.rows("SELECT submitted_on FROM data.submission_row") == ([(read,)] if read else [])
