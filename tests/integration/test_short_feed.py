"""Where far less is loaded than usual nobody is said not to have sent, until a person says that it is all there is."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb
import pytest
from asking import Answer, Monitor, standing_at, statuses, write_csv
from layouts.appointments import crosstab_line, make_crosstab
from product import Store, empty_store

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor.cli.app import main
from monitor.config.workspace import init_workspace

LATER = datetime(2025, 1, 15, 9, 30, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
SETTINGS = 'monitor_from = 2024-06-01\nas_of = 2024-12-20\nreturns = ["workforce", "appointments"]\n'
MONTHS = ("2024-06-01", "2024-07-01", "2024-08-01", "2024-09-01")
MONTH = "2024-10-01"
AS_OF = "2024-12-20"
CODES = tuple(f"A8{number:04d}" for number in range(1, 41))
HEADINGS = "organisation_code,return_code,period_start,submitted_at,outcome"
HELD_BACK = ("not_known", "source_incomplete", None)


@pytest.fixture
def monitor(monitor: Monitor) -> Monitor:
    return partial(monitor, now=LATER)


@pytest.fixture
def workspace(workspace: Path) -> Path:
    (workspace / "monitor.toml").write_text(SETTINGS, encoding="utf-8")
    return workspace


@pytest.fixture(scope="module")
def store_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with empty_store(tmp_path_factory.mktemp("store")) as store:
        yield store


@pytest.fixture
def store(store_made_once: Store) -> Store:
    """An empty store in memory, in the place of a workspace's own."""
    store_made_once.clear()
    return store_made_once


def write_register(workspace: Path, suppliers: Sequence[str] = ("",)) -> None:
    """Forty practices; the suppliers of online consultations have one practice after the other."""
    lines = [f"{code},Surgery {code},{suppliers[place % len(suppliers)]}" for place, code in enumerate(CODES)]
    head = "organisation_code,organisation_name,online_supplier"
    write_csv(workspace / "inbox" / "practices.csv", "\n".join([head, *lines]))


def write_log(
    workspace: Path, return_code: str, month: str, codes: Iterable[str], day: str = "28", outcome: str = "accepted"
) -> None:
    lines = [f"{code},{return_code},{month},{month[:8]}{day}T10:00:00,{outcome}" for code in codes]
    name = f"{return_code}-{month}-{day}-{outcome}.csv"
    write_csv(workspace / "inbox" / name, "\n".join([HEADINGS, *lines]))


def write_months_before(workspace: Path, return_code: str) -> None:
    """All forty in each of the four months, in one log."""
    lines = [f"{code},{return_code},{month},{month[:8]}28T10:00:00,accepted" for month in MONTHS for code in CODES]
    write_csv(workspace / "inbox" / f"{return_code}-before.csv", "\n".join([HEADINGS, *lines]))


def answers(
    store: Store, workspace: Path, return_code: str = "workforce", as_of: str = AS_OF
) -> dict[str, tuple[str, str | None, int | None]]:
    return store.statuses(workspace, return_code, MONTH, as_of)


def rows(answer: Answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.out.removeprefix("\ufeff"))))


def asked(monitor: Monitor, workspace: Path, sql: str) -> list[dict[str, str]]:
    return rows(monitor("sql", "-w", workspace, "--format", "csv", sql))


def test_a_log_that_was_cut_short_accuses_nobody_and_is_one_finding(monitor: Monitor, workspace: Path) -> None:
    write_register(workspace)
    write_months_before(workspace, "workforce")
    write_log(workspace, "workforce", MONTH, CODES[:12])
    write_log(workspace, "workforce", MONTH, CODES[12:14], outcome="rejected")
    assert monitor("run", "-w", workspace).code == 0
    of = statuses(monitor, workspace, "workforce", MONTH, AS_OF)
    assert {of[code] for code in CODES[:12]} == {("received", None, None)}
    assert {of[code] for code in CODES[12:14]} == {("rejected", "rejected_at_source", None)}
    assert {of[code] for code in CODES[14:]} == {HELD_BACK}
    of_month = f"FROM finding WHERE return_code = 'workforce' AND period_start = '{MONTH}'"
    found = f"SELECT kind, count(*) AS findings {of_month} GROUP BY kind ORDER BY kind"
    assert asked(monitor, workspace, found) == [
        {"kind": "missing_return", "findings": "2"}, {"kind": "source_incomplete", "findings": "1"},
    ]  # fmt: skip
    assert asked(monitor, workspace, "FROM short_feed") == [
        {
            "return_code": "workforce", "period_start": MONTH, "measure": "organisations", "found": "14", "usual": "40",
            "periods_compared": "4", "not_known": "26", "released_at": "", "released_by": "", "released_because": "",
        }
    ]  # fmt: skip
    explained = monitor("explain", "-w", workspace, CODES[30], "workforce", MONTH).out
    assert (
        "the file looks incomplete: 14 organisations loaded, usually 40 (compared with 4 earlier periods)" in explained
    )
    assert f"if this is all there is: `monitor feeds release workforce {MONTH}`" in explained


