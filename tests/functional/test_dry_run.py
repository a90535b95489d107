"""What a changed setting or due rule would change in the past is shown before it is applied."""

from __future__ import annotations

import json
from pathlib import Path

from asking import Monitor


def changes(monitor: Monitor, demo: Path) -> dict[tuple[str, str, str], int]:
    answer = monitor("check", "--dry-run", "-w", demo, "--format", "json")
    assert answer.code == 0
    rows = json.loads(answer.out)
    return {(row["return_code"], row["status_before"], row["status_now"]): row["expected_returns"] for row in rows}


def checks(monitor: Monitor, demo: Path) -> list[dict]:
    return json.loads(monitor("sql", "SELECT count(*) AS n FROM job_run", "-w", demo, "--format", "json").out)


def test_nothing_changed_changes_nothing(demo: Path, monitor: Monitor) -> None:
    assert changes(monitor, demo) == {}


def test_a_later_beginning_shows_what_would_no_longer_be_expected(demo: Path, monitor: Monitor) -> None:
    settings = demo / "monitor.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("monitor_from = 2024-04-01", "monitor_from = 2024-10-01"), encoding="utf-8")
    before = checks(monitor, demo)
    found = changes(monitor, demo)
    assert {status for _, _, status in found} == {"not expected"}
    assert found["workforce", "not_received", "not expected"] > 0
    assert checks(monitor, demo) == before


def test_days_of_grace_show_what_would_no_longer_be_late(demo: Path, monitor: Monitor) -> None:
    shipped = Path(__file__).parents[2] / "expectations" / "workforce.toml"
    text = shipped.read_text(encoding="utf-8").replace("grace_days = 0", "grace_days = 60")
    (demo / "expectations").mkdir(exist_ok=True)
    (demo / "expectations" / "workforce.toml").write_text(text, encoding="utf-8")
    found = changes(monitor, demo)
    assert {code for code, _, _ in found} == {"workforce"}
    assert {now for _, _, now in found} == {"in_grace"}


def test_it_says_against_what_it_compares(demo: Path, monitor: Monitor, workspace: Path) -> None:
    said = monitor("check", "--dry-run", "-w", demo).err
    assert said == "Against the check as of 2025-01-31: 0 expected returns would change. Nothing was recorded.\n"
    assert monitor("check", "--dry-run", "--as-of", "2025-01-01", "-w", demo).code == 2
    monitor("load", "-w", workspace)
    none = monitor("check", "--dry-run", "-w", workspace)
    assert (none.code, "there was none yet to compare with" in none.err) == (2, True)
