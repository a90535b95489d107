"""Files as NHS England and the Organisation Data Service publish them, in their true layout."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.core.errors import FileRefused
from monitor.sources.files.tolerant_csv import read_csv_carefully
from monitor.sources.formats import CsvTable, ParquetTable, RowTable
from monitor.sources.nhs.practice_sheets import month_of
from monitor.sources.recognise import recognise

# --- epraccur -------------------------------------------------------------------------------------------------------


def epraccur_row(
    code: str = "A81001", status: str = "A", setting: str = "4", name: str = "THE DENSHAM SURGERY"
) -> list[str]:
    first = [code, name, "Y63", "QHM", "THE HEALTH CENTRE", "LAWSON STREET", "", "STOCKTON ON TEES", "", "TS18 1HU"]
    second = ["19740401", "", status, "B", "16C", "20200401", "", "01642 672351", "", "", "", "0", "", "16C", ""]
    return [*first, *second, setting, ""]


def quoted(*rows: Iterable[str]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
    return stream.getvalue()


EPRACCUR_COLUMNS = (
    "organisation_code", "organisation_name", "region_code", "postcode_icb_code", "column_5", "column_6", "column_7",
    "column_8", "column_9", "column_10", "opened_on", "closed_on", "status", "column_14", "commissioner_code",
    "joined_on", "left_on", "column_18", "column_19", "column_20", "column_21", "column_22", "column_23", "column_24",
    "column_25", "prescribing_setting", "column_27",
)  # fmt: skip


@pytest.mark.parametrize(
    ("status", "setting"),
    [("A", "4"), ("D", "4"), ("ACTIVE", "RO76"), ("DORMANT", "RO76|RO268"), ("INACTIVE", "RO80|RO87")],
)
def test_epraccur_is_known_without_headings_in_the_old_and_the_new_vocabulary(
    write: Callable[..., Path], status: str, setting: str
) -> None:
    row = epraccur_row(status=status, setting=setting, name="SMITH, JONES & PARTNERS")
    recognised = recognise(write(quoted(row)))
    (table,) = recognised.tables
    assert isinstance(table, CsvTable)
    assert (recognised.format_name, table.header_rows, table.columns) == ("epraccur", 0, EPRACCUR_COLUMNS)
    assert table.ignored == tuple(column for column in EPRACCUR_COLUMNS if column.startswith("column_"))
    ((number, values, fault),) = read_csv_carefully(table)
    assert (number, fault) == (1, None)
    kept = {name: value for name, value in zip(table.columns, values, strict=True) if name in table.format.columns}
    assert kept == {
        "organisation_code": "A81001",
        "organisation_name": "SMITH, JONES & PARTNERS",
        "region_code": "Y63",
        "postcode_icb_code": "QHM",
        "opened_on": "19740401",
        "closed_on": None,
        "status": status,
        "commissioner_code": "16C",
        "joined_on": "20200401",
        "left_on": None,
        "prescribing_setting": setting,
    }


def test_a_few_rows_of_epraccur_without_a_prescribing_setting_do_not_keep_it_out(write: Callable[..., Path]) -> None:
    rows = [epraccur_row(setting=""), epraccur_row(), epraccur_row()]
    assert recognise(write(quoted(*rows))).format_name == "epraccur"


EPRACCUR_HEADINGS = [
    "Organisation Code", "Name", "National Grouping", "High Level Health Geography", "Address Line 1", "Address Line 2",
    "Address Line 3", "Address Line 4", "Address Line 5", "Postcode", "Open Date", "Close Date", "Status Code",
    "Organisation Sub-Type Code", "Commissioner", "Join Provider/Purchaser Date", "Left Provider/Purchaser Date",
    "Contact Telephone Number", "Null", "Null", "Null", "Amended Record Indicator", "Null", "Provider/Purchaser",
    "Null", "Prescribing Setting", "Null",
]  # fmt: skip


def test_epraccur_with_headings_is_read_from_row_two(write: Callable[..., Path]) -> None:
    (table,) = recognise(write("\ufeff" + quoted(EPRACCUR_HEADINGS, epraccur_row()))).tables
    assert isinstance(table, CsvTable)
    assert (table.header_rows, table.columns) == (1, EPRACCUR_COLUMNS)
    assert [number for number, _, _ in read_csv_carefully(table)] == [2]


def test_epraccur_with_headings_in_other_places_is_refused(write: Callable[..., Path]) -> None:
    with pytest.raises(FileRefused, match="unlike epraccur in column 11, 13, 26"):
        recognise(write(quoted([*EPRACCUR_HEADINGS[:4], *EPRACCUR_HEADINGS[5:], "Null"])))


def test_the_other_reports_of_27_columns_are_not_taken_for_epraccur(write: Callable[..., Path]) -> None:
    branch = epraccur_row(code="A81001001", status="", setting="")
    prescriber = epraccur_row(code="G8100100", status="A", setting="")
    for row in (branch, prescriber):
        with pytest.raises(FileRefused, match="looks like data") as refused:
            recognise(write(quoted(row)))
        assert "DENSHAM" not in refused.value.message


# --- ePCN -----------------------------------------------------------------------------------------------------------

PCN_SHEET = [
    ["PCN Code", "PCN Name", "Current Sub ICB Loc Code", "Sub ICB Location", "Open Date", "Close Date",
     "Address Line 1"],
    ["U00000", "WEST NORWICH PCN", "26A", "NHS NORFOLK AND WAVENEY ICB - 26A", "20240401", "", "THE WINDMILL SURGERY"],
]  # fmt: skip
PARTNER_HEADINGS = [
    "Partner\nOrganisation\nCode", "Partner\nName", "Practice\nParent\nSub ICB Loc Code",
    "Practice\nParent\nSub ICB Loc Name", "PCN Code", "PCN Name", "PCN Parent\nSub ICB Loc Code",
    "PCN Parent\nSub ICB Loc Name", "Practice to PCN\nRelationship\nStart Date",
    "Practice to PCN\nRelationship\nEnd Date",
    "Practice Sub ICB Loc and PCN Sub ICB Loc Match ",
]  # fmt: skip
PARTNER_ROW = [
    "A81001", "THE DENSHAM SURGERY", "16C", "NHS NENC ICB - 16C", "U89141", "STOCKTON PCN", "16C", "NHS NENC ICB - 16C",
    "20191001", None, True,
]  # fmt: skip
PARTNER_SHEET = [PARTNER_HEADINGS, PARTNER_ROW]


def canonical_rows(table: CsvTable | ParquetTable | RowTable) -> list[tuple[Any, ...]]:
    assert isinstance(table, RowTable)
    keep = [place for place, name in enumerate(table.columns) if name in table.format.columns]
    return [(number, *(texts[place] for place in keep)) for number, texts in table.rows()]


def test_the_epcn_workbook_gives_networks_and_partners(workbook: Callable[..., Path]) -> None:
    recognised = recognise(workbook({"PCNDetails": PCN_SHEET, "PCN Core Partner Details": PARTNER_SHEET}))
    assert recognised.format_name == "ePCN workbook"
    pcn, partner = recognised.tables
    assert (pcn.format.table, partner.format.table) == ("pcn", "pcn_partner")
    assert pcn.ignored == ("sub_icb_location", "address_line_1")
    assert canonical_rows(pcn) == [(2, "U00000", "WEST NORWICH PCN", "26A", "20240401", None)]
    assert partner.ignored == (
        "practice_parent_sub_icb_loc_name",
        "pcn_name",
        "pcn_parent_sub_icb_loc_name",
        "practice_sub_icb_loc_and_pcn_sub_icb_loc_match",
    )
    assert canonical_rows(partner) == [(2, "A81001", "THE DENSHAM SURGERY", "16C", "U89141", "16C", "20191001", None)]


def test_the_epcn_workbook_of_2019_has_ccgs_integer_dates_and_another_sheet_name(workbook: Callable[..., Path]) -> None:
    pcn_sheet = [
        ["PCN Code", "PCN Name", "Current Clinical Commissioning Group Code", "Clinical Commissioning Group Name",
         "Open Date", "Close Date"],
        ["U00000", "WEST NORWICH PCN", "06W", "NHS NORWICH CCG", 20190701, None],
    ]  # fmt: skip
    headings = [heading.replace("Sub ICB Loc", "CCG") for heading in PARTNER_HEADINGS]
    row = [*PARTNER_ROW[:8], 20191001, 20200331, True]
    recognised = recognise(workbook({"PCN Details": pcn_sheet, "PCN Core Partner Details": [headings, row]}))
    pcn, partner = recognised.tables
    assert canonical_rows(pcn) == [(2, "U00000", "WEST NORWICH PCN", "06W", "20190701", None)]
    assert canonical_rows(partner)[0][-2:] == ("20191001", "20200331")


def test_an_epcn_workbook_without_a_sheet_or_a_heading_is_refused(workbook: Callable[..., Path]) -> None:
    with pytest.raises(FileRefused, match="without the sheet for pcn_partner"):
        recognise(workbook({"PCNDetails": PCN_SHEET}))
    renamed = [["Partner", *PARTNER_HEADINGS[1:]], PARTNER_ROW]
    message = r"lacks the headings partner_organisation_code\. Columns found: Partner, Partner Name"
    with pytest.raises(FileRefused, match=message):
        recognise(workbook({"PCNDetails": PCN_SHEET, "PCN Core Partner Details": renamed}))


# --- patients registered --------------------------------------------------------------------------------------------

ALL = (
    "PUBLICATION,EXTRACT_DATE,TYPE,SUB_ICB_LOCATION_CODE,ONS_SUB_ICB_LOCATION_CODE,CODE,POSTCODE,SEX,AGE,"
    "NUMBER_OF_PATIENTS\n"
    "GP_PRAC_PAT_LIST,2025-12-01,GP,16C,E38000247,A81001,TS18 1HU,ALL,ALL,3763\n"
)
MAP_START = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,"
REGION = "ONS_COMM_REGION_CODE,COMM_REGION_CODE,COMM_REGION_NAME"
MAP_2022 = f"{MAP_START}ONS_CCG_CODE,CCG_CODE,CCG_NAME,ONS_STP_CODE,STP_CODE,STP_NAME,{REGION}\n"
MAP_2026 = (
    f"{MAP_START}ONS_SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ONS_ICB_CODE,ICB_CODE,ICB_NAME,"
    f"{REGION},SUPPLIER_NAME\n"
)
MAP_ROW = (
    "GP_PRAC_PAT_LIST,{day},A81001,THE DENSHAM SURGERY,TS18 1HU,U89141,STOCKTON PCN,E38000247,16C,TEES VALLEY,"
    "E54000050,QHM,NENC,E40000009,Y63,NORTH EAST AND YORKSHIRE"
)


def first_row(table: CsvTable | ParquetTable | RowTable) -> dict[str, str | None]:
    assert isinstance(table, CsvTable)
    _, values, _ = next(read_csv_carefully(table))
    return {name: value for name, value in zip(table.columns, values, strict=True) if name in table.format.columns}


def test_the_practice_totals_of_registered_patients_carry_their_day(write: Callable[..., Path]) -> None:
    recognised = recognise(write(ALL))
    (table,) = recognised.tables
    assert table.format.table == "registered_list"
    assert table.ignored == ("publication", "ons_sub_icb_location_code", "postcode")
    assert first_row(table) == {
        "extract_date": "2025-12-01",
        "type": "GP",
        "sub_icb_code": "16C",
        "organisation_code": "A81001",
        "sex": "ALL",
        "age": "ALL",
        "number_of_patients": "3763",
    }


@pytest.mark.parametrize(("header", "day", "supplier"), [(MAP_2022, "01Jan2022", None), (MAP_2026, "01-Apr-26", "TPP")])
def test_the_practice_mapping_is_known_before_and_after_the_change_to_icbs(
    write: Callable[..., Path], header: str, day: str, supplier: str | None
) -> None:
    row = MAP_ROW.format(day=day) + (f",{supplier}" if supplier else "")
    recognised = recognise(write(f"{header}{row}\n"))
    (table,) = recognised.tables
    assert table.format.table == "registered_map"
    expected = {
        "extract_date": day,
        "organisation_code": "A81001",
        "organisation_name": "THE DENSHAM SURGERY",
        "pcn_code": "U89141",
        "pcn_name": "STOCKTON PCN",
        "sub_icb_code": "16C",
        "sub_icb_name": "TEES VALLEY",
        "icb_code": "QHM",
        "icb_name": "NENC",
        "region_code": "Y63",
    }
    assert first_row(table) == expected | ({"supplier_name": supplier} if supplier else {})


# --- online consultation --------------------------------------------------------------------------------------------

OC_HEADINGS = [
    "Month [1]", "GP Code", "GP Name", "PCN Code [2, 3]", "PCN Name [3]", "Sub ICB Code", "Sub ICB Name", "ICB Code",
    "ICB Name", "Region Code", "Region Name", "Supplier [4, 5, 6]", "Submissions [7]", "Clinical Submissions [7]",
    "Administrative Submissions [7]", "Other/Unknown Type Submissions [7]", "Registered Patient Count [8]",
    "Rate per 1,000 Registered Patients [9, 10]",
]  # fmt: skip
TITLE: list[list[object]] = [
    ["Submissions via Online Consultation Systems in General Practice"],
    *[[] for _ in range(10)],
]
NOTES: list[list[object]] = [
    [],
    [None, "  9   Rates per 1000 registered patients do not reflect the total demand on general practices."],
    [None, "10   Rates cannot be aggregated"],
    [None, "Copyright © 2024 NHS England"],
    ["Copyright © 2024 NHS England"],
]


def oc_row(code: str | None = "A81001", month: object = datetime(2024, 8, 1), submissions: object = 85) -> list[object]:
    place = [
        code,
        "THE DENSHAM SURGERY",
        "U89141",
        "STOCKTON PCN",
        "16C",
        "NENC - 16C",
        "QHM",
        "NENC",
        "Y63",
        "NORTH EAST",
    ]
    return [month, *place, "ECONSULT HEALTH LIMITED, ACCURX LIMITED", submissions, 65, 20, 0, 3891, 21.84]


def oc_sheets(
    rows: Iterable[Sequence[object]], headings: Sequence[str] = OC_HEADINGS
) -> dict[str, list[Sequence[object]]]:
    of_practices: list[Sequence[object]] = list(TITLE)
    of_practices += [headings, *rows, *NOTES]
    return {
        "Title sheet": [["Title"]],
        "Data Quality": [["Notes"]],
        "Table 1": [["England"]],
        "Table 2": of_practices,
    }


def test_the_layout_of_april_2024_has_no_participation(workbook: Callable[..., Path]) -> None:
    recognised = recognise(workbook(oc_sheets([oc_row(submissions=85.0)])))
    (table,) = recognised.tables
    assert recognised.format_name == "online consultation workbook"
    assert "participation" not in table.columns
    assert table.ignored == (
        "region_name", "clinical_submissions", "administrative_submissions",
        "other_unknown_type_submissions", "rate_per_1_000_registered_patients",
    )  # fmt: skip
    assert canonical_rows(table) == [
        (13, "2024-08-01", "A81001", "THE DENSHAM SURGERY", "U89141", "STOCKTON PCN", "16C", "NENC - 16C", "QHM",
         "NENC", "Y63", "ECONSULT HEALTH LIMITED, ACCURX LIMITED", "85", "3891"),
    ]  # fmt: skip


@pytest.mark.parametrize("participation", [0, 1, "*"])
def test_the_later_layout_has_participation_and_keeps_what_it_says(
    workbook: Callable[..., Path], participation: int | str
) -> None:
    headings = [*OC_HEADINGS, "Participation [11]"]
    headings[12] = "Submissions [7. 11]"
    headings[11] = "Supplier [4, 5, 6,11]"
    (table,) = recognise(workbook(oc_sheets([[*oc_row(submissions=0), participation]], headings))).tables
    ((_, *texts),) = canonical_rows(table)
    assert texts[-3:] == ["0", "3891", str(participation)]


def test_a_copy_of_the_table_is_known_by_its_headings_whatever_its_sheet_is_called(
    workbook: Callable[..., Path],
) -> None:
    (table,) = recognise(workbook({"Sheet1": [[None, *OC_HEADINGS], [0, *oc_row()]]})).tables
    assert [row[:3] for row in canonical_rows(table)] == [(2, "2024-08-01", "A81001")]
    both = {"Copy": [OC_HEADINGS, oc_row("A81009")], **oc_sheets([oc_row()])}
    (table,) = recognise(workbook(both)).tables
    assert [row[2] for row in canonical_rows(table)] == ["A81001"]


@pytest.mark.parametrize("above", [[], *[[*TITLE]]])
def test_a_copy_of_the_table_may_be_csv_with_its_titles_and_notes(
    tmp_path: Path, above: list[list[object] | list[str]] | list[object]
) -> None:
    lines = [*above, OC_HEADINGS, oc_row(month="2024-08-01"), oc_row("A81002", "Aug-24"), oc_row("Total"), *NOTES]
    with (tmp_path / "table.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(lines)
    recognised = recognise(tmp_path / "table.csv")
    (table,) = recognised.tables
    assert recognised.format_name == "online consultation workbook"
    first = len(above) + 2
    assert [row[:3] for row in canonical_rows(table)] == [
        (first, "2024-08-01", "A81001"),
        (first + 1, "2024-08-01", "A81002"),
    ]


def test_columns_are_found_by_name_and_the_header_row_is_found(workbook: Callable[..., Path]) -> None:
    order = [12, 1, 0, *range(2, 12), *range(13, 18)]
    row = oc_row()
    sheets = {"Table 2": [["Title"], [OC_HEADINGS[i] for i in order], [row[i] for i in order]]}
    (table,) = recognise(workbook(sheets)).tables
    assert canonical_rows(table)[0][:4] == (3, "85", "A81001", "2024-08-01")


def test_a_practice_whose_month_was_overwritten_is_kept_with_the_month_of_the_others(
    workbook: Callable[..., Path],
) -> None:
    rows = [oc_row("A81001"), oc_row("M83616", month="Copyright © 2025 NHS England "), oc_row("A81003", month=None)]
    (table,) = recognise(workbook(oc_sheets(rows))).tables
    assert [row[:3] for row in canonical_rows(table)] == [
        (13, "2024-08-01", "A81001"),
        (14, "2024-08-01", "M83616"),
        (15, "2024-08-01", "A81003"),
    ]


def test_where_the_sheet_has_several_months_a_damaged_one_is_left_as_it_stands(workbook: Callable[..., Path]) -> None:
    rows = [oc_row("A81001"), oc_row("A81002", month=datetime(2024, 7, 1)), oc_row("A81003", month="no month")]
    (table,) = recognise(workbook(oc_sheets(rows))).tables
    assert [row[1] for row in canonical_rows(table)] == ["2024-08-01", "2024-07-01", "no month"]


def test_a_row_with_data_but_no_code_is_given_without_a_code(workbook: Callable[..., Path]) -> None:
    (table,) = recognise(workbook(oc_sheets([oc_row(), oc_row(code=None)]))).tables
    assert [row[2] for row in canonical_rows(table)] == ["A81001", None]


def test_a_code_on_its_own_is_a_row_and_not_a_note(workbook: Callable[..., Path]) -> None:
    (table,) = recognise(workbook(oc_sheets([oc_row(), [None, "M83616"]]))).tables
    assert [row[1:3] for row in canonical_rows(table)] == [("2024-08-01", "A81001"), ("2024-08-01", "M83616")]


@pytest.mark.parametrize("code", ["Total", "UNASSIGNED", "Unmapped "])
def test_totals_and_pseudo_codes_are_no_rows(workbook: Callable[..., Path], code: str) -> None:
    (table,) = recognise(workbook(oc_sheets([oc_row(code=code), oc_row(), oc_row(code=None, month=code)]))).tables
    assert [row[2] for row in canonical_rows(table)] == ["A81001"]


def test_a_heading_that_cannot_be_matched_is_named_with_those_found(workbook: Callable[..., Path]) -> None:
    headings = ["Practice ID" if heading == "GP Code" else heading for heading in OC_HEADINGS]
    message = r"lacks the headings GP Code\. Columns found: Month \[1\], Practice ID, GP Name"
    with pytest.raises(FileRefused, match=message):
        recognise(workbook(oc_sheets([oc_row()], headings)))
    without = [heading for heading in OC_HEADINGS if not heading.startswith("Registered")]
    with pytest.raises(FileRefused, match=r"sheet Table 2: .*lacks the headings Registered Patient Count\."):
        recognise(workbook(oc_sheets([oc_row()], without)))


def test_another_workbook_with_a_table_2_is_not_an_online_consultation_workbook(workbook: Callable[..., Path]) -> None:
    with pytest.raises(FileRefused, match="of no known format"):
        recognise(workbook({"Table 2": [["Month", "GP Code", "Calls answered"], ["2025-12-01", "A81001", 3]]}))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-08-01", date(2024, 8, 1)),
        ("2024-08-31", date(2024, 8, 1)),
        ("01/08/2024", date(2024, 8, 1)),
        ("01AUG2024", date(2024, 8, 1)),
        ("Aug-24 [5]", date(2024, 8, 1)),
        ("Aug-24[8]", date(2024, 8, 1)),
        ("August 2024", date(2024, 8, 1)),
        ("45505", date(2024, 8, 1)),
        ("Copyright © 2025 NHS England ", None),
        ("85", None),
        (None, None),
    ],
)
def test_a_month_is_read_however_it_is_written(text: str | None, day: date | None) -> None:
    assert month_of(text) == day
