"""An installed wheel, away from any checkout, runs the demo too; and light commands start light."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the wheel was unpacked, with nothing of the checkout on the path."""
    folder = tmp_path_factory.mktemp("wheel")
    quiet = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder / "built"), str(ROOT)]
    subprocess.run([*quiet, *build], check=True, capture_output=True)
    (wheel,) = (folder / "built").glob("*.whl")
    target = ["install", "--no-deps", "--no-index", "--target", str(folder / "site"), str(wheel)]
    subprocess.run([*quiet, *target], check=True, capture_output=True)
    return folder / "site"


def run_installed(installed: Path, cwd: Path, *args: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "monitor", *args]
    return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_an_installed_wheel_runs_the_demo_and_leaves_nothing_on_stderr(installed: Path, tmp_path: Path) -> None:
    ran = run_installed(installed, tmp_path, "demo")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "56 open findings (56 new, 0 changed, 0 resolved)" in ran.stdout
    assert (tmp_path / "monitor-demo" / "published" / "monitor.duckdb").is_file()


@pytest.mark.slow
def test_an_installed_wheel_has_the_jobs_and_puts_no_other_package_beside_its_own(
    installed: Path, workspace: Path, tmp_path: Path
) -> None:
    assert [file.parent.name for file in installed.glob("*/__init__.py")] == ["monitor"]
    assert (installed / "monitor" / "shipped" / "jobs" / "__init__.py").is_file()
    ran = run_installed(installed, tmp_path, "schedule", "--once", "snapshot_cleanup", "-w", str(workspace))
    assert (ran.returncode, ran.stdout) == (0, "snapshot_cleanup: old snapshots are deleted\n")


LIGHT = """
import sys
from monitor.cli.app import main
folder = sys.argv[1]
for args in (
    ["status", "--return", "workforce", "--format", "csv"],
    ["status", "--as-of", "2024-10-01", "--format", "csv"],
    ["due"],
    ["sql", "SELECT 1"],
    ["explain", "Z99017", "workforce", "2024-09-01"],
):
    code = main([*args, "-w", folder], {})
    heavy = sorted({"great_expectations", "pandas", "duckdb_engine"} & set(sys.modules))
    if code or heavy:
        sys.exit(f"{args}: exit code {code}, imported {heavy}")
"""


def test_questions_start_without_great_expectations_and_pandas(demo_made_once: Path) -> None:
    command = [sys.executable, "-c", LIGHT, str(demo_made_once)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr.splitlines()[-1:]) == (0, ran.stderr.splitlines()[-1:])
