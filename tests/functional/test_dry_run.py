"""What a changed setting or due rule would change in the past is shown before it is applied."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from asking import Monitor
from sampled import checked_sample

MISSING = 'finding = "missing_return"\n'


@pytest.fixture(scope="module")
def checked_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workforce returns of December and January, of which one due date had passed at the check."""
    return checked_sample(tmp_path_factory.mktemp("checked") / "workspace")


@pytest.fixture
def checked(checked_once: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed at will."""
    return Path(shutil.copytree(checked_once, tmp_path / "checked"))


def changes(monitor: Monitor, checked: Path) -> dict[tuple[str, str, str], int]:
    answer = monitor("check", "--dry-run", "-w", checked, "--format", "json")
    assert answer.code == 0
    rows = json.loads(answer.out)
    return {(row["return_code"], row["status_before"], row["status_now"]): row["expected_returns"] for row in rows}


def jobs(workspace: Path) -> int:
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb"), read_only=True) as store:
        return len(store.execute("FROM data.job_run").fetchall())


@pytest.mark.slow
def test_nothing_changed_changes_nothing(checked_once: Path, monitor: Monitor) -> None:
    assert changes(monitor, checked_once) == {}


def test_a_later_beginning_shows_what_would_no_longer_be_expected(checked: Path, monitor: Monitor) -> None:
    settings = checked / "monitor.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("monitor_from = 2024-12-01", "monitor_from = 2025-01-01"), encoding="utf-8")
    before = jobs(checked)
    found = changes(monitor, checked)
    assert {status for _, _, status in found} == {"not expected"}
    assert found["workforce", "not_received", "not expected"] > 0
    assert jobs(checked) == before


def test_days_of_grace_show_what_would_no_longer_be_late(checked: Path, monitor: Monitor) -> None:
    shipped = Path(__file__).parents[2] / "expectations" / "workforce.toml"
    text = shipped.read_text(encoding="utf-8").replace("grace_days = 0", "grace_days = 60")
    (checked / "expectations").mkdir(exist_ok=True)
    (checked / "expectations" / "workforce.toml").write_text(text, encoding="utf-8")
    found = changes(monitor, checked)
    assert {code for code, _, _ in found} == {"workforce"}
    assert {now for _, _, now in found} == {"in_grace"}


def test_it_says_against_what_it_compares(checked: Path, monitor: Monitor, workspace: Path) -> None:
    said = monitor("check", "--dry-run", "-w", checked).err
    assert said == "Against the check as of 2025-01-31: 0 expected returns would change. Nothing was recorded.\n"
    assert monitor("check", "--dry-run", "--as-of", "2025-01-01", "-w", checked).code == 2
    monitor("load", "-w", workspace)
    none = monitor("check", "--dry-run", "-w", workspace)
    assert (none.code, "there is none yet to compare with" in none.err) == (2, True)


def proposed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = (Path(__file__).parents[2] / "expectations" / "workforce.toml").read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    file = tmp_path / "workforce.toml"
    file.write_text(text, encoding="utf-8")
    return file


def opened(monitor: Monitor, checked: Path, suite: Path) -> dict[str, tuple[int, int, int, int]]:
    answer = monitor("check", "--dry-run", "--suite", suite, "-w", checked, "--format", "json")
    assert answer.code == 0, answer.err
    return {
        row["kind"]: (row["as_it_is"], row["as_proposed"], row["only_as_it_is"], row["only_as_proposed"])
        for row in json.loads(answer.out)
    }


@pytest.mark.slow
def test_an_unchanged_return_would_have_opened_what_it_opened(checked: Path, monitor: Monitor, tmp_path: Path) -> None:
    found = opened(monitor, checked, proposed(tmp_path))
    assert found["missing_return"][0] > 0
    assert all((was, lost, more) == (would_be, 0, 0) for was, would_be, lost, more in found.values())


@pytest.mark.slow
def test_days_of_grace_would_have_opened_fewer_findings(checked: Path, monitor: Monitor, tmp_path: Path) -> None:
    before = jobs(checked)
    found = opened(monitor, checked, proposed(tmp_path, ("grace_days = 0", "grace_days = 60")))
    was, would_be, lost, more = found["missing_return"]
    assert would_be < was
    assert (lost - more, more) == (was - would_be, 0)
    assert jobs(checked) == before


@pytest.mark.slow
def test_an_earlier_due_date_would_have_opened_more(checked: Path, monitor: Monitor, tmp_path: Path) -> None:
    later = proposed(tmp_path, ("grace_days = 0", "grace_days = 20"))
    (checked / "expectations").mkdir(exist_ok=True)
    (checked / "expectations" / "workforce.toml").write_bytes(later.read_bytes())
    was, would_be, lost, more = opened(monitor, checked, proposed(tmp_path))["missing_return"]
    assert would_be > was
    assert (lost, more) == (0, would_be - was)


@pytest.mark.slow
def test_a_tolerance_would_have_opened_nothing(checked: Path, monitor: Monitor, tmp_path: Path) -> None:
    found = opened(monitor, checked, proposed(tmp_path, (MISSING, MISSING + "mostly = 0.1\n")))
    assert found["missing_return"][1] == 0


def test_a_proposal_is_only_looked_at_dry(checked: Path, monitor: Monitor, tmp_path: Path) -> None:
    answer = monitor("check", "--suite", proposed(tmp_path), "-w", checked)
    assert (answer.code, "--dry-run --suite FILE" in answer.err) == (2, True)
    wrong = proposed(tmp_path, ("grace_days = 0", "grace_days = -1"))
    answer = monitor("check", "--dry-run", "--suite", wrong, "-w", checked)
    assert (answer.code, "grace_days" in answer.err) == (2, True)
