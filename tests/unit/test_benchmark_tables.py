"""What the benchmarks say of other tools and of growth, from what was measured: nothing is timed here."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.growth import NEW_ROWS, Point, exponent, growth_table
from benchmarks.measuring import Measured
from benchmarks.peers.table import HEADINGS, answers, peers_table
from benchmarks.peers.tools import BY_HAND, TOOLS, Answered, agree
from benchmarks.peers.venvs import PINNED, pinned
from benchmarks.spark import share_that_scales, spark_table

SQL_BY_HAND = next(tool for tool in TOOLS if tool.name == BY_HAND)
OTHER = TOOLS[1]
BEFORE = {"missed": 8, "listed": 8}
NOW = {"missed": 9, "listed": 9, "kept": 8, "appeared": 3, "gone": 2}


def _answered(tool: Any = SQL_BY_HAND, cpu_seconds: float = 2, **said: Any) -> Answered:
    measured = Measured(cpu_seconds, cpu_seconds, 50_000_000)
    return Answered(tool, replace(measured, cpu_seconds=1), measured, (BEFORE, {**NOW, **said}))


@pytest.mark.parametrize(
    ("now", "cells"),
    [
        ({"missed": 9}, ("no", "9", "no", "no", "no")),
        ({"missed": 9, "listed": 9}, ("yes", "9", "no", "no", "no")),
        ({"missed": 9, "listed": 2, "kept": 2}, ("2 of 9", "9", "no", "no", "2 of 8")),
        (NOW, ("yes", "9", "no", "yes: 3 rows came, 2 went", "yes")),
        ({**NOW, "causes": 7, "unit": "findings"}, ("yes", "9", "7 of 9", "yes: 3 findings came, 2 went", "yes")),
    ],
)
def test_a_tool_is_said_to_answer_what_its_answers_hold(now: dict[str, Any], cells: tuple[str, ...]) -> None:
    assert answers(BEFORE, now) == cells


def test_each_tool_is_set_beside_the_sql_by_hand() -> None:
    headings, other, by_hand = peers_table([_answered(OTHER, cpu_seconds=5), _answered()])
    place = headings.index("CPU : SQL by hand")
    assert (other[place], by_hand[place]) == ("2.5", "1.0")
    assert other[headings.index("peak MB")] == "50"


def test_a_tool_that_could_not_be_installed_has_a_line_that_says_so() -> None:
    _, line, _ = peers_table([Answered(OTHER, note="not installed: no network"), _answered()])
    assert len(line) == len(HEADINGS)
    assert line[:2] == (OTHER.name, "not installed: no network")


@pytest.mark.parametrize("differing", [{"missed": 10}, {"appeared": 4}, {"gone": 1}])
def test_answers_that_differ_are_not_compared(differing: dict[str, int]) -> None:
    with pytest.raises(RuntimeError, match=f"differ, {next(iter(differing))} as of"):
        agree([_answered(), _answered(OTHER, **differing)])


def test_what_is_not_said_or_said_of_findings_need_not_be_equal() -> None:
    findings = _answered(OTHER, appeared=1, gone=1, unit="findings")
    agree([_answered(), findings, Answered(OTHER, note="not installed")])


def test_every_venv_that_a_tool_needs_is_pinned() -> None:
    packages = pinned(PINNED.read_text(encoding="utf-8"))
    assert set(packages) == {tool.venv for tool in TOOLS if tool.venv}
    assert all(re.fullmatch(r"[\w-]+==[\w.]+", package) for each in packages.values() for package in each)


@pytest.mark.parametrize("power", [0, 0.5, 1, 2])
def test_the_exponent_of_a_power_is_found(power: float) -> None:
    assert exponent([(x, 3 * x**power) for x in (6, 12, 24, 60, 120)]) == pytest.approx(power)


def test_growth_with_history_and_with_new_rows_are_apart() -> None:
    points = [
        Point(months, new, 1, Measured(months * max(new, 1) ** 0.5, months, 1000 * months**2))
        for months in (6, 24)
        for new in (0, *NEW_ROWS)
    ]
    rows = list(growth_table(points))
    assert rows[1] == ("check", "months, 6 to 24", "1.00", "1.00", "2.00", "4.0", "16.0")
    assert rows[2] == ("run after 1 new row", "months, 6 to 24", "1.00", "1.00", "2.00", "4.0", "16.0")
    assert rows[-1] == ("run over 24 months", "new rows, 1 to 1,000", "0.50", "0.00", "0.00", "1.0", "1.0")
    assert len(rows) == 1 + 1 + len(NEW_ROWS) + 2


@pytest.mark.parametrize(("one", "two", "share"), [(100, 50, 1), (100, 100, 0), (100, 75, 0.5)])
def test_the_share_that_scales_is_what_a_second_core_halves(one: float, two: float, share: float) -> None:
    assert share_that_scales(one, two) == share


def test_the_engines_stand_beside_each_other_with_what_each_moved_and_spilled() -> None:
    def measured(seconds: float, **said: int) -> Measured:
        return Measured(seconds, seconds, 1_000_000, {"rows": 3000, "seconds": seconds, **said})

    moved = {
        "shuffled_bytes": 4_000_000, "spilled_bytes": 5_000_000, "peak_of_both": 6_000_000,
        "task_seconds": 70, "task_cpu_seconds": 50,
    }  # fmt: skip
    table = spark_table({
        "DuckDB, 1 thread": measured(20), "DuckDB, 2 threads": measured(10),
        "Spark, local[2]": measured(40, **moved), "Spark, local[1]": measured(40, **moved),
    })  # fmt: skip
    assert list(table)[1:] == [
        ("DuckDB, 1 thread", "3,000", "20.0", "1", "", "", "", ""),
        ("DuckDB, 2 threads", "3,000", "10.0", "1", "", "", "", ""),
        ("Spark, local[2]", "3,000", "40.0", "6", "70", "50", "4", "5"),
        ("Spark, local[1]", "3,000", "40.0", "6", "70", "50", "4", "5"),
        ("DuckDB: share that a second core halves", "", "100%", "", "", "", "", ""),
        ("Spark: share that a second core halves", "", "0%", "", "", "", "", ""),
    ]
