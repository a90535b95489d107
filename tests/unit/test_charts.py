"""Charts as SVG: well formed, named and described, of the rows they were given, distinct without colour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from monitor.report.site import action_charts, charts
from monitor.report.site.status_tags import OUTCOMES
from monitor.report.site.svg import INK, Scale, ticks

SVG = "{http://www.w3.org/2000/svg}"
SUMMARY = "Of <60> & more, 2 were not received."
NONE = dict.fromkeys(OUTCOMES, 0)


def slot(label: str, **counts: int) -> dict[str, Any]:
    return {
        "label": label,
        "in_action_period": label == "June 2025",
        "expected": sum(counts.values()),
        **NONE,
        **counts,
    }


def point(label: str, value: float, side: int = 0, phase: int = 1, mean: float | None = 300) -> dict[str, Any]:
    lower, upper = (None, None) if mean is None else (mean - 40, mean + 40)
    return {"label": label, "value": value, "mean": mean, "lower": lower, "upper": upper, "phase": phase, "side": side}


SLOTS = [slot("May 2025", received=58, not_received=2), slot("June 2025", received=40, rejected=20)]
CELLS = [
    {"area": "QHM", "label": "May 2025", "colour": "s0", "says": "0 of 20", "words": ""},
    {"area": "QHM & <co>", "label": "May 2025", "colour": "s4", "says": "12 of 20", "words": "12"},
    {"area": "QHM", "label": "June 2025", "colour": "s3", "says": "5 of 20", "words": "5"},
]
POINTS = [
    point("April 2025", 300), point("May 2025", 120, side=-1), point("June 2025", 420, side=1),
    point("July 2025", 305, phase=2), point("August 2025", 310, phase=2, mean=None),
]  # fmt: skip
RATE = {"judged": 60, "rate": 0.05, "rate_low": 0.02, "rate_high": 0.12}
LINES: list[tuple[str, str, dict[str, Any]]] = [
    ("Appointments & <co>", "before", RATE),
    ("Workforce", "during", RATE),
    ("None", "after", {"judged": 0}),
]
DRAWN = {
    "trend": charts.trend(SLOTS, SUMMARY),
    "heat": charts.heat_of_areas(CELLS, SUMMARY),
    "control": charts.control(POINTS, "records", False, SUMMARY),
    "intervals": action_charts.intervals(LINES, SUMMARY),
}


def shapes(name: str, tag: str) -> Iterator[ElementTree.Element]:
    return ElementTree.fromstring(DRAWN[name]).iter(f"{SVG}{tag}")


def texts(name: str) -> list[str | None]:
    return [one.text for one in shapes(name, "text")]


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_an_image_with_a_name_and_a_description(name: str) -> None:
    root = ElementTree.fromstring(DRAWN[name])
    assert root.get("role") == "img"
    title, description = list(root)[:2]
    assert (title.tag, description.tag, description.text) == (f"{SVG}title", f"{SVG}desc", SUMMARY)
    assert title.text


@pytest.mark.parametrize("name", DRAWN)
def test_all_that_is_drawn_lies_on_the_paper(name: str) -> None:
    root = ElementTree.fromstring(DRAWN[name])
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for rect in root.iter(f"{SVG}rect"):
        x, y, wide, high = (float(rect.get(side, 0)) for side in ("x", "y", "width", "height"))
        assert x >= 0, rect.attrib
        assert y >= 0, rect.attrib
        assert x + wide <= width + 1, rect.attrib
        assert y + high <= height + 1, rect.attrib


def test_the_same_rows_give_the_same_drawing() -> None:
    assert charts.trend(SLOTS, SUMMARY) == DRAWN["trend"]


def test_a_bar_has_its_parts_as_high_as_their_counts_and_says_them() -> None:
    said = {title.text: bar for bar in shapes("trend", "rect") if (title := bar.find(f"{SVG}title")) is not None}
    assert list(said) == [
        "May 2025: 58 received", "May 2025: 2 not received", "June 2025: 40 received", "June 2025: 20 rejected",
    ]  # fmt: skip
    high = [float(bar.get("height", 0)) for bar in said.values()]
    assert high[0] / high[1] == pytest.approx(29, rel=0.02)
    assert high[2] / high[3] == pytest.approx(2, rel=0.02)
    assert texts("trend").count("R") == 2
    assert texts("trend").count("N") == 0, "too low for its letter"
    assert [shape.get("fill") for shape in shapes("trend", "rect")].count(charts.SHADE) == 1


def test_a_cell_has_the_colour_of_its_share_and_its_number() -> None:
    of_cells = [shape for shape in shapes("heat", "rect") if shape.find(f"{SVG}title") is not None]
    assert [shape.get("fill") for shape in of_cells] == ["#cce5d8", "#8a1f0a", "#b8472a"]
    assert texts("heat")[-4:-2] == ["12", "5"]


def test_special_causes_differ_by_shape_and_phases_are_not_joined() -> None:
    assert len(list(shapes("control", "circle"))) == 3
    marks = [shape.get("points", "") for shape in shapes("control", "polygon")]
    tips = [float(points.split()[0].partition(",")[2]) for points in marks]
    bases = [float(points.split()[1].partition(",")[2]) for points in marks]
    assert [tip > base for tip, base in zip(tips, bases, strict=True)] == [True, False], "down, then up"
    lines = [shape for shape in shapes("control", "polyline") if shape.get("stroke") != "#aeb7bd"]
    assert [len(shape.get("points", "").split()) for shape in lines] == [3, 3, 3, 3, 1, 1, 1, 2]
    assert sum(shape.get("stroke-dasharray") is not None for shape in lines) == 4


def test_values_that_are_all_the_same_are_drawn_all_the_same() -> None:
    complete = [point("May 2025", 1.0, mean=None), point("June 2025", 1.0, mean=None)]
    assert "100.0%" in charts.control(complete, "completeness", True, SUMMARY)


def test_nothing_judged_is_no_chart() -> None:
    assert action_charts.intervals([("None", "after", {"judged": 0})], SUMMARY) == ""


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 60, [0, 20, 40, 60]), (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 6171, [0, 2000, 4000, 6000]),
     (260, 360, [260, 280, 300, 320, 340, 360]), (-0.01, 0.01, [-0.01, -0.005, 0, 0.005, 0.01]), (0, 3, [0, 1, 2, 3])],
)  # fmt: skip
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == expected


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_letters_and_numbers_can_be_read_on_their_colours() -> None:
    bars = [(colour, charts.INK_ON.get(outcome, INK)) for outcome, colour in charts.COLOURS.items()]
    cells = list(charts.COLOURS_OF_CELLS.values())
    assert [pair for pair in bars + cells if contrast(*pair) < 4.5] == []
    points = [charts.COMMON, charts.SPECIAL, *action_charts.COLOURS.values()]
    assert [colour for colour in points if contrast(colour, "#ffffff") < 3] == []


def test_no_drawing_runs_anything_or_asks_for_anything() -> None:
    for name, drawn in DRAWN.items():
        assert re.search(r"<script|href|url\(|on\w+=|style=", drawn) is None, name


def test_a_scale_goes_from_values_to_places() -> None:
    assert [Scale(0, 10, 100, 0)(value) for value in (0, 5, 10)] == [100, 50, 0]
