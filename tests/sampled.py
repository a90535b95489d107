"""A workspace of some of the sample's files, checked, for tests to which the whole demo would be much too much."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from asking import NOW

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor import pipeline
from monitor.config.context import read_context
from monitor.config.workspace import Workspace, init_workspace
from monitor.core.resources import SAMPLE_DATA

ABOUT_WORKFORCE = ("organisations.csv", "notices.csv", "submission_log_workforce_sep_to_jan.csv")


def sample_from(folder: Path, monitor_from: str, files: Iterable[str] = ABOUT_WORKFORCE) -> Path:
    """An empty store and an inbox with these files; nothing is expected before a day, which leaves less to check."""
    init_workspace(folder)
    settings = (SAMPLE_DATA / "monitor.toml").read_text(encoding="utf-8")
    changed = settings.replace("monitor_from = 2024-04-01", f"monitor_from = {monitor_from}")
    (folder / "monitor.toml").write_text(changed, encoding="utf-8")
    for name in files:
        shutil.copy(SAMPLE_DATA / name, folder / "inbox" / name)
    return folder


def checked_sample(
    folder: Path,
    monitor_from: str = "2024-12-01",
    files: Iterable[str] = ABOUT_WORKFORCE,
    stages: pipeline.Stages = COUNTED_UNPUBLISHED,
) -> Path:
    """`sample_from` after one run: as of 31 January 2025, the day at which the sample is frozen."""
    sample_from(folder, monitor_from, files)
    pipeline.run(read_context(Workspace(folder), lambda: NOW, pause=lambda seconds: None), None, stages)
    return folder
