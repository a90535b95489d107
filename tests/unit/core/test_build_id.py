"""Which program this is: any file of it that differs makes another build."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.core.build_id import build_id_of


def shipped(folder: Path) -> Path:
    for name, content in {
        "rules.py": "def month_end(): ...",
        "days.csv": "2025-12-25",
        "sql/status.sql": "SELECT 1",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["rules.py", "days.csv", "sql/status.sql", "added.toml"])
def test_a_file_that_is_corrected_or_added_makes_another_build(tmp_path: Path, name: str) -> None:
    before = build_id_of([shipped(tmp_path)])
    (tmp_path / name).write_text("corrected", encoding="utf-8")
    assert build_id_of([tmp_path]) != before


def test_a_file_that_is_renamed_makes_another_build(tmp_path: Path) -> None:
    before = build_id_of([shipped(tmp_path)])
    (tmp_path / "days.csv").rename(tmp_path / "holidays.csv")
    assert build_id_of([tmp_path]) != before


def test_what_python_compiled_makes_none(tmp_path: Path) -> None:
    before = build_id_of([shipped(tmp_path)])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "rules.pyc").write_bytes(b"compiled")
    assert build_id_of([tmp_path]) == before
