"""A check that is cut short has kept its statuses and recorded nothing: no other question is answered with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asking import Monitor

from monitor import pipeline

EARLIER = "2024-09-30"


def cut_short(*arguments: Any) -> None:
    raise KeyboardInterrupt


def test_what_a_check_cut_short_left_answers_no_other_question(
    monitor: Monitor, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("status", "-w", demo, "--format", "json")
    before = monitor(*asked)
    findings = ("alerts", "list", "-w", demo, "--findings", "--format", "json")
    open_before = monitor(*findings)
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "derive_findings", cut_short)
        assert monitor("check", "-w", demo, "--as-of", EARLIER).code == 130
    assert monitor(*asked) == before
    assert monitor("run", "-w", demo).code == 0
    assert monitor(*asked) == before
    assert monitor(*findings) == open_before


def test_what_a_check_cut_short_left_is_not_taken_for_the_answer_by_a_rebuild(
    monitor: Monitor, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "derive_findings", cut_short)
        assert monitor("check", "-w", demo, "--as-of", EARLIER).code == 130
    rebuilt = monitor("rebuild", "-w", demo)
    assert (rebuilt.code, "every status is the same as in the old store" in rebuilt.out) == (0, True)
