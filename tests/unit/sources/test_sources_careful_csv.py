"""The slow and exact reader: a fault costs one row, never the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.sources.files.tolerant_csv import (
    NOT_TEXT,
    QUOTE_MISPLACED,
    QUOTE_OPEN,
    TOO_FEW,
    TOO_LONG,
    TOO_MANY,
    Row,
    read_csv_carefully,
)
from monitor.sources.formats import CsvTable, Format

RowsOf = Callable[..., list[Row]]

HEADER = "a,b,c\n"
THREE = Format("three", "three", ("a", "b", "c"), ("a",))


def table_of(path: Path, header_rows: int = 1) -> CsvTable:
    return CsvTable(THREE, path, header_rows, THREE.columns, ())


@pytest.fixture
def rows_of(write: Callable[..., Path]) -> RowsOf:
    def rows_of(content: str | bytes, header_rows: int = 1) -> list[Row]:
        return list(read_csv_carefully(table_of(write(content), header_rows)))

    return rows_of


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(rows_of: RowsOf) -> None:
    assert rows_of(HEADER + '1,2,3\n\n"4\n4",5,6\n  \r\n7,8,9') == [
        (2, ("1", "2", "3"), None),
        (4, ("4\n4", "5", "6"), None),
        (6, ("7", "8", "9"), None),
    ]


def test_a_file_without_headings_begins_with_row_one(rows_of: RowsOf) -> None:
    assert rows_of("1,2,3\n", header_rows=0) == [(1, ("1", "2", "3"), None)]


def test_a_byte_order_mark_and_any_line_end_are_passed_over(rows_of: RowsOf) -> None:
    for end in ("\n", "\r\n", "\r"):
        assert rows_of("\ufeff" + (HEADER + "1,2,3\n").replace("\n", end)) == [(2, ("1", "2", "3"), None)]


def test_blank_values_are_none_and_others_are_left_as_they_stand(rows_of: RowsOf) -> None:
    assert rows_of(HEADER + '"", ,NA\n 1 ,,"x ""y"", z"\n,,\n') == [
        (2, (None, None, "NA"), None),
        (3, (" 1 ", None, 'x "y", z'), None),
        (4, (None, None, None), None),
    ]


def test_too_few_values_are_filled_up_and_too_many_kept_together(rows_of: RowsOf) -> None:
    assert rows_of(HEADER + "1,2\n1,2,3,4,5\n1,2,3,, \n") == [
        (2, ("1", "2", None), TOO_FEW),
        (3, ("1", "2", "3,4,5"), TOO_MANY),
        (4, ("1", "2", "3"), None),
    ]


def test_a_quotation_mark_inside_a_value_is_text(rows_of: RowsOf) -> None:
    assert rows_of(HEADER + '1,5" pipe,3\n4,"say "so" now",6\n') == [
        (2, ("1", '5" pipe', "3"), None),
        (3, ("4", 'say so" now"', "6"), None),
    ]


def test_an_unclosed_quotation_mark_costs_its_own_row_only(rows_of: RowsOf) -> None:
    assert rows_of(HEADER + '1,"2,3\n4,5,6\n7,"8",9\n') == [
        (2, ("1", '"2', "3"), QUOTE_OPEN),
        (3, ("4", "5", "6"), None),
        (4, ("7", "8", "9"), None),
    ]


def test_an_unclosed_quotation_mark_does_not_swallow_a_long_file(rows_of: RowsOf) -> None:
    rows = rows_of(HEADER + '1,"2,3\n' + "4,5,6\n" * 5000)
    assert len(rows) == 5001
    assert [fault for _, _, fault in rows if fault] == [QUOTE_OPEN]


def test_an_unclosed_quotation_mark_in_the_last_row_is_a_fault_of_that_row(rows_of: RowsOf) -> None:
    assert rows_of(HEADER + '1,2,"3') == [(2, ("1", "2", '"3'), QUOTE_OPEN)]


def test_quotation_marks_that_leave_the_values_unclear_are_a_fault(rows_of: RowsOf) -> None:
    assert rows_of(HEADER + '1,"2"x,"3,4",5,6\n4,5,6\n')[0][2] == QUOTE_MISPLACED


def test_nul_and_bytes_that_are_not_utf8_are_a_fault_and_are_shown(rows_of: RowsOf) -> None:
    assert rows_of(HEADER.encode() + b"1,CAF\xc9,3\n4,\x00,6\n7,8,9\n") == [
        (2, ("1", "CAF\ufffd", "3"), NOT_TEXT),
        (3, ("4", "\ufffd", "6"), NOT_TEXT),
        (4, ("7", "8", "9"), None),
    ]


def test_a_value_longer_than_the_csv_module_allows_is_read(rows_of: RowsOf) -> None:
    long = "x" * 200_000
    assert rows_of(HEADER + f"1,{long},3\n") == [(2, ("1", long, "3"), None)]


def test_a_quoted_value_longer_than_the_csv_module_allows_is_a_fault_of_one_row(rows_of: RowsOf) -> None:
    rows = rows_of(HEADER + '1,"' + "x,y" * 70_000 + '",3\n4,5,6\n')
    assert [(number, fault) for number, _, fault in rows] == [(2, TOO_LONG), (3, None)]


def test_an_endless_line_is_cut_and_the_next_row_is_read(rows_of: RowsOf) -> None:
    rows = rows_of(HEADER + "1,2," + "3" * 9_000_000 + "\n4,5,6\n")
    assert [(number, fault) for number, _, fault in rows] == [(2, TOO_LONG), (3, None)]


_values = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(rows=st.lists(st.tuples(st.just("k"), _values, _values), max_size=6))
def test_whatever_is_written_as_csv_is_read_back(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([("a", "b", "c"), *rows])
    path = tmp_path / "written.csv"
    path.write_bytes(stream.getvalue().encode())
    expected = [tuple(value if value.strip() else None for value in row) for row in rows]
    assert [(values, fault) for _, values, fault in read_csv_carefully(table_of(path))] == [(v, None) for v in expected]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=500, deadline=None)
@given(content=st.lists(st.sampled_from([b'"', b",", b"\n", b"\r", b"\x00", b"\xc9", b"x", b" "]), max_size=60))
def test_nothing_makes_it_give_up_and_every_row_has_the_columns_of_the_table(
    tmp_path: Path, content: list[bytes]
) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(b"".join(content))
    rows = list(read_csv_carefully(table_of(path, header_rows=0)))
    assert all(len(values) == 3 for _, values, _ in rows)
    assert [number for number, _, _ in rows] == sorted({number for number, _, _ in rows})
