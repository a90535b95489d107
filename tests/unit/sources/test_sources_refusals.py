"""What is refused, and in which words."""

from __future__ import annotations

import codecs
import io
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest

from monitor.core.errors import FileRefused
from monitor.sources.files.tolerant_csv import read_csv_carefully
from monitor.sources.formats import CsvTable
from monitor.sources.recognise import recognise

HEADER = "organisation_code,organisation_name\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def refusal_of(path: Path) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        recognise(path)
    assert refused.value.where.startswith(path.name)
    assert refused.value.expected
    assert refused.value.advice
    return refused.value


def zip_of(**members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"\na,b\n", "its first line is blank, and no headings of a known format stand below it"),
        (b"\n\n  <!DOCTYPE html><html>", "is a web page or XML, not data"),
        (b'[{"organisation_code": "A81001"}]', "is JSON"),
        (HEADER.encode("utf-16"), "is in UTF-16 (or no text at all)"),
        (HEADER.encode("utf-16-be"), "is in UTF-16 (or no text at all)"),
        (codecs.BOM_UTF16_BE + HEADER.encode("utf-16-be"), "is in UTF-16 (or no text at all)"),
        (HEADER.encode() + b"A81001,CAF\xc9\n", "is not UTF-8 (byte 47, in line 2)"),
        (HEADER.replace(",", ";").encode(), "is semicolon-separated"),
        (HEADER.replace(",", "\t").encode(), "is tab-separated"),
        (HEADER.replace(",", "|").encode(), "is pipe-separated"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "is packed (gzip)"),
        (OLE, "is an old Excel file (.xls)"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "is protected with a password"),
        (zip_of(**{"a.csv": HEADER}), "is a zip archive inside another"),
        (zip_of(**{"[Content_Types].xml": ""}), "is a Word or PowerPoint file, or a damaged workbook"),
        (zip_of(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "is an OpenDocument file"),
        (zip_of(**{"xl/workbook.xml": "<no"}), "is a damaged or incomplete Excel workbook"),
        (b"PK\x03\x04 and no more", "is a damaged or incomplete Excel workbook"),
    ],
)  # fmt: skip
def test_what_is_no_readable_table_is_refused_for_what_it_is(
    write: Callable[..., Path], content: bytes, found: str
) -> None:
    assert refusal_of(write(content)).found == found


def test_a_damaged_zip_is_not_called_a_workbook(write: Callable[..., Path]) -> None:
    assert refusal_of(write(b"PK\x03\x04 and no more", "practices.zip")).found == "is a damaged zip file"


def test_a_workbook_cut_short_anywhere_is_refused_and_nothing_else(write: Callable[..., Path]) -> None:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    whole = stream.getvalue()
    for length in range(4, len(whole) - 30, 97):
        assert "workbook" in refusal_of(write(whole[:length], "cut.xlsx")).found


def test_a_workbook_with_damaged_bytes_is_read_or_refused_and_nothing_else(write: Callable[..., Path]) -> None:
    book = openpyxl.Workbook()
    book.active.append(["organisation_code", "organisation_name"])
    stream = io.BytesIO()
    book.save(stream)
    chance = random.Random(1)
    for _ in range(200):
        damaged = bytearray(stream.getvalue())
        for _ in range(4):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with suppress(FileRefused):
            recognise(write(bytes(damaged), "damaged.xlsx"))


def test_a_character_across_the_end_of_the_first_megabyte_is_not_taken_for_a_fault(write: Callable[..., Path]) -> None:
    for shift in range(3):
        rows = HEADER + "A81001,NAME\n" * 80_000
        filler = rows + "A" * (1_048_576 - len(rows) - 2 + shift)
        assert recognise(write(filler + "€\n")).format_name == "organisations"


def test_a_character_cut_through_at_the_end_of_the_file_is_a_fault(write: Callable[..., Path]) -> None:
    assert "not UTF-8" in refusal_of(write((HEADER + "A81001,€").encode()[:-1])).found


def test_only_the_first_megabyte_is_looked_at(write: Callable[..., Path]) -> None:
    path = write((HEADER + "A81001,NAME\n" * 100_000).encode() + b"A81002,CAF\xc9\n")
    assert recognise(path).format_name == "organisations"


