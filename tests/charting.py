"""Control charts of values as they are: the product's own SQL, and a plain second telling of its rules beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import floor

import duckdb

from monitor.analysis.control_charts import draw, put_chart_question
from monitor.config.settings import Settings

Series = Mapping[int, Sequence[float]]


@dataclass(frozen=True)
class Charted:
    """Limits, and by place (from 1) rule and side (-1 low, 1 high) of each special cause. mean None: too few points."""

    mean: float | None
    lower: float | None
    upper: float | None
    special: dict[int, tuple[str, int]]


def drawn(series: Series, points_needed: int = 12) -> dict[int, Charted]:
    """The charts of series by number, as the product draws them."""
    with duckdb.connect() as connection:
        put_chart_question(connection, Settings(monitor_from=date(2024, 4, 1)), date(2025, 1, 1), points_needed)
        connection.execute("CREATE TEMP TABLE chart_value (series_id BIGINT, place SMALLINT, value DOUBLE)")
        points = [(number, place, value) for number, values in series.items() for place, value in enumerate(values, 1)]
        numbers, places, values = map(list, zip(*points, strict=True))
        connection.execute("INSERT INTO chart_value SELECT unnest(?), unnest(?), unnest(?)", [numbers, places, values])
        draw(connection, "chart")
        limits = connection.execute("SELECT series_id, mean, lower, upper FROM chart_limits").fetchall()
        special: dict[int, dict[int, tuple[str, int]]] = {}
        sql = "SELECT series_id, place, rule, side FROM chart_charted WHERE rule IS NOT NULL ORDER BY ALL"
        for number, place, rule, side in connection.execute(sql).fetchall():
            special.setdefault(number, {})[place] = (rule, side)
        found = {number: Charted(mean, lower, upper, special.get(number, {})) for number, mean, lower, upper in limits}
        return {number: found.get(number, Charted(None, None, None, {})) for number in series}


def told_plainly(values: Sequence[float], points_needed: int = 12) -> Charted:  # noqa: C901  plain on purpose
    """The same, by loops: every window of seven or three is looked at by itself."""
    if len(values) < points_needed:
        return Charted(None, None, None, {})
    mean = _rounded(sum(values) / len(values))
    steps = [after - before for before, after in pairwise(values)]
    ranges = [abs(step) for step in steps]
    first = sum(ranges) / len(ranges)
    kept = [one for one in ranges if one <= 3.267 * first]
    moving = sum(kept) / len(kept) or first  # nothing is left out where all that is left does not vary
    lower, upper = _rounded(mean - 2.66 * moving), _rounded(mean + 2.66 * moving)
    near_lower, near_upper = (_rounded(mean + sign * 2 * (2.66 / 3) * moving) for sign in (-1, 1))
    special: dict[int, tuple[str, int]] = {}
    for start in range(len(values) - 6):  # the weakest rule first: a stronger one takes its place
        window = values[start : start + 7]
        for side in (-1, 1):
            if all((one - mean) * side > 0 for one in window):
                special.update({start + place: ("shift", side) for place in range(1, 8)})
    for start in range(len(values) - 2):
        window = values[start : start + 3]
        for side in (-1, 1):
            near = [
                place
                for place, one in enumerate(window, 1)
                if lower <= one <= upper and (one < near_lower if side < 0 else one > near_upper)
            ]
            if len(near) >= 2 and all((one - mean) * side > 0 for one in window):
                special.update({start + place: ("two_of_three", side) for place in near})
    for start in range(len(values) - 6):
        for side in (-1, 1):
            if all(step * side > 0 for step in steps[start : start + 6]):
                special.update({start + place: ("trend", side) for place in range(1, 8)})
    for place, one in enumerate(values, 1):
        if one < lower:
            special[place] = ("point_below_limit", -1)
        if one > upper:
            special[place] = ("point_above_limit", 1)
    return Charted(mean, lower, upper, special)


def _rounded(value: float) -> float:
    return floor(value * 1e6 + 0.5) / 1e6