@pytest.mark.slow
def test_a_known_incident_is_reported_as_one_and_not_as_a_short_feed(store: Store, workspace: Path) -> None:
    write_register(workspace)
    write_months_before(workspace, "workforce")
    write_log(workspace, "workforce", MONTH, CODES[:12])
    write_csv(
        workspace / "inbox" / "notices.csv",
        f"""notice_id,return_code,kind,period_start,scope,scope_value,reason
        N1,workforce,incident,{MONTH},organisation,{CODES[-1]},the portal was down for it""",
    )
    held = answers(store, workspace)
    assert held[CODES[-1]] == ("not_received", "known_incident", None)
    assert held[CODES[-2]] == HELD_BACK


@pytest.mark.parametrize(("sent", "status"), [(20, "not_received"), (19, "not_known")])
def test_short_is_less_than_half_of_what_is_usual(store: Store, workspace: Path, sent: int, status: str) -> None:
    write_register(workspace)
    write_months_before(workspace, "workforce")
    write_log(workspace, "workforce", MONTH, CODES[:sent])
    assert answers(store, workspace)[CODES[-1]][0] == status


def test_three_periods_before_are_needed(store: Store, workspace: Path) -> None:
    write_register(workspace)
    for month in MONTHS[2:]:
        write_log(workspace, "workforce", month, CODES)
    write_log(workspace, "workforce", MONTH, CODES[:12])
    assert answers(store, workspace)[CODES[-1]] == ("not_received", "unexplained", None)


@pytest.mark.slow
def test_where_few_are_usual_it_is_not_looked_at_unless_the_settings_say_so(store: Store, workspace: Path) -> None:
    write_register(workspace)
    for month in MONTHS:
        write_log(workspace, "workforce", month, CODES[:7])
    write_log(workspace, "workforce", MONTH, CODES[:1])
    assert answers(store, workspace)[CODES[5]][0] == "not_received"
    with (workspace / "monitor.toml").open("a", encoding="utf-8") as settings:
        settings.write("[short_feed]\nmin_organisations = 7\n")
    assert answers(store, workspace)[CODES[5]] == HELD_BACK


@pytest.mark.slow
def test_one_supplier_of_several_is_its_own_gap_and_all_of_them_are_a_short_feed(store: Store, workspace: Path) -> None:
    code = "online_and_video_consultations"
    write_register(workspace, ("Alpha", "Alpha", "Alpha", "Beta"))
    write_months_before(workspace, code)
    write_log(workspace, code, MONTH, [one for place, one in enumerate(CODES) if place % 4 == 3])
    assert answers(store, workspace, code)[CODES[0]] == ("not_received", "supplier_wide", None)
    write_months_before(workspace, "appointments")  # of whose suppliers nothing is known
    write_log(workspace, "appointments", MONTH, CODES[:5])
    assert answers(store, workspace, "appointments")[CODES[-1]] == HELD_BACK


def test_where_each_supplier_has_lost_most_the_file_was_cut_short(store: Store, workspace: Path) -> None:
    code = "online_and_video_consultations"
    write_register(workspace, ("Alpha", "Alpha", "Alpha", "Beta"))
    write_months_before(workspace, code)
    write_log(workspace, code, MONTH, CODES[:12])
    held = answers(store, workspace, code)
    assert {held[one] for one in CODES[12:]} == {HELD_BACK}


def test_all_of_a_single_supplier_are_the_suppliers_gap(store: Store, workspace: Path) -> None:
    code = "online_and_video_consultations"
    write_register(workspace, ("Alpha",))
    write_months_before(workspace, code)
    write_log(workspace, code, MONTH, CODES[:12])
    assert answers(store, workspace, code)[CODES[-1]] == ("not_received", "supplier_wide", None)