def test_a_stray_nul_does_not_keep_a_file_out(write: Callable[..., Path]) -> None:
    assert recognise(write(HEADER + "A81001,NA\x00ME\n" + "A81002,NAME\n" * 9)).format_name == "organisations"


@pytest.mark.parametrize(
    "heading",
    [
        "nhs_number", "NHS Number", "NHSNumber", "nhsnumber", "NHS No.", "nhs_no", "patient_nhs_number",
        "Patient NHS No",
        "pseudo_nhs_number", "NHS number (10 digits)", "patient_name", "PatientName", "Patient Surname",
        "date_of_birth",
        "DateOfBirth", "Date of Birth", "DOB", "patient_dob", "patient id", "patient_postcode",
    ],
)  # fmt: skip
def test_a_file_with_a_column_about_patients_is_refused_whole(
    write: Callable[..., Path], workbook: Callable[..., Path], heading: str
) -> None:
    found = "holds patient-level data (by the heading of column 3); nothing of it was kept"
    assert refusal_of(write(f'organisation_code,organisation_name,"{heading}"\n')).found == found
    rows = [["organisation_code", "organisation_name", heading]]
    assert refusal_of(workbook({"Data": rows})).found == found


@pytest.mark.parametrize("heading", ["number_of_patients", "nhs_north_region", "patients", "postcode"])
def test_a_column_about_organisations_is_not_taken_for_one_about_patients(
    write: Callable[..., Path], heading: str
) -> None:
    assert recognise(write(f"organisation_code,organisation_name,{heading}\n")).tables[0].ignored == (heading,)


def test_patient_columns_are_seen_behind_any_separator_and_on_any_sheet(
    write: Callable[..., Path], workbook: Callable[..., Path]
) -> None:
    assert "patient-level" in refusal_of(write("organisation_code;dob\n")).found
    sheets = {"Data": [["organisation_code", "organisation_name"]], "More": [["organisation_code", "NHS number"]]}
    assert "patient-level" in refusal_of(workbook(sheets)).found


@pytest.mark.parametrize(
    ("heading", "lacks"),
    [
        ("Date,PRACTICE_CODE,Indicator,Time_Band,Value", "TIME_CATEGORY."),
        ("SUB_ICB_LOCATION_CODE,Month,Included Practices,Open Practices,Patients registered at included practices,"
         "Patients registered at open practices", "APPOINTMENT_MONTH."),
        ("PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PCN_CODE", "SUB_ICB_LOCATION_CODE, ICB_CODE."),
        ("PRAC_CODE,PCN_CODE,TOTAL_PATIENTS,GP_SOURCE,NURSE_SOURCE,DPC_SOURCE,ADMIN_SOURCE,TOTAL_GP_HC,"
         "TOTAL_NURSES_HC,TOTAL_DPC_HC,TOTAL_ADMIN_HC", "SUB_ICB_CODE."),
        ("practice_code,organisation_nam", "organisation_name."),
    ],
)  # fmt: skip
def test_the_columns_that_a_file_lacks_are_named_as_its_publisher_heads_them(
    write: Callable[..., Path], heading: str, lacks: str
) -> None:
    assert f"for which it lacks {lacks}" in refusal_of(write(heading + "\nx\n")).found


@pytest.mark.parametrize(
    "above", ["\n", "\n,\n\n", "Practices of the ICB,\n\n", 'Practices,2026-01-01,,"as ""held"""\n']
)
def test_lines_of_title_may_stand_above_the_headings_of_a_csv(write: Callable[..., Path], above: str) -> None:
    heading = "organisation_code,organisation_name,icb_code,contract_type,list_size,pcn_code\n"
    recognised = recognise(write(above + heading + "A81001,ONE,QHM,GMS,1,U1\n\nA81002,TWO\n"))
    place = above.count("\n") + 1
    assert (recognised.format_name, recognised.note) == ("organisations", f"headings found in row {place}")
    (table,) = recognised.tables
    assert isinstance(table, CsvTable)
    assert [(number, cells[0]) for number, cells, _ in read_csv_carefully(table)] == [
        (place + 1, "A81001"),
        (place + 3, "A81002"),
    ]


