"""What a person can get wrong at the command line: one message that helps, exit code 2 or 4, never a traceback."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from asking import new_workspace
from inbox import NOW, drop, log, row

from monitor import pipeline
from monitor.core.resources import EXPECTATIONS
from monitor.operations.in_part import why_of_files

if TYPE_CHECKING:
    from asking import Answer, Monitor

MONITOR_FROM = "monitor_from = 2024-04-01\n"
WORKFORCE = (EXPECTATIONS / "workforce.toml").read_text(encoding="utf-8")


def assert_told(answer: Answer, code: int, *parts: str) -> None:
    """One message on stderr that holds the parts, and nothing on stdout."""
    assert (answer.code, answer.out) == (code, "")
    for part in parts:
        assert part in answer.err
    assert "Traceback" not in answer.err


# --------------------------------------------------------------------------------------------------------- commands


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("nope", "No such command 'nope'"),
        ("load --nope", "No such option '--nope'"),
        ("load /no/such/file.csv", "/no/such/file.csv: there is no such file or folder"),
        ("status --status lost", "'lost' is not one of 'not_required'"),
        ("status --return staff", "there is no return 'staff'. Expected: one of alcohol_and_dementia"),
        ("status --format xml", "'xml' is not one of 'table', 'csv', 'json'"),
        ("status --as-of 2024-02-30", "'2024-02-30' is not a day like 2025-01-31"),
        ("status --as-of Sep-25", "'Sep-25' names a month, and a day is asked for: write 2025-09-01 for"),
        ("status --as-of tomorrow", "'tomorrow' is not a day like 2025-01-31"),
        ("status", "nothing has been loaded yet. What to do: drop files into inbox/, then `monitor run`"),
        ("due --days -1", "-1 is not in the range"),
        ("explain A81001 workforce", "Missing argument 'PERIOD_START'"),
        ("explain A81001 staff 2024-05-01", "there is no return 'staff'"),
        ("explain A81001 NWRS 2024-05", "What to do: the nearest: workforce"),
        ("explain A81001 workforce 05/31/2024", "'05/31/2024' is not a day like 2025-01-31"),
        ("check --return staff", "there is no return 'staff'"),
        ("sql", "give either a query or -f FILE"),
        ("sql -f /no/such.sql", "No such file"),
        ("sql SELECT", "nothing has been published yet. What to do: run `monitor run` first"),
        ("init", "Missing argument 'DIR'"),
    ],
)
def test_a_mistake_in_what_was_typed_is_reported(monitor: Monitor, bare_workspace: Path, typed: str, told: str) -> None:
    assert_told(monitor("-w", bare_workspace, *typed.split()), 2, told)


def test_a_folder_that_is_no_workspace_is_reported(monitor: Monitor, tmp_path: Path) -> None:
    told = (f"{tmp_path}: is not a workspace", "it holds no monitor.toml", "monitor init DIR")
    assert_told(monitor("load", "-w", tmp_path), 2, *told)
    assert_told(monitor("load", environ={"MONITOR_WORKSPACE": str(tmp_path)}), 2, *told)


def test_init_and_demo_leave_alone_what_is_there(monitor: Monitor, workspace: Path, tmp_path: Path) -> None:
    assert_told(monitor("init", workspace), 2, "monitor.toml: already exists")
    assert_told(monitor("demo", "--dir", workspace), 2, "is not empty. Expected: a new or an empty folder")
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    for typed in (("init", file), ("demo", "--dir", file)):
        answer = monitor(*typed)
        assert answer.code in (2, 4)
        assert str(file) in answer.err


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_far_off_is_answered_or_reported(monitor: Monitor, workspace: Path, day: str) -> None:
    drop(workspace, "organisations.csv", "organisation_code,organisation_name\nA81001,One\n")
    assert monitor("load", "-w", workspace).code == 0
    answer = monitor("status", "-w", workspace, "--as-of", day, "--return", "workforce", "--format", "csv")
    assert answer.code in (0, 2)


# ------------------------------------------------------------------------------------------------------ monitor.toml


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "monitor.toml, monitor_from: is missing"),
        ("monitor_from 2024", "monitor.toml: is not valid TOML"),
        ('monitor_from = "2024-04-01"', "monitor_from: found '2024-04-01'. Expected: "),
        ("monitor_from = 2024-13-01", "is not valid TOML"),
        (
            MONITOR_FROM + "colour = 1",
            "monitor.toml, colour: ",
        ),
        (MONITOR_FROM + 'icbs = "QHM"', "icbs: found 'QHM'. Expected: "),
        (MONITOR_FROM + 'memory_limit = "lots"', "monitor.toml, memory_limit: found 'lots'"),
        (MONITOR_FROM + "[causes]\nsupplier_min_share = 2.0", "causes.supplier_min_share: found 2.0"),
        (MONITOR_FROM + "[causes]\nsupplier_min_organisations = 0", "causes.supplier_min_organisations: found 0"),
        (MONITOR_FROM + '[[collective_action]]\nname = "x"', "collective_action.[0].start: is missing"),
        (
            MONITOR_FROM + '[[collective_action]]\nname = "x"\nstart = 2024-08-01\nend = 2024-07-01',
            "Expected: end 2024-07-01 on or after start 2024-08-01",
        ),
        (
            MONITOR_FROM + '[[collective_action]]\nname = "x"\nstart = 2024-08-01\n' * 2,
            "Expected: a different name for each period of collective action",
        ),
        (MONITOR_FROM + '[mail]\nhost = "mail"', "Expected: sender, the address that the messages come from"),
        (MONITOR_FROM + '[mail]\nhost = "mail"\nsender = "a@b"\nport = 99999', "mail.port: found 99999"),
        (MONITOR_FROM + '[mail]\nhost = "mail"\nsender = "a@b"\nsecurity = "ssl"', "'starttls', 'tls' or 'none'"),
        (MONITOR_FROM + '[mail]\nhost = "mail"\nsender = "a@b"\nsecurity = "none"', "is not this machine"),
        (
            MONITOR_FROM + '[mail]\nhost = "mail"\nsender = "a@b"\n[[mail.route]]\nto = []',
            "mail.route.[0].to: found []",
        ),
        (MONITOR_FROM + '[mail]\nhost = "mail"\nsender = "a@b\\nBcc: c@d"', "mail.sender"),
    ],
)
def test_a_mistake_in_the_settings_names_file_key_value_and_what_is_allowed(
    monitor: Monitor, workspace: Path, text: str, told: str
) -> None:
    (workspace / "monitor.toml").write_text(text, encoding="utf-8")
    assert_told(monitor("load", "-w", workspace), 2, "monitor.toml", told, "What to do: correct monitor.toml")


@pytest.mark.parametrize(
    "line", ['password = "hunter2"', 'passwort = "hunter2"', 'username = "u"\npassword = "hunter2"']
)
def test_a_password_that_was_written_into_the_settings_is_not_repeated(
    monitor: Monitor, workspace: Path, line: str
) -> None:
    text = f'{MONITOR_FROM}[mail]\nhost = "mail"\nsender = "a@b"\n{line}\n'
    (workspace / "monitor.toml").write_text(text, encoding="utf-8")
    answer = monitor("load", "-w", workspace)
    assert answer.code == 2
    assert line.splitlines()[-1].split()[0] in answer.err
    assert "hunter2" not in answer.err


def test_codes_in_the_settings_are_read_without_regard_to_case(monitor: Monitor, workspace: Path) -> None:
    (workspace / "monitor.toml").write_text('monitor_from = 2025-02-01\nicbs = ["qhm"]\n', encoding="utf-8")
    drop(workspace, "organisations.csv", "organisation_code,organisation_name,icb_code\nA81001,One,QHM\n")
    assert monitor("load", "-w", workspace, now=NOW).code == 0
    answer = monitor("status", "-w", workspace, "--return", "workforce", "--format", "csv", now=NOW)
    assert len(answer.out.splitlines()) == 1 + 5


# ------------------------------------------------------------------------------------------------------ expectations/


def test_a_mistake_in_a_returns_file_names_file_key_value_and_what_is_allowed(
    monitor: Monitor, workspace: Path
) -> None:
    faulty = WORKFORCE.replace('owed_by = "practice"', 'owed_by = "gp"')
    (workspace / "expectations" / "workforce.toml").write_text(faulty, encoding="utf-8")
    told = "owed_by: found 'gp'. Expected: 'practice', 'pcn' or 'trust'"
    assert_told(monitor("load", "-w", workspace), 2, "workforce.toml", told, "What to do: correct the file")


def test_a_returns_file_with_a_wrong_name_is_reported(monitor: Monitor, workspace: Path) -> None:
    (workspace / "expectations" / "Work Force.toml").write_text(WORKFORCE, encoding="utf-8")
    assert_told(monitor("load", "-w", workspace), 2, "Work Force.toml", "small letters, digits and underscores")


# ---------------------------------------------------------------------------------------------- the machine's faults


@pytest.mark.slow
def test_a_store_that_another_process_has_open_is_reported(monitor: Monitor, demo: Path) -> None:
    store = str(demo / "var" / "monitor.duckdb")
    holder = f"import duckdb, sys; held = duckdb.connect({store!r}); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "1\n"
        assert_told(
            monitor("load", "-w", demo), 4, "the store is in use by another run", "wait until the other run has ended"
        )
        assert monitor("status", "-w", demo, "--return", "workforce").code == 0  # from the published copy
        (demo / "published" / "monitor.duckdb").unlink()
        assert_told(monitor("status", "-w", demo), 4, "the store is in use by another run")
        process.stdin.close()
    assert monitor("load", "-w", demo).code == 0


@pytest.mark.parametrize("command", ["load", "status", "due"])
@pytest.mark.parametrize("kind", ["text", "another database", "spoilt in the middle"])
def test_a_store_that_is_none_or_damaged_is_reported(
    monitor: Monitor, workspace: Path, kind: str, command: str
) -> None:
    assert monitor("load", "-w", workspace).code == 0
    store = workspace / "var" / "monitor.duckdb"
    content = store.read_bytes()
    store.unlink()
    if kind == "text":
        store.write_bytes(b"not a database " * 100)
    elif kind == "another database":
        with duckdb.connect(str(store)) as other:
            other.execute("CREATE TABLE other (a INTEGER)")
    else:
        store.write_bytes(content[:20_000] + b"\xff" * (len(content) - 30_000) + content[-10_000:])
    answer = monitor(command, "-w", workspace)
    if kind == "another database" and command == "load":
        assert answer.code in (0, 4)  # tables of ours beside the others do no harm
    else:
        assert_told(answer, 4, str(store))


@pytest.mark.parametrize("name", ["var", "published", "inbox"])
def test_a_file_where_a_folder_belongs_is_reported(monitor: Monitor, tmp_path: Path, name: str) -> None:
    (tmp_path / "monitor.toml").write_text(MONITOR_FROM, encoding="utf-8")
    (tmp_path / name).write_text("", encoding="utf-8")
    assert_told(monitor("load", "-w", tmp_path), 4, str(tmp_path / name), "a folder that the program may write to")


@pytest.mark.slow
def test_a_published_copy_that_is_gone_or_spoilt_is_made_again_by_a_run(monitor: Monitor, demo: Path) -> None:
    published = demo / "published" / "monitor.duckdb"
    query = ("sql", "-w", demo, "--format", "csv", "SELECT count(*) AS n FROM return_status")
    published.unlink()
    assert_told(monitor(*query), 2, "nothing has been published yet")
    assert monitor("run", "-w", demo).code == 0
    assert monitor(*query).out == "\ufeffn\n2577\n"
    published.write_bytes(b"spoilt")
    assert_told(monitor(*query), 4, str(published))
    assert monitor("run", "-w", demo).code == 0
    assert monitor(*query).out == "\ufeffn\n2577\n"


# -------------------------------------------------------------------------------------------------------- monitor sql


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM read_blob('{file}')",
        "SELECT * FROM glob('{file}*')",
        "SELECT * FROM sniff_csv('{file}')",
        "SELECT getenv('HOME')",
        "SELECT * FROM 'https://example.com/a.csv'",
        "SELECT * FROM sqlite_scan('{file}', 't')",
        "COPY (SELECT 1) TO '{file}.out'",
        "SELECT 1; COPY (SELECT 1) TO '{file}.out'",
        "EXPORT DATABASE '{file}.out'",
        "ATTACH '{file}.out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CREATE SECRET s (TYPE s3)",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "PRAGMA import_database('{file}')",
        "DROP VIEW return_status",
        "DELETE FROM data.submission_row",
        "CREATE TABLE mine (a INTEGER)",
        "SELECT $path",
        "SELEC 1",
        "SELECT 1 +",
    ],
)
def test_sql_reaches_no_file_no_network_and_changes_nothing(
    monitor: Monitor, demo_made_once: Path, tmp_path: Path, query: str
) -> None:
    file = tmp_path / "file.csv"
    file.write_text("secret\nvalue\n", encoding="utf-8")
    answer = monitor("sql", "-w", demo_made_once, query.format(file=file))
    assert_told(answer, 2, "monitor: the query: ", "What to do: ")
    assert [path.name for path in tmp_path.iterdir()] == ["file.csv"]


@pytest.mark.parametrize("query", ["", "  ", ";", "/* only a comment */"])
def test_an_empty_query_is_reported(monitor: Monitor, demo_made_once: Path, query: str) -> None:
    assert_told(monitor("sql", "-w", demo_made_once, query), 2, "query")


def test_a_query_file_that_is_not_utf_8_is_reported(monitor: Monitor, demo_made_once: Path, tmp_path: Path) -> None:
    file = tmp_path / "query.sql"
    file.write_bytes(b"SELECT 'caf\xe9'")
    assert_told(monitor("sql", "-w", demo_made_once, "-f", file), 2, "UTF-8")


# ---------------------------------------------------------------------------------------------------- names from files

EVIL = [
    "=cmd|' /C calc'!A0", "+1", "-1", "@sum(1)", "\ttab", "a\r=cmd()", "a\n=cmd()", "<script>alert(1)</script>",
    "\u202eevil", "x" * 300, "Robert'); DROP TABLE data.loaded_file;--", "[bold]x[/bold]", "\x1b[31mred", '"quoted"',
    "@table $path ${x}",
]  # fmt: skip


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose practices have names that mean harm. For tests that only read."""
    context = new_workspace(tmp_path_factory.mktemp("evil") / "workspace", "monitor_from = 2025-05-01\n", NOW)
    workspace = context.workspace.folder
    text = io.StringIO()
    csv.writer(text).writerows([[f"A81{i:03}", name, name] for i, name in enumerate(EVIL)])
    drop(workspace, "organisations.csv", "organisation_code,organisation_name,clinical_supplier\n" + text.getvalue())
    drop(workspace, "log.csv", log(row(detail="' OR 1=1 --")))
    assert not why_of_files(pipeline.load(context, []))
    return workspace


def test_names_from_files_reach_a_spreadsheet_as_text(monitor: Monitor, evil: Path) -> None:
    answer = monitor("status", "-w", evil, "--return", "appointments", "--format", "csv", now=NOW)
    with io.StringIO(answer.out.removeprefix("\ufeff"), newline="") as text:
        rows = list(csv.DictReader(text))
    assert {found["organisation_code"] for found in rows} == {f"A81{place:03}" for place in range(len(EVIL))}
    for cell in (cell for found in rows for cell in found.values()):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_names_from_files_do_not_steer_the_terminal(monitor: Monitor, evil: Path) -> None:
    answer = monitor("status", "-w", evil, "--return", "appointments", now=NOW)
    assert answer.code == 0
    assert not {"\x1b", "\u202e", "\r"} & set(answer.out)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("code", ["' OR 1=1 --", "A81001'; DROP TABLE data.loaded_file; --", "%", "$code"])
def test_codes_that_are_typed_are_values_and_never_sql(monitor: Monitor, evil: Path, code: str) -> None:
    for option in ("--organisation", "--icb"):
        answer = monitor("status", "-w", evil, option, code, "--format", "csv", now=NOW)
        assert (answer.code, len(answer.out.splitlines())) == (0, 1)
