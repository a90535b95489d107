"""Files that cannot be loaded: refused whole in one plain sentence, while the other files are loaded."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from inbox import (
    HEADING,
    NOW,
    as_select,
    counts,
    drop,
    log,
    log_sheet,
    nhs_numbers,
    not_nhs_numbers,
    parquet,
    row,
    stored,
    workbook,
)

from monitor.ingest.finding_files import files_in
from monitor.ingest.inbox import Intake, load_files
from monitor.ingest.loading import LoadedFile
from monitor.store import connection as store_connection
from monitor.store.connection import open_writer

if TYPE_CHECKING:
    from asking import Monitor

FILES = "SELECT file_name, state FROM data.loaded_file ORDER BY file_name, file_id"
SECRET = "Marjorie Ashdown"  # what stands in a refused file, and must not be repeated


def damaged(content: bytes, at: int) -> bytes:
    """The same with forty bytes spoilt."""
    return content[:at] + b"\xff" * 40 + content[at + 40 :]


# ------------------------------------------------------------------------------------------------------- refusals


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "empty.csv": (b"", "is empty"),
    "web page.csv": ("<html><body>Please sign in</body></html>", "is a web page"),
    "utf-16.csv": (log(row(detail=SECRET)).encode("utf-16"), "is in UTF-16"),
    "cp1252.csv": (log(row(detail=f"{SECRET} caf\u00e9")).encode("cp1252"), "is not UTF-8"),
    "lacks.csv": (log(row(detail=SECRET)).replace(",outcome", ""), "submission log, for which it lacks outcome"),
    "misspelt.csv": (log(row(detail=SECRET)).replace(",outcome", ",outcom"), "lacks outcome"),
    "doubled.csv": (log(row(detail=SECRET)).replace(",detail", ",outcome"), "outcome is there more than once"),
    "no headings.csv": (f"{SECRET},1950-01-01\n", "is of no known format"),
    "semicolons.csv": (log(row(detail=SECRET)).replace(",", ";"), "is semicolon-separated"),
    "blank line first.csv": ("\n" + SECRET, "its first line is blank"),
    "cut.xlsx": (workbook(log_sheet({}))[:-400], "is a damaged or incomplete Excel workbook"),
    "two sheets.xlsx": (workbook(log_sheet({}), log_sheet({"detail": SECRET})), "holds data on several sheets"),
    "nothing.xlsx": (workbook([]), "is a workbook without a filled sheet"),
    "parquet.csv": (b"PAR1 is not enough", "is a damaged or incomplete Parquet file"),
}


@dataclass(frozen=True)
class Store:
    """A store in memory, and what became of each file that was put into it."""

    connection: store_connection.Store
    folder: Path
    files: dict[str, LoadedFile] = field(default_factory=dict)

    def load(self, contents: dict[str, str | bytes]) -> None:
        for name, content in contents.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        files = [(name, path) for name, path in files_in([self.folder], self.folder) if name not in self.files]
        for file in load_files(Intake(self.connection, {"workforce": "month"}, NOW, self.folder), files):
            self.files[file.identity.name] = file

    def all_it_holds(self) -> str:
        tables = ("loaded_file", "submission_row", "organisation_row", "rejected_row", "file_seen")
        return str([self.connection.execute(f"FROM data.{table}").fetchall() for table in tables])

    def rows_of(self, name: str) -> int:
        """How many rows are kept of a file, good or bad."""
        sql = "SELECT count(*) FROM data.{} AS kept JOIN data.loaded_file USING (file_id) WHERE file_name = $name"
        counts = [self.connection.execute(sql.format(table), {"name": name}).fetchall() for table in ROWS]
        return sum(count for ((count,),) in counts)


ROWS = ("submission_row", "organisation_row", "rejected_row")


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Store]]:
    with ExitStack() as opened:

        def make() -> Store:
            folder = tmp_path_factory.mktemp("files")
            return Store(opened.enter_context(open_writer(Path(":memory:"), folder, "500MB")), folder)

        yield make


@pytest.fixture(scope="module")
def refused(empty_store: Callable[[], Store]) -> Store:
    """A store that was given every bad file of this page, and one good one."""
    store = empty_store()
    bad = {name: content for name, (content, _) in REFUSED.items()}
    store.load({**bad, **PATIENT_FILES, "good.csv": log(row())})
    assert store.files["good.csv"].counts.loaded == 1
    return store


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_names_the_file_what_was_found_what_was_expected_and_what_to_do(refused: Store, name: str) -> None:
    file = refused.files[name]
    assert (file.state, refused.rows_of(name)) == ("refused", 0)
    assert file.detail
    assert file.detail.startswith(name)
    for part in (REFUSED[name][1], "Expected: ", "What to do: "):
        assert part in file.detail
    assert SECRET not in refused.all_it_holds()


def test_a_refusal_is_reported_and_the_other_files_go_on(monitor: Monitor, workspace: Path) -> None:
    drop(workspace, "a.csv", log(row(detail=SECRET)).replace(",outcome", ""))
    drop(workspace, "b.csv", log(row()))
    drop(workspace, "c.csv", log(row(outcome="ok")))
    answer = monitor("load", "-w", workspace, now=NOW)
    assert answer.code == 4
    assert answer.err == "monitor: done in part, a person is needed: 1 file refused: a.csv; 1 row rejected in c.csv\n"
    assert "refused: a.csv: is of no known format; the nearest is submission log" in answer.out
    assert "c.csv: its only row could not be used: 1 row rejected" in answer.out
    assert SECRET not in answer.out
    assert counts(workspace) == {"a.csv": (0, 0, 0, 0), "b.csv": (1, 1, 0, 0), "c.csv": (1, 0, 0, 1)}


@pytest.mark.parametrize("at", [10, 60, 200])
def test_a_damaged_parquet_file_is_refused_and_the_others_go_on(empty_store: Callable[[], Store], at: int) -> None:
    store = empty_store()
    typed = "DATE '2025-03-01' AS period_start, 5 AS record_count"
    select = f"SELECT one.* REPLACE ({typed}) FROM ({as_select(row())}) AS one, range(5000)"
    whole = parquet(store.folder.with_suffix(".whole"), select).read_bytes()
    store.load({"damaged.parquet": damaged(whole, at), "good.csv": log(row(submission_id="good"))})
    assert store.files["good.csv"].counts.loaded == 1
    assert store.files["damaged.parquet"].state == "refused"
    assert store.rows_of("damaged.parquet") == 0


def test_the_refusal_of_a_damaged_parquet_file_repeats_no_value(monitor: Monitor, workspace: Path) -> None:
    whole = parquet(workspace / "whole.parquet", as_select(row(detail=SECRET))).read_bytes()
    drop(workspace, "log.parquet", whole.replace(b"Ashdown", b"Ashdow\xff"))
    answer = monitor("load", "-w", workspace, now=NOW)
    assert (answer.code, "refused: log.parquet" in answer.out) == (4, True)
    assert "Marjorie" not in answer.out + answer.err
    assert "Marjorie" not in str(stored(workspace, "SELECT detail FROM data.loaded_file"))


def test_a_file_that_cannot_be_read_is_refused_and_the_others_go_on(
    monitor: Monitor, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(workspace, "locked.csv", log(row()))
    drop(workspace, "open.csv", log(row(submission_id="S2")))
    opened = Path.open

    def denied(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name == "locked.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", denied)
    answer = monitor("load", "-w", workspace, now=NOW)
    assert answer.code == 4
    assert (
        "refused: locked.csv: cannot be read: Permission denied. What to do: check the file's permissions."
        in answer.out
    )
    assert stored(workspace, FILES) == [("locked.csv", "refused"), ("open.csv", "loaded")]


def test_a_refused_file_that_is_mended_is_loaded(monitor: Monitor, workspace: Path) -> None:
    drop(workspace, "log.csv", log(row()).replace(",outcome", ""))
    assert monitor("load", "-w", workspace, now=NOW).code == 4
    assert monitor("load", "-w", workspace, now=NOW).code == 4  # still there, still in need of a person
    drop(workspace, "log.csv", log(row()))
    assert monitor("load", "-w", workspace, now=NOW).code == 0
    assert stored(workspace, FILES) == [("log.csv", "refused"), ("log.csv", "loaded")]


# --------------------------------------------------------------------------------------------------- patient-level data

NUMBERS = nhs_numbers(12)


def spaced(number: str, by: str) -> str:
    return by.join([number[:3], number[3:6], number[6:]])


def with_details(details: list[str]) -> str:
    return log(*(row(detail=detail) for detail in details))


BESIDE = [(log_sheet({})[1], number) for number in NUMBERS]
PATIENT_FILES: dict[str, str | bytes] = {
    "in a column of ours": log(*(row(submission_id=number) for number in NUMBERS)),
    "in place of the organisation": log(*(row(organisation_code=number) for number in NUMBERS)),
    "in a column of any name": HEADING.replace("detail", "thing") + "".join(row(detail=number) for number in NUMBERS),
    "under its own heading": log(row()).replace("detail", "NHS Number"),
    "written with spaces": with_details([spaced(number, " ") for number in NUMBERS]),
    "written with hyphens": with_details([spaced(number, "-") for number in NUMBERS]),
    "written with dots": with_details([spaced(number, ".") for number in NUMBERS]),
    "written with hard spaces": with_details([spaced(number, "\u00a0") for number in NUMBERS]),
    "in free text": with_details([f"seen by Dr X, {number}, today" for number in NUMBERS]),
    "after another number": with_details([f"ref 1234567890 patient {number}" for number in NUMBERS]),
    "after a short word and a hyphen": with_details([f"case-{number}" for number in NUMBERS]),
    "after a date": with_details([f"2025-03-01 {number}" for number in NUMBERS]),
    "in a few rows of many": with_details([*["fine"] * 50, *NUMBERS[:3]]),
    "in rows that are too short": log(*(f"A81001,{number}\n" for number in NUMBERS)),
    "in rows that are too long": log(*(row(detail=f"x,y,{number}") for number in NUMBERS)),
    "many in one row that is too long": log(row(), row(detail=f"x,{','.join(NUMBERS)}")),
    "in a workbook": workbook(log_sheet(*({"submission_id": int(number)} for number in NUMBERS))),
    "beside the headings of a workbook": workbook([*log_sheet({}), *([*cells, 9, n] for cells, n in BESIDE)]),
    "on another sheet of a workbook": workbook(log_sheet({}), [["who"], *([number] for number in NUMBERS)]),
}  # fmt: skip


@pytest.mark.parametrize("name", PATIENT_FILES)
def test_a_file_with_nhs_numbers_is_refused_whole(refused: Store, name: str) -> None:
    file = refused.files[name]
    assert (file.state, refused.rows_of(name)) == ("refused", 0)
    assert file.detail
    assert "holds patient-level data" in file.detail
    assert "remove the file from the inbox" in file.detail
    assert not [number for number in NUMBERS if number in file.detail]


@pytest.mark.parametrize(
    "identifiers",
    [
        not_nhs_numbers(40),
        not_nhs_numbers(40) + nhs_numbers(4),  # one in eleven passes the check digit by chance
        [str(number) for number in random.Random(1).sample(range(10**9, 10**10), 40)],
        nhs_numbers(1),
        [f"9{number}" for number in NUMBERS],
    ],
    ids=["none valid", "few valid", "random", "a single one", "eleven digits"],
)
def test_identifiers_of_ten_digits_that_are_no_nhs_numbers_are_loaded(
    empty_store: Callable[[], Store], identifiers: list[str]
) -> None:
    store = empty_store()
    store.load({"log.csv": log(*(row(submission_id=identifier) for identifier in identifiers))})
    assert store.files["log.csv"].counts.loaded == len(identifiers)


# ---------------------------------------------------------------------------------------------------- names of files

NAMES = [
    "it's.csv", 'double".csv', "100%s.csv", "\U0001f600.csv", "en\u2013dash.csv", "-leading.csv", "log[1].csv",
    "a*b.csv", "what?.csv", "no extension", "UPPER.CSV", "$path.csv", "[bold]x[/bold].csv", "a folder.csv/inside.csv",
    "x; DROP TABLE data.loaded_file;.csv", "\u202eright to left.csv", "x" * 200 + ".csv", "back\\slash.csv",
]  # fmt: skip


def test_a_file_is_loaded_and_known_by_its_name_whatever_characters_that_has(empty_store: Callable[[], Store]) -> None:
    store, names = empty_store(), [*NAMES, "log1.csv", "aXXb.csv"]
    store.load({name: log(row(submission_id=name)) for name in names})
    found = store.connection.execute(
        "SELECT file_name, submission_id FROM data.loaded_file JOIN data.submission_row USING (file_id)"
    ).fetchall()
    assert sorted(found) == sorted((name, name) for name in names)


def test_a_parquet_file_with_a_star_in_its_name_is_read_alone(empty_store: Callable[[], Store], tmp_path: Path) -> None:
    store = empty_store()
    names = ("a*.parquet", "ab.parquet", "a[b].parquet")
    store.load({n: parquet(tmp_path / "made", as_select(row(submission_id=n))).read_bytes() for n in names})
    assert {name: file.counts.loaded for name, file in store.files.items()} == dict.fromkeys(names, 1)


def test_the_name_of_a_folder_is_never_taken_for_a_value(empty_store: Callable[[], Store], tmp_path: Path) -> None:
    """DuckDB takes a folder `outcome=nil` for a column, and for its value in every row."""
    store = empty_store()
    store.load({
        "outcome=nil/log.csv": log(row(submission_id="csv")),
        "outcome=nil/log.parquet": parquet(tmp_path / "made", as_select(row(submission_id="parquet"))).read_bytes(),
    })  # fmt: skip
    assert store.connection.execute("SELECT outcome FROM data.submission_row").fetchall() == [("accepted",)] * 2


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
@pytest.mark.parametrize("content", [log(row()), ""], ids=["of a good file", "of a bad file"])
def test_a_name_that_is_not_utf_8_stops_no_other_file(monitor: Monitor, workspace: Path, content: str) -> None:
    Path(os.fsdecode(os.fsencode(workspace / "inbox") + b"/caf\xe9.csv")).write_text(content, encoding="utf-8")
    drop(workspace, "good.csv", log(row(submission_id="S2")))
    answer = monitor("load", "-w", workspace, now=NOW)
    assert answer.code in (0, 4)
    assert counts(workspace)["good.csv"] == (1, 1, 0, 0)


def test_a_name_cannot_forge_a_line_of_the_report(monitor: Monitor, workspace: Path) -> None:
    drop(workspace, "a\nrefused: other.csv\x1b[31m", "")
    answer = monitor("load", "-w", workspace, now=NOW)
    assert not [line for line in answer.out.splitlines() if line.startswith("refused: other.csv")]


def test_what_programs_leave_lying_about_is_passed_over_but_not_a_file_that_is_named(
    monitor: Monitor, workspace: Path
) -> None:
    for name in (".hidden.csv", "Thumbs.db", "desktop.ini"):
        drop(workspace, name, "no data")
    hidden = "  passed over: .hidden.csv: is a hidden file, such as programs leave behind.\n"
    assert monitor("load", "-w", workspace, now=NOW).out == "Nothing new to load.\n" + hidden
    named = drop(workspace, ".named.csv", log(row()))
    monitor("load", "-w", workspace, named, now=NOW)
    assert counts(workspace) == {".named.csv": (1, 1, 0, 0)}


def test_links_are_not_followed_and_stop_nothing(monitor: Monitor, workspace: Path) -> None:
    target = drop(workspace, "log.csv", log(row()))
    (workspace / "inbox" / "link.csv").symlink_to(target)
    (workspace / "inbox" / "broken.csv").symlink_to("nowhere")
    (workspace / "inbox" / "loop").symlink_to(workspace / "inbox")
    assert monitor("load", "-w", workspace, target, workspace / "inbox", now=NOW).code == 4
    assert counts(workspace) == {"log.csv": (1, 1, 0, 0)}
