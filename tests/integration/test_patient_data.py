"""Files about patients are refused whole, however their NHS numbers are written and wherever they stand."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from inbox import HEADING, log, log_sheet, not_nhs_numbers, parquet, row, workbook
from memory_store import MemoryStore, store_in_memory
from nhs_shapes import NUMBERS, SHAPES, by, parts

from monitor.ingest.staging import columns_of_patients
from monitor.store.schema import make_macros

NAME = "Ashdown"


def sequence(text: str, first: int = 1, step: int = 1) -> list[str]:
    return [text.format(first + place * step) for place in range(len(NUMBERS))]


def moments(written: str) -> list[str]:
    return [
        f"{datetime(2025, 3, 31, 10, 15, 7) + timedelta(hours=37 * place):{written}}" for place in range(len(NUMBERS))
    ]


CHANCE = random.Random(1)
OTHER_NUMBERS: dict[str, list[str]] = {
    "telephones": sequence("0161 496 {:04}"),
    "telephones without spaces": sequence("0161496{:04}"),
    "telephones from abroad": sequence("+44 161 496 {:04}"),
    "telephones from abroad, bracketed": sequence("+44 (0)161 496 {:04}"),
    "telephones without the nought": sequence("161 496 {:04}"),
    "mobile telephones": sequence("07700 900{:03}"),
    "EAN": sequence("50123456789{:02}"),
    "ISBN": sequence("978-0-306-40{:03}-7"),
    "instants": moments("%Y-%m-%d %H:%M:%S"),
    "instants with T": moments("%Y-%m-%dT%H:%M:%S"),
    "instants with a zone": moments("%Y-%m-%d %H:%M:%S+00:00"),
    "British instants": moments("%d/%m/%Y %H:%M"),
    "days": moments("%Y-%m-%d"),
    "days and hours": moments("%Y-%m-%d %H"),
    "two days": moments("%Y-%m-%d to 2026-%m-%d"),
    "times": moments("%H:%M:%S"),
    "stamps of fourteen digits": moments("%Y%m%d%H%M%S"),
    "stamps of twelve digits": moments("%Y%m%d%H%M"),
    "stamps of ten digits": moments("%Y%m%d%H"),
    "seconds since 1970": sequence("{}", 1_743_400_000, 86_400),
    "milliseconds since 1970": sequence("{}", 1_743_400_000_000, 86_400_000),
    "ids of nine digits": sequence("S-{:09}"),
    "ids of ten digits": sequence("{}", 4_000_000_001),
    "ids of ten digits in tens": sequence("{}", 4_000_000_000, 10),
    "ids of eleven digits": sequence("{:011}"),
    "ids of twelve digits": sequence("{:012}"),
    "random ids": [str(CHANCE.randrange(10**9, 10**10)) for _ in NUMBERS],
    "universally unique ids": [f"{CHANCE.getrandbits(128):032x}" for _ in NUMBERS],
    "hashes": [f"{CHANCE.getrandbits(256):064x}" for _ in NUMBERS],
    "card numbers": sequence("4000 0000 0000 {:04}"),
    "sort codes and accounts": sequence("00-00-00 {:08}"),
    "IP addresses": sequence("192.168.100.{}"),
    "amounts": sequence("1,234,567,{:03}.50"),
    "fractions": [f"{CHANCE.random():.10f}" for _ in NUMBERS],
    "grid references": sequence("NZ {:05} 65432"),
    "coordinates": [f"{CHANCE.uniform(50, 55):.6f},-{CHANCE.uniform(0, 2):.6f}" for _ in NUMBERS],
    "SNOMED codes": sequence("9990{:05}000000103"),
    "versions": sequence("12.10.2024.{}"),
    "tallies": sequence("1 2 3 4 5 6 7 8 9 10 {}"),
    "noughts": ["0000000000"] * len(NUMBERS),
    "nines": ["9999999999"] * len(NUMBERS),
    "one to nine": ["0123456789"] * len(NUMBERS),
    "one hour in every row": ["2025033110"] * len(NUMBERS),
    "numbers without a check digit": not_nhs_numbers(40),
    "eleven digits": [f"9{number}" for number in NUMBERS],
    "numbers with a nought before": [f"0{number}" for number in NUMBERS],
    "one in eleven by chance": not_nhs_numbers(36) + NUMBERS[:4],
    "a single one": [NUMBERS[0], *[""] * 39],
}  # fmt: skip


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        make_macros(connection)
        yield connection


def refused_of(connection: duckdb.DuckDBPyConnection, columns: dict[str, list[str]]) -> set[str]:
    """Which of these columns are taken for columns of NHS numbers."""
    rows = [[cells] for cells in map(list, zip(*columns.values(), strict=True))]
    connection.execute("CREATE OR REPLACE TEMP TABLE typed_shapes (cells VARCHAR[])")
    connection.executemany("INSERT INTO typed_shapes VALUES (?)", rows)
    looked_at = {name: f"cells[{place}]" for place, name in enumerate(columns, start=1)}
    return set(columns_of_patients(connection, "typed_shapes", looked_at))


def test_nhs_numbers_are_known_in_every_shape(connection: duckdb.DuckDBPyConnection) -> None:
    columns = {name: [shape(number) for number in NUMBERS] for name, shape in SHAPES.items()}
    assert len(columns) >= 80
    assert columns.keys() - refused_of(connection, columns) == set()


def test_other_numbers_are_not_taken_for_nhs_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    assert len(OTHER_NUMBERS) >= 30
    assert refused_of(connection, OTHER_NUMBERS) == set()


# ------------------------------------------------------------------------------------------------- where they stand


def split(*lengths: int) -> str:
    """A log with the parts of each number in columns side by side, beyond those that are known."""
    heading = HEADING.rstrip("\n") + "".join(f",part {place}" for place in range(len(lengths))) + "\n"
    return heading + "".join(row().rstrip("\n") + "," + ",".join(parts(n, *lengths)) + "\n" for n in NUMBERS)


def zipped(members: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_headings(*headings: str) -> str:
    return log(row()).replace(",detail", ",detail," + ",".join(headings)).rstrip("\n") + ",1" * len(headings) + "\n"


OF_PATIENTS = log(*(row(detail=number) for number in NUMBERS))
BESIDE: list[list[object]] = [["who", "born"], *([number, date(1950, 1, 31)] for number in NUMBERS)]
IN_TWO_CELLS: list[list[str]] = [["who", "else"], *([*parts(number, 5, 5)] for number in NUMBERS)]
FILES: dict[str, str | bytes] = {
    "as headings.csv": with_headings(*NUMBERS[:6]),
    "as one heading.csv": with_headings(by(" ")(NUMBERS[0])),
    "as headings.xlsx": workbook(
        [[*cells, number] for cells, number in zip(log_sheet({}), [int(NUMBERS[0]), 1], strict=True)]
    ),
    "over two columns.csv": split(5, 5),
    "over two columns, first the long one.csv": split(6, 4),
    "over three columns.csv": split(3, 3, 4),
    "in two of ours.csv": log(*(row(submission_id=number[:5], request_id=number[5:]) for number in NUMBERS)),
    "on another sheet.xlsx": workbook(log_sheet({}), BESIDE),
    "in two cells of another sheet.xlsx": workbook(log_sheet({}), IN_TWO_CELLS),
    "in a zip.zip": zipped({"a.csv": OF_PATIENTS}),
    "in the name of a member.zip": zipped({f"{NAME} {NUMBERS[0]}.csv": log(row())}),
    f"{NAME}_{NUMBERS[0]}.csv": log(row()),
    f"{NAME} {by(' ')(NUMBERS[0])}.xlsx": b"not a workbook",
    f"{NAME} {by(chr(0x2013))(NUMBERS[0])}.csv": log(row()),
    f"{NAME}%20{by('%20')(NUMBERS[0])}.csv": log(row()),
    f"{NAME} {NUMBERS[0]}/log.csv": log(row(submission_id="another")),
    f"{NAME} {NUMBERS[0]}.csv.part": log(row()),
    "people.csv": f"Marjorie {NAME},Female,type 2 diabetes,Mill Lane\nJohn Smith,Male,asthma,Hill Street\n",
    "people.xlsx": workbook([[f"Marjorie {NAME}", "Female", "type 2 diabetes"], ["John Smith", "Male", "asthma"]]),
    "people, with a number.csv": f"Marjorie {NAME},Female,{NUMBERS[0]}\nJohn Smith,Male,{NUMBERS[1]}\n",
}


def parquets(folder: Path) -> dict[str, bytes]:
    number = "CAST(9990001235 + 0 * i AS {0}) AS submission_id"
    named = "'A81001' AS organisation_code, 'workforce' AS return_code, '2025-03-01' AS period_start, "
    told = "'2025-03-31 10:00' AS submitted_at, 'accepted' AS outcome, "
    kinds = {
        "numbers": number.format("BIGINT"),
        "fractions": number.format("DOUBLE"),
        "lists": "['9990001235', '9990002029'] AS submission_id",
        "structures": "{'who': '9990001235'} AS submission_id",
    }
    return {
        f"{kind}.parquet": parquet(
            folder / f"{kind}.made", f"SELECT {named}{told}{column} FROM range(5) AS r(i)"
        ).read_bytes()
        for kind, column in kinds.items()
    }


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MemoryStore]:
    """A store that was given all of these files, and a good one."""
    folder = tmp_path_factory.mktemp("given")
    with store_in_memory(folder) as connection:
        store = MemoryStore(connection, folder)
        for name, content in {**FILES, **parquets(folder), "good.csv": log(row())}.items():
            file = store.inbox / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        store.load(in_part=True)
        yield store


def test_a_file_about_patients_is_refused_whole_wherever_it_says_so(given: MemoryStore) -> None:
    loaded = given.rows("SELECT file_name, rows_loaded FROM data.loaded_file WHERE state = 'loaded'")
    assert loaded == [("good.csv", 1)]
    details = [detail for (detail,) in given.rows("SELECT detail FROM data.loaded_file WHERE state = 'refused'")]
    others = [said for said in details if "holds patient-level data" not in said]
    assert len(details) >= len(FILES) - 3  # names that are withheld are alike
    assert len([said for said in others if "Its first row looks like data" in said]) == len(others) == 3


def test_nothing_of_a_file_about_patients_is_kept_or_said(given: MemoryStore) -> None:
    tables = given.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'data' AND NOT temporary")
    held = "\n".join(repr(given.rows(f"FROM data.{table}")) for (table,) in tables)
    digits = "".join(character for character in held if character not in "-\u2013 /%")
    assert not [number for number in NUMBERS if number in digits]
    assert not [word for word in (NAME, "Marjorie", "diabetes", "Mill Lane", "John") if word in held]


def test_a_name_that_is_withheld_keeps_its_folder_and_its_ending(given: MemoryStore) -> None:
    names = {name for (name,) in given.rows("SELECT file_name FROM data.loaded_file")}
    expected = {"(name withheld).csv", "(name withheld)/log.csv", "in the name of a member.zip/(name withheld).csv"}
    assert expected <= names
