"""Which newest counts are low by themselves: the product against a plain second telling, over small random worlds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import median

import duckdb
from charting import told_plainly
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis.control_charts import draw, find_low, put_chart_question
from monitor.config.settings import Settings

PERIODS = 14
SETS = {1: ("a",), 2: ("b",), 3: ("a", "b"), None: ()}  # combinations of suppliers, by number
LEAST = 3
TABLES = """
CREATE SCHEMA data;
CREATE TABLE data.supplier_set (supplier_keys VARCHAR, supplier_key VARCHAR);
CREATE TEMP TABLE chart_supplier (supplier VARCHAR, keys VARCHAR, set_number INTEGER);
CREATE TEMP TABLE record_point (
    series_number BIGINT, place SMALLINT, period_id INTEGER, set_number INTEGER, expected_id BIGINT, value DOUBLE,
    phase INTEGER
);
"""
VALUES = """
CREATE TEMP TABLE chart_value AS SELECT series_number * 64 + phase AS series_id, place, value FROM record_point
"""


@dataclass(frozen=True)
class Counted:
    """One organisation: its combination of suppliers, and its count by period; a period that is not there has none."""

    suppliers: int | None
    counts: dict[int, float]


@st.composite
def worlds(draw_one: st.DrawFn) -> dict[int, Counted]:
    """Organisations that vary a little; periods that go down for all, for a supplier or for one; gaps."""
    chance = Random(draw_one(st.integers(0, 10**9)))
    season = {period: chance.choice([1, 1, 1, 0.5, 1.4]) for period in range(PERIODS)}
    dips = {(key, PERIODS - 1): chance.choice([1, 0.4, 0]) for key in ("a", "b")}
    world = {}
    for number in range(1, chance.randint(1, 14)):
        suppliers = chance.choice(list(SETS))
        level, own = chance.choice([20, 300, 5000]), chance.choice([1, 1, 0.3, 0, 2])
        counts = {}
        for period in range(PERIODS):
            if chance.random() < 0.05:
                continue
            dip = min((dips.get((key, period), 1) for key in SETS[suppliers]), default=1)
            only = own if period == PERIODS - 1 else 1
            counts[period] = float(round(level * season[period] * dip * only * chance.uniform(0.95, 1.05)))
        world[number] = Counted(suppliers, counts)
    return world


def found(world: dict[int, Counted]) -> dict[int, str]:
    """By organisation, the rule: as the product finds it."""
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        causes = Settings.model_validate(
            {"monitor_from": date(2024, 4, 1), "causes": {"supplier_min_organisations": LEAST}}
        )
        put_chart_question(connection, causes, date(2025, 1, 1))
        for number, keys in SETS.items():
            for key in keys:
                connection.execute("INSERT INTO data.supplier_set VALUES (?, ?)", ["".join(keys), key])
            if keys:
                connection.execute("INSERT INTO chart_supplier VALUES (?, ?, ?)", ["".join(keys)] * 2 + [number])
        points = [
            [number * 1000 + 1, period, period, one.suppliers, number, count, 1]
            for number, one in world.items()
            for period, count in one.counts.items()
        ]
        if points:
            connection.executemany("INSERT INTO record_point VALUES (?, ?, ?, ?, ?, ?, ?)", points)
        connection.execute(VALUES)
        draw(connection, "chart")
        find_low(connection)
        return dict(connection.execute("SELECT series_id // 64 // 1000, rule FROM low_by_both").fetchall())


def told(world: dict[int, Counted]) -> dict[int, str]:
    """The same, by loops."""
    parts: dict[int, dict[int, float]] = {}
    for number, one in world.items():
        mean = told_plainly(list(one.counts.values())).mean
        if mean:
            parts[number] = {period: count / mean for period, count in one.counts.items()}
    newest = max((period for one in world.values() for period in one.counts), default=0)
    low = {}
    for number, one in world.items():
        if number not in parts or newest - max(one.counts) > 1:
            continue
        rule, side = told_plainly(list(one.counts.values())).special.get(len(one.counts), ("", 0))
        adjusted = [
            count / moved for period, count in one.counts.items() if (moved := movement(world, parts, one, period))
        ]
        last = max(one.counts)
        if side < 0 and movement(world, parts, one, last):
            again = told_plainly([round(count, 6) for count in adjusted]).special.get(len(adjusted), ("", 0))
            if again[1] < 0:
                low[number] = rule
    return low


def movement(world: dict[int, Counted], parts: dict[int, dict[int, float]], one: Counted, period: int) -> float:
    """What the period did to all of the organisation's suppliers, else to everybody, else to nobody."""
    of_period = {number: of_one[period] for number, of_one in parts.items() if period in of_one}
    of_suppliers = []
    for key in SETS[one.suppliers]:
        same = [part for number, part in of_period.items() if key in SETS[world[number].suppliers]]
        if len(same) >= LEAST:
            of_suppliers.append(median(same))
    if of_suppliers:
        return min(of_suppliers)
    return median(of_period.values()) if len(of_period) >= LEAST else 1


@settings(max_examples=8, deadline=None)
@given(worlds())
def test_the_product_finds_the_low_counts_that_a_plain_second_telling_finds(world: dict[int, Counted]) -> None:
    assert found(world) == told(world)