def test_far_fewer_suppliers_are_short_though_most_organisations_are_there(store: Store, workspace: Path) -> None:
    code = "online_and_video_consultations"
    write_register(workspace, ("Alpha", "Alpha", "Alpha", "Alpha", "Beta", "Gamma", "Delta", "Epsilon"))
    write_months_before(workspace, code)
    write_log(workspace, code, MONTH, [one for place, one in enumerate(CODES) if place % 8 < 4])
    held = answers(store, workspace, code)
    assert {held[one] for place, one in enumerate(CODES) if place % 8 >= 4} == {HELD_BACK}


@pytest.mark.slow
def test_what_comes_late_as_usual_is_not_short(store: Store, workspace: Path) -> None:
    """Thirty of forty usually come ten days late: so soon after the due date ten are what is usual."""
    write_register(workspace)
    for month, late in zip(MONTHS, ("2024-07-10", "2024-08-10", "2024-09-10", "2024-10-10"), strict=True):
        write_log(workspace, "workforce", month, CODES[:10])
        lines = [f"{code},workforce,{month},{late}T10:00:00,accepted" for code in CODES[10:]]
        write_csv(workspace / "inbox" / f"late-{month}.csv", "\n".join([HEADINGS, *lines]))
    write_log(workspace, "workforce", MONTH, CODES[:10])
    assert answers(store, workspace, as_of="2024-11-03")[CODES[-1]] == ("not_received", "stopped", None)
    assert answers(store, workspace, as_of="2024-11-20")[CODES[-1]] == HELD_BACK


def test_a_publication_that_names_far_fewer_practices_is_short(store: Store, workspace: Path) -> None:
    write_register(workspace)
    write_crosstabs(workspace, CODES[:12])
    held = answers(store, workspace, "appointments")
    assert held[CODES[0]] == ("received", None, 1)
    assert held[CODES[-1]] == HELD_BACK


@pytest.mark.parametrize(("lines_before", "status"), [(1, "not_received"), (3, "not_known")])
def test_a_publication_with_far_fewer_rows_is_short_though_most_practices_are_in_it(
    store: Store, workspace: Path, lines_before: int, status: str
) -> None:
    write_register(workspace)
    write_crosstabs(workspace, CODES[:35], lines_before)
    assert answers(store, workspace, "appointments")[CODES[-1]][0] == status


def write_crosstabs(workspace: Path, codes: Sequence[str], lines_before: int = 1) -> None:
    """The appointments of four months, so many lines of each practice; and of a fifth, one line of some of them."""
    for month in ("01JUN2024", "01JUL2024", "01AUG2024", "01SEP2024"):
        lines = [
            crosstab_line(code, month=month, count=count + 1, supplier=supplier_of(place))
            for place, code in enumerate(CODES)
            for count in range(lines_before)
        ]
        make_crosstab(workspace / "inbox" / f"crosstab-{month}.csv", lines)
    last = [
        crosstab_line(code, month="01OCT2024", count=1, supplier=supplier_of(place)) for place, code in enumerate(codes)
    ]
    make_crosstab(workspace / "inbox" / "crosstab-01OCT2024.csv", last)


def supplier_of(place: int) -> str:
    return ("EMIS", "TPP")[place % 2]


@pytest.fixture(scope="module")
def released_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a feed that looks short: checked, released, and checked again on the day after."""
    folder = tmp_path_factory.mktemp("short") / "workspace"
    init_workspace(folder)
    (folder / "monitor.toml").write_text(SETTINGS, encoding="utf-8")
    write_register(folder)
    write_months_before(folder, "workforce")
    write_log(folder, "workforce", MONTH, CODES[:12])
    decision = ("feeds", "release", "workforce", MONTH, "--by", "A. Analyst", "--reason", "asked them")
    for words, now in ((("run",), LATER), (decision, LATER + ONE_DAY), (("run",), LATER + ONE_DAY)):
        assert main([*words, "-w", str(folder)], {}, standing_at(now), stages=COUNTED_UNPUBLISHED) == 0
    return folder


@pytest.fixture
def released(released_once: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed at will."""
    return Path(shutil.copytree(released_once, tmp_path / "released"))