def test_headings_below_rows_of_data_are_not_taken_for_headings(write: Callable[..., Path]) -> None:
    found = refusal_of(write("A81001,ONE\n" + HEADER)).found
    assert found == "has the headings of organisations in row 2, below rows that look like data"


def test_headings_below_a_title_that_lack_a_column_are_named_with_their_row(write: Callable[..., Path]) -> None:
    refusal = refusal_of(write("Practices\nGP_CODE,SUPPLIER,PCN_CODE,SUB_ICB_LOCATION_CODE,ICB_CODE\n"))
    assert refusal.where == "dropped.csv, row 2"
    assert "appointments practice mapping, for which it lacks REGION_CODE" in refusal.found


def test_footnote_marks_are_no_part_of_a_heading(write: Callable[..., Path]) -> None:
    text = 'Month,GP_CODE [2],PCN_CODE,"SUB_ICB_LOCATION_CODE [3, 4]",SUPPLIER,METRIC,VALUE [7. 11]\n'
    assert recognise(write(text)).format_name == "online consultation metrics"
    assert recognise(write("practice_code [1],organisation_name [2][3]\n")).format_name == "organisations"


def test_an_unknown_header_is_refused_with_the_nearest_format_what_it_lacks_and_what_was_found(
    write: Callable[..., Path],
) -> None:
    header = "Practice Code,return_code,period_start,received"
    refusal = refusal_of(write(f"{header}\nA81001,workforce,2024-05-01,yes\n"))
    assert refusal.message == (
        "dropped.csv: is of no known format; the nearest is submission log, for which it lacks submitted_at, outcome. "
        "Columns found: Practice Code, return_code, period_start, received. "
        "Expected: submission log with the columns organisation_code, return_code, period_start, submitted_at, "
        "outcome. "
        "What to do: compare the headings with docs/formats.md, put them right and drop the file again."
    )


def test_a_log_that_lacks_only_the_outcome_is_answered_with_the_column_to_add(write: Callable[..., Path]) -> None:
    refusal = refusal_of(write("Practice Code,Return,Reporting month,Date sent\nA81001,workforce,May-24,31/05/2024\n"))
    assert refusal.found.startswith("is of no known format; the nearest is submission log, for which it lacks outcome.")
    assert refusal.advice == (
        "add a column outcome that says accepted, rejected or nil in each row (accepted, if you list only what was "
        "received), and drop the file again"
    )


def test_a_header_with_nothing_known_in_it_lists_the_formats(write: Callable[..., Path]) -> None:
    refusal = refusal_of(write("SITE_CODE,SITE_NAME\n"))
    assert refusal.found == "is of no known format. Columns found: SITE_CODE, SITE_NAME"
    assert "submission log, requests, notices" in refusal.expected


@pytest.mark.parametrize(
    "line",
    ["A81001,annual_return", "Jane Smith,Leeds", "x,1 May 1950", "me@example.org,code", "LS1 4AP,name", "9434765919,b"],
)  # fmt: skip
def test_a_first_row_of_values_is_not_repeated_in_the_message(write: Callable[..., Path], line: str) -> None:
    refusal = refusal_of(write(f"{line}\n"))
    for value in line.split(","):
        assert len(value) < 5 or value not in refusal.message


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal_of(tmp_path / "gone.csv").found


@pytest.mark.parametrize(
    "line",
    [
        "Marjorie Ashdown,Female,type 2 diabetes,Mill Lane",
        "Jane Countryman,date night,asthma",
        "Typer Smith,Leeds",
    ],
)
def test_a_list_of_people_without_headings_is_not_repeated(write: Callable[..., Path], line: str) -> None:
    message = refusal_of(write(f"{line}\nJohn Smith,Male\n")).message
    assert not [value for value in line.split(",") if value in message and value != "date night"]


def test_a_file_without_headings_is_offered_each_format_once_and_the_ods_reports(write: Callable[..., Path]) -> None:
    expected = refusal_of(write('"X1","SOME TRUST","Y63","QHM","1 ROAD","TS1 1AA","19910401"\n')).expected or ""
    assert "epraccur, epcn" in expected
    assert expected.count("GP contract indicators") == 0
    assert expected.count("submission log") == 1
