"""From Python: the same answers as on the command line, as frames with real types, and mistakes in one message."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from asking import NOW, Monitor, write_two_practices

import monitor as program
from benchmarks.stages import COUNTED
from monitor.api import OpenWorkspace, open_workspace

OF_LONDON = "datetime64[us, Europe/London]"


@pytest.fixture(scope="module")
def w(demo_made_once: Path) -> OpenWorkspace:
    return open_workspace(demo_made_once, lambda: NOW)


def as_json(monitor: Monitor, *asked: object) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(monitor(*asked, "--format", "json").out)
    return rows


def in_words(frame: pd.DataFrame) -> list[dict[str, object]]:
    """A frame as the command line writes it as JSON."""
    plain = frame.copy()
    for name in frame.columns:
        if frame[name].dtype == "datetime64[us]":
            plain[name] = frame[name].dt.strftime("%Y-%m-%d")
        elif frame[name].dtype == OF_LONDON:
            plain[name] = frame[name].map(lambda at: at.isoformat(), na_action="ignore")
    cells = plain.astype(object).where(plain.notna(), None)
    return [dict(zip(frame.columns, row, strict=True)) for row in cells.itertuples(index=False, name=None)]


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ([], {}),
        (["--return", "workforce"], {"return_code": "Workforce"}),
        (["--organisation", "z99017"], {"organisation": "z99017"}),
        (["--icb", "QZ9", "--status", "not_received"], {"icb": "qz9", "status": "not_received"}),
        (["--as-of", "2024-10", "--return", "workforce"], {"as_of": "2024-10", "return_code": "workforce"}),
    ],
)
def test_the_statuses_are_those_of_the_command_line(
    w: OpenWorkspace, monitor: Monitor, typed: list[str], filters: dict[str, str]
) -> None:
    assert in_words(w.status(**filters)) == as_json(monitor, "status", "-w", w.folder, *typed)


def test_what_falls_due_and_an_explanation_are_those_of_the_command_line(w: OpenWorkspace, monitor: Monitor) -> None:
    assert in_words(w.due(60)) == as_json(monitor, "due", "-w", w.folder, "--days", "60")
    typed = monitor("explain", "-w", w.folder, "Z99017", "workforce", "2024-09").out
    assert w.explain("z99017", "Workforce", "01/09/2024") == typed.removesuffix("\n")


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("asked", "view"),
    [
        (lambda w: w.status(), "return_status"), (lambda w: w.missed(), "missed_return"),
        (lambda w: w.absences(), "absence"), (lambda w: w.absences(as_of="2025-01-31"), "absence"),
        (lambda w: w.absences(known_at="2026-01-15", as_of="2025-01-31"), "absence"),
        (lambda w: w.findings(), "finding"),
    ],
)  # fmt: skip
def test_an_answer_has_the_rows_and_columns_of_its_view(
    w: OpenWorkspace, asked: Callable[[OpenWorkspace], pd.DataFrame], view: str
) -> None:
    answer, published = asked(w), w.sql(f"FROM {view}")
    assert list(answer.columns) == list(published.columns)
    key = [name for name in answer.columns if name not in ("parts_missing",)]
    said = [sorted(map(repr, in_words(frame[key]))) for frame in (answer, published)]
    assert said[0] == said[1]
    assert len(answer) > 0


def test_columns_have_real_types(w: OpenWorkspace) -> None:
    kinds = w.status().dtypes.astype(str)
    assert set(kinds[["period_start", "period_end", "due_on", "original_due_on"]]) == {"datetime64[us]"}
    assert set(kinds[["organisation_code", "return_code", "icb_code", "request_id"]]) == {"str"}
    assert set(kinds[["status", "cause", "organisation_kind", "due_basis"]]) == {"category"}
    assert kinds["received_at"] == OF_LONDON
    assert str(w.due(60)["due_on"].dtype) == "datetime64[us]"
    nobody = w.status(organisation="Z00000")
    assert len(nobody) == 0
    assert nobody.dtypes.astype(str)["due_on"] == "datetime64[us]"


def test_days_late_are_the_difference_of_columns(w: OpenWorkspace) -> None:
    late = w.status(status="received_late")
    received_on = late["received_at"].dt.tz_localize(None).dt.normalize()
    assert ((received_on - late["due_on"]).dt.days == late["days_late"]).all()
    assert len(late) > 0


def test_any_column_narrows_an_answer_by_one_value_or_several(w: OpenWorkspace) -> None:
    both = w.status(return_code=["workforce", "appointments"], period_start="2024-09", pcn_code="u99003")
    assert set(both["return_code"]) == {"workforce", "appointments"}
    assert set(both["pcn_code"]) == {"U99003"}
    assert set(both["period_start"]) == {pd.Timestamp("2024-09-01")}
    assert w.absences(is_open=True)["is_open"].all()


def test_values_are_bound_in_a_query(w: OpenWorkspace) -> None:
    counted = w.sql(
        "SELECT status, count(*) AS n FROM return_status WHERE return_code = $code GROUP BY status", code="workforce"
    )
    assert counted["n"].sum() == len(w.status(return_code="workforce"))
    assert w.sql("SELECT sum(attempts) AS attempts FROM return_status").dtypes.astype(str).tolist() == ["Int64"]


@pytest.mark.parametrize(
    ("asked", "typed"),
    [
        (lambda w: w.status(return_code="workfrce"), ["status", "--return", "workfrce"]),
        (lambda w: w.explain("Z99999", "workforce", "2024-09"), ["explain", "Z99999", "workforce", "2024-09"]),
        (lambda w: w.sql("SELECT nothing"), ["sql", "SELECT nothing"]),
        (lambda w: w.sql(" "), ["sql", " "]),
        (lambda w: w.sql("FROM read_csv('/etc/hostname')"), ["sql", "FROM read_csv('/etc/hostname')"]),
    ],
)
def test_a_mistake_is_the_message_of_the_command_line(
    w: OpenWorkspace, monitor: Monitor, asked: Callable[[OpenWorkspace], object], typed: list[str]
) -> None:
    with pytest.raises(program.UserError) as mistake:
        asked(w)
    assert f"monitor: {mistake.value}\n" == monitor(*typed, "-w", w.folder).err
    assert mistake.value.__cause__ is None
    assert mistake.value._render_traceback_() == [f"monitor: {mistake.value}"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda w: w.status(as_of="31.1.2025"), "as_of: '31.1.2025' is not a day like 2025-01-31"),
        (lambda w: w.status(status="late"), "the status: there is none 'late'. Expected: one of not_required"),
        (lambda w: w.status(colour="red"), "there is no column colour. Expected: one of organisation_code"),
        (lambda w: w.due(-1), "days: is -1"),
        (lambda w: w.to_excel(w.due(60), "due.csv"), "due.csv: does not end as a workbook does. Expected: .xlsx"),
        (lambda w: w.to_excel(["due"], "due.xlsx"), "the frame: is a list. Expected: a pandas DataFrame"),
        (lambda w: w.to_excel(w.due(60), "no/such/due.xlsx"), "the workbook cannot be written"),
        (lambda w: program.open("no/such"), "no/such: is not a workspace"),
    ],
)  # fmt: skip
def test_a_mistake_says_what_was_found_and_what_is_allowed(
    w: OpenWorkspace, asked: Callable[[OpenWorkspace], object], said: str
) -> None:
    with pytest.raises(program.UserError) as mistake:
        asked(w)
    assert said in str(mistake.value)


def test_an_organisation_that_nobody_knows_is_said(w: OpenWorkspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(w.status(organisation="Z00000", icb="QXX")) == 0
    assert capsys.readouterr().err.splitlines() == [
        "monitor: no organisation Z00000 is in the register",
        "monitor: no organisation in the register belongs or belonged to the ICB QXX",
    ]


def test_a_run_is_that_of_the_command_line_and_findings_need_one(bare_workspace: Path) -> None:
    write_two_practices(bare_workspace)
    w = open_workspace(bare_workspace, lambda: NOW, COUNTED)
    for asked in (w.status, w.findings, lambda: w.sql("FROM return_status")):
        with pytest.raises(program.UserError, match="nothing has been"):
            asked()
    ran = w.run(as_of="2026-01-10")
    assert [file.state for file in ran.loaded] == ["loaded"]
    assert ran.checked.as_of == date(2026, 1, 10)
    assert set(w.findings()["kind"]) == {"source_not_loaded"}
    assert len(w.missed()) == 0


def test_a_setting_changed_meanwhile_holds_for_the_next_answer(demo: Path) -> None:
    w = open_workspace(demo, lambda: NOW)
    settings = demo / "monitor.toml"
    settings.write_text(settings.read_text().replace("monitor_from = 2024-04-01", "monitor_from = 2024-10-01"))
    assert w.status()["period_start"].min() >= pd.Timestamp("2024-05-01")
    assert len(w.status(return_code="workforce", period_start="2024-09")) == 0
    settings.write_text("monitor_from = 'soon'\n")
    with pytest.raises(program.UserError, match="monitor_from"):
        w.status()


def test_excel_gets_real_days_and_london_time_and_no_formula(w: OpenWorkspace, tmp_path: Path) -> None:
    frame = pd.DataFrame({
        "due_on": [pd.Timestamp("2025-07-31"), pd.NaT],
        "received_at": pd.to_datetime(["2025-07-31T22:30:00Z", "2025-01-31T00:00:00Z"]).tz_convert("Europe/London"),
        "days_late": pd.array([3, None], dtype="Int64"),
        "organisation_name": ["=1+1", "https://example.org"],
    })  # fmt: skip
    read = pd.read_excel(w.to_excel(frame, tmp_path / "late.xlsx"), engine="calamine")
    assert list(read.columns) == ["Due on", "Received at (London time)", "Days late", "Organisation name"]
    assert read["Due on"].tolist()[0] == pd.Timestamp("2025-07-31")
    assert read["Received at (London time)"].tolist() == [pd.Timestamp("2025-07-31 23:30"), pd.Timestamp("2025-01-31")]
    assert read["Days late"].tolist()[0] == 3
    assert read["Organisation name"].tolist() == ["'=1+1", "https://example.org"]
    counted = frame.groupby("organisation_name").size().to_frame("returns")
    assert list(pd.read_excel(w.to_excel(counted, tmp_path / "n.xlsx"), engine="calamine").columns) == [
        "Organisation name", "Returns",
    ]  # fmt: skip


def test_to_import_the_program_imports_nothing_large() -> None:
    large = "{'pandas', 'duckdb', 'click', 'great_expectations', 'pydantic', 'jinja2'}"
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, monitor; print(sorted({large} & set(sys.modules)))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout == "[]\n"
