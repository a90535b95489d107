"""Control charts agree with published examples, with the table of their rules, and with a plain second telling."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from asking import Show
from charting import Charted, drawn, told_plainly
from hypothesis import given, settings
from hypothesis import strategies as st

TABLE = Path(__file__).with_name("control_charts.txt")
SIDES = {"low": -1, "high": 1}


@dataclass(frozen=True)
class Example:
    title: str
    values: tuple[float, ...]
    limits: tuple[float | None, ...]
    within: float
    special: dict[int, tuple[str, int]]


def examples() -> list[Example]:
    lines = [line.split("|") for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return [
        Example(
            title.strip(),
            tuple(map(float, values.split())),
            tuple(None if limit == "?" else float(limit) for limit in limits.split()),
            float(within),
            dict(map(special_cause, [] if special.strip() == "-" else special.split())),
        )
        for title, values, limits, within, special in lines
    ]


def special_cause(text: str) -> tuple[int, tuple[str, int]]:
    place, rule, side = text.split(":")
    return int(place), (rule, SIDES[side])


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.title)
def test_a_chart_is_as_published(example: Example) -> None:
    for chart in (drawn({1: example.values}, 10)[1], told_plainly(example.values, 10)):
        for found, published in zip((chart.mean, chart.lower, chart.upper), example.limits, strict=True):
            assert published is None or found == pytest.approx(published, abs=example.within)
        assert chart.special == example.special


def test_eleven_points_have_no_limits_and_no_special_cause() -> None:
    eleven = [16.0] + [10.0, 11.0] * 5
    charts = drawn({1: eleven, 2: [*eleven, 10.0]})
    assert charts[1] == Charted(None, None, None, {})
    assert charts[2].special == {1: ("point_above_limit", 1)}


# Counts with many ties, steps, runs and outlying ones: what the rules are about.
COUNTS = st.lists(
    st.one_of(st.integers(0, 5), st.integers(90, 130), st.just(100), st.integers(0, 400)), min_size=1, max_size=36
)
RAMPS = st.builds(
    lambda start, step, length, rest: [max(0, start + step * place) for place in range(length)] + rest,
    st.integers(0, 200), st.integers(-20, 20), st.integers(1, 14), COUNTS,
)  # fmt: skip


@settings(deadline=None, max_examples=30)
@given(st.lists(st.one_of(COUNTS, RAMPS).map(lambda counts: [float(count) for count in counts[:36]]), min_size=1))
def test_the_product_agrees_with_a_plain_second_telling(series: list[list[float]]) -> None:
    numbered = dict(enumerate(series))
    charts = drawn(numbered)
    for number, values in numbered.items():
        chart, plain = charts[number], told_plainly(values)
        assert (chart.mean, chart.lower, chart.upper) == pytest.approx((plain.mean, plain.lower, plain.upper), abs=2e-6)
        assert {place: rule for place, (rule, _) in chart.special.items()} == {
            place: rule for place, (rule, _) in plain.special.items()
        }
        for place, (_, side) in chart.special.items():
            assert side == plain.special[place][1]


@pytest.mark.slow
@pytest.mark.proof
def test_how_often_chance_alone_makes_the_newest_point_special(show: Show) -> None:
    chance, rows = Random(7), []
    for points in (12, 24, 36):
        stable = {number: [chance.gauss(1000, 100) for _ in range(points)] for number in range(20_000)}
        newest = [chart.special.get(points) for chart in drawn(stable).values()]
        low = [found[0] for found in newest if found and found[1] < 0]
        share = len(low) / len(stable)
        rules = ("point_below_limit", "trend", "two_of_three", "shift")
        rows.append(
            (points, f"{share:.2%}", round(6200 * share), *(f"{low.count(r) / len(stable):.2%}" for r in rules))
        )
        assert 0.001 < share < 0.03
    show(
        "Stable series, 20,000 of each length: a special cause of chance alone on the low side at the newest point",
        ("points", "share", "of 6,200", "below limit", "trend", "two of three", "shift"), rows,
    )  # fmt: skip
