"""A module that is imported later stands for itself, and is itself to all who import it afterwards."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.checks.imported_later import imported_later

HEAVY = "heavy_module_of_a_test"


@pytest.fixture
def heavy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / f"{HEAVY}.py").write_text("VALUE = 7\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop(HEAVY, None)


@pytest.mark.usefixtures("heavy")
def test_it_is_imported_when_something_of_it_is_used() -> None:
    with imported_later(HEAVY):
        stands_in = __import__(HEAVY)
        assert not gc.isenabled()
    assert gc.isenabled()
    assert HEAVY not in sys.modules
    assert (stands_in.VALUE, sys.modules[HEAVY].VALUE) == (7, 7)
    assert __import__(HEAVY) is not stands_in


@pytest.mark.usefixtures("heavy")
def test_it_is_imported_at_once_where_it_is_used_at_once_or_was_there_before() -> None:
    with imported_later(HEAVY):
        assert __import__(HEAVY).VALUE == 7
        whole = sys.modules[HEAVY]
    with imported_later(HEAVY):
        assert __import__(HEAVY) is whole


@pytest.mark.slow
def test_great_expectations_is_imported_without_what_it_hardly_uses() -> None:
    asked = """
import sys
import monitor.checks.great_expectations
print([name for name in ("altair", "scipy.stats") if name in sys.modules])
from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as kl
print(round(float(kl.stats.entropy([0.5, 0.5], [0.25, 0.75])), 3))
import altair, scipy.stats
print(altair.Chart.__name__, scipy.stats is sys.modules["scipy.stats"])
"""
    said = subprocess.run([sys.executable, "-W", "ignore", "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.split("\n")[:3] == ["[]", "0.144", "Chart True"]