@pytest.mark.slow
def test_a_release_is_kept_with_its_reason(monitor: Monitor, released_once: Path) -> None:
    assert statuses(monitor, released_once, "workforce", MONTH, AS_OF)[CODES[-1]] == ("not_received", "stopped", None)
    [listed] = json.loads(monitor("feeds", "list", "-w", released_once, "--format", "json").out)
    assert (listed["found"], listed["usual"], listed["not_known"]) == (12, 40, 0)
    assert (listed["decision"], listed["author"], listed["reason"]) == ("released", "A. Analyst", "asked them")
    explained = monitor("explain", "-w", released_once, CODES[-1], "workforce", MONTH).out
    assert "released by A. Analyst: asked them" in explained
    assert monitor("verify", "-w", released_once).code == 0


@pytest.mark.slow
def test_a_release_can_be_taken_back_and_both_are_kept(monitor: Monitor, released: Path) -> None:
    hold = ("feeds", "hold", "workforce", MONTH, "-w", released, "--by", "A. Analyst", "--reason", "they were wrong")
    said = f"workforce {MONTH}: held; what is not in the file is not known. The next run applies it.\n"
    assert monitor(*hold).out == said
    assert statuses(monitor, released, "workforce", MONTH, AS_OF)[CODES[-1]] == HELD_BACK
    [listed] = json.loads(monitor("feeds", "list", "-w", released, "--format", "json").out)
    assert (listed["decision"], listed["reason"]) == ("held", "they were wrong")
    with duckdb.connect(str(released / "var" / "monitor.duckdb"), read_only=True) as store:
        decided = store.execute("SELECT decision, author, reason FROM data.feed_decision ORDER BY decision_number")
        assert decided.fetchall() == [
            ("released", "A. Analyst", "asked them"), ("held", "A. Analyst", "they were wrong"),
        ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("known_at", "status"), [("2025-01-15", "not_known"), ("2025-01-16", "not_received")])
def test_what_was_known_before_a_release_is_held_back(
    monitor: Monitor, released_once: Path, known_at: str, status: str
) -> None:
    about = ("--return", "workforce", "--organisation", CODES[-1], "--as-of", AS_OF, "--known-at", known_at)
    rows = json.loads(monitor("status", "-w", released_once, *about, "--format", "json", now=LATER + 2 * ONE_DAY).out)
    assert [row["status"] for row in rows if row["period_start"] == MONTH] == [status]


@pytest.mark.slow
def test_an_altered_release_is_found(monitor: Monitor, released: Path) -> None:
    with duckdb.connect(str(released / "var" / "monitor.duckdb")) as store:
        store.execute("UPDATE data.feed_decision SET reason = 'asked him'")
    verified = monitor("verify", "-w", released)
    assert verified.code == 4
    assert "the decisions about feeds in the store differ from those in the ledger" in verified.out


@pytest.mark.slow
def test_a_rebuilt_store_gives_the_same_answer_with_the_release(monitor: Monitor, released: Path) -> None:
    rebuilt = monitor("rebuild", "-w", released, "--replace")
    assert rebuilt.code == 0, rebuilt.out + rebuilt.err
    assert statuses(monitor, released, "workforce", MONTH, AS_OF)[CODES[-1]][0] == "not_received"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("release", "workforce", "2024-09-01", "--by", "A", "--reason", "b"), "did not look short at the last check"),
        (("release", "workforce", MONTH, "--by", "A", "--reason", "b"), "is released already"),
        (("release", "staff", MONTH, "--by", "A", "--reason", "b"), "there is no return 'staff'"),
        (("release", "workforce", MONTH, "--by", "A", "--reason", " "), "is blank"),
        (("hold", "workforce", "2024-09-01", "--by", "A", "--reason", "b"), "did not look short at the last check"),
    ],
)
def test_a_decision_that_cannot_be_meant_is_refused(
    monitor: Monitor, released_once: Path, words: tuple[str, ...], said: str
) -> None:
    refused = monitor("feeds", *words, "-w", released_once)
    assert refused.code == 2
    assert said in refused.err


def test_before_anything_was_loaded_there_is_nothing_to_decide_about(monitor: Monitor, bare_workspace: Path) -> None:
    release = ("feeds", "release", "workforce", MONTH, "--by", "A", "--reason", "b", "-w", bare_workspace)
    refused = monitor(*release)
    assert refused.code == 2
    assert "nothing has been loaded yet" in refused.err
