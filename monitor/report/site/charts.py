"""Charts as SVG, made offline; each is shown beside a sentence and a table that say the same. Pure: rows -> text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from monitor.report.site.published_rows import Row
from monitor.report.site.status_tags import LOOKS, OUTCOMES

FONT = "Arial, sans-serif"
INK, GRID, SHADE = "#212b32", "#aeb7bd", "#d8dde0"
NO_DATA = "none"  # each layer is given its own when it is drawn
WIDTH_OF_BAR, LEAST_WIDTH, HEIGHT = 34, 300, 260
# Dark and light take turns, and each part of a bar has its letter: told apart without seeing colour.
COLOURS = {
    "received": "#007f3b", "received_late": "#ffeb3b", "not_received": "#b52a0d", "rejected": "#ffb27a",
    "not_known": "#4c6272", "other": "#e8edee",
}  # fmt: skip
INK_ON = {"received": "#ffffff", "not_received": "#ffffff", "not_known": "#ffffff"}
LETTERS = {outcome: LOOKS[outcome].letter if outcome in LOOKS else "·" for outcome in OUTCOMES}
# Grey is common cause; purple is the colour that Making Data Count gives a special cause which is neither good nor bad.
COLOURS_OF_POINTS = ("#6b7780", "#490092")
SHAPES = ["triangle-down", "circle", "triangle-up"]
WIDTH_OF_POINT, HEIGHT_OF_CONTROL = 26, 190
LEAST_SHARE_WITH_A_LETTER = 0.06


def trend(slots: Sequence[Row], summary: str) -> Markup:
    """Bars of what became of a return, period by period; periods due during collective action are shaded."""
    parts = [part for slot in slots for part in _parts_of_bar(slot)]
    grounds = [{"label": slot["label"], "ground": SHADE if slot["in_action_period"] else "#ffffff"} for slot in slots]
    layers = (grounds, parts, [part for part in parts if part["letter"]])
    return as_svg(_bars(), layers, WIDTH_OF_BAR * len(slots), HEIGHT, summary)


def heat_of_areas(cells: Sequence[Row], summary: str) -> Markup:
    """Areas x periods: the share that was not received, with the number in each cell.

    cells: area, label, share (0 to 1), words; in the order of their periods.
    """
    areas, labels = {cell["area"] for cell in cells}, {cell["label"] for cell in cells}
    height = max(60, 22 * len(areas))
    return as_svg(_cells(), (list(cells), list(cells)), WIDTH_OF_BAR * len(labels), height, summary)


def control(points: Sequence[Row], what: str, is_share: bool, summary: str) -> Markup:
    """An XmR chart as NHS "Making Data Count" draws them: values, mean, dashed limits; special causes of another shape.

    points: label, value, mean, lower, upper (None: too few points), phase, side (-1, 0, 1), in their order.
    """
    limited = [point for point in points if point["mean"] is not None]
    layers = (limited, limited, limited, list(points), list(points))
    return as_svg(_control(what, is_share), layers, WIDTH_OF_POINT * len(points), HEIGHT_OF_CONTROL, summary)


@cache
def _control(what: str, is_share: bool) -> dict[str, Any]:
    """The chart of control limits, without its data. Limits of different phases are not joined."""
    import altair as alt

    x = alt.X("label:N", sort=None, title=None, axis=alt.Axis(labelAngle=-45, labelLimit=180))
    axis = alt.Axis(format="%" if is_share else ",d", tickCount=5)

    def lined(column: str, **look: Any) -> Any:
        y = alt.Y(f"{column}:Q", title=what, scale=alt.Scale(zero=False, padding=6), axis=axis)
        return alt.Chart(NO_DATA).mark_line(**look).encode(x=x, y=y, detail="phase:N")

    common, special = COLOURS_OF_POINTS
    values = lined("value", color=common, strokeWidth=1.5)
    looks = {
        "color": alt.condition("datum.side == 0", alt.value(common), alt.value(special)),
        "shape": alt.Shape("side:O", scale=alt.Scale(domain=[-1, 0, 1], range=SHAPES), legend=None),
    }
    size = alt.condition("datum.side == 0", alt.value(40), alt.value(110))
    y = alt.Y("value:Q", title=what, scale=alt.Scale(zero=False, padding=6), axis=axis)
    marks = alt.Chart(NO_DATA).mark_point(filled=True, opacity=1).encode(x=x, y=y, size=size, **looks)
    limits = {"color": INK, "strokeDash": [6, 4], "strokeWidth": 1}
    return with_looks(lined("lower", **limits) + lined("mean", color=INK) + lined("upper", **limits) + values + marks)


@cache
def _bars() -> dict[str, Any]:
    """The chart of a trend, without its data: altair takes longer to say what is drawn than the drawing takes."""
    import altair as alt

    x = alt.X("label:N", sort=None, title=None, axis=alt.Axis(labelAngle=-45, labelLimit=180))
    scale = alt.Scale(domain=list(OUTCOMES.values()), range=[COLOURS[outcome] for outcome in OUTCOMES])
    legend = alt.Legend(title=None, orient="top", columns=3, symbolStrokeColor=INK)
    shade = alt.Chart(NO_DATA).mark_rect().encode(x=x, color=alt.Color("ground:N", scale=None))
    bars = alt.Chart(NO_DATA).mark_bar(stroke=INK, strokeWidth=0.5, width={"band": 0.72}).encode(
        x=x, y=alt.Y("low:Q", title="expected returns", scale=alt.Scale(zero=True)), y2="high:Q",
        color=alt.Color("words:N", scale=scale, legend=legend),
    )  # fmt: skip
    letters = (
        alt.Chart(NO_DATA)
        .mark_text(fontSize=12, fontWeight="bold")
        .encode(x=x, y="middle:Q", text="letter:N", color=alt.Color("ink:N", scale=None))
    )
    return with_looks(shade + bars + letters)


@cache
def _cells() -> dict[str, Any]:
    """The chart of areas and periods, without its data."""
    import altair as alt

    x = alt.X("label:N", sort=None, title=None, axis=alt.Axis(labelAngle=-45, labelLimit=180))
    base = alt.Chart(NO_DATA).encode(x=x, y=alt.Y("area:N", title=None))
    scale = alt.Scale(domain=[0, 0.5], range=["#fff6f0", "#8a1f0a"], clamp=True)
    legend = alt.Legend(title="not received", format="%", orient="top", gradientLength=160)
    cell = base.mark_rect(stroke="#ffffff").encode(color=alt.Color("share:Q", scale=scale, legend=legend))
    ink = alt.condition("datum.share > 0.25", alt.value("#ffffff"), alt.value(INK))
    return with_looks(cell + base.mark_text(fontSize=11).encode(text="words:N", color=ink))


def _parts_of_bar(slot: Row) -> list[dict[str, Any]]:
    """The parts of one bar, from the bottom up."""
    drawn, low = [], 0
    for outcome, words in OUTCOMES.items():
        count = slot[outcome]
        if count:
            is_wide = count / slot["expected"] >= LEAST_SHARE_WITH_A_LETTER
            drawn.append({
                "label": slot["label"], "outcome": outcome, "words": words, "low": low, "high": low + count,
                "middle": low + count / 2, "ink": INK_ON.get(outcome, INK),
                "letter": LETTERS[outcome] if is_wide else "",
            })  # fmt: skip
            low += count
    return drawn


def with_looks(chart: Any) -> dict[str, Any]:
    """What a chart is, as the site draws its letters and lines; without its data."""
    text = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": 12, "titleFontSize": 12, "labelColor": INK}
    configured = (
        # aria: the picture is named as a whole, and the table beside it has what its parts say.
        chart.configure(aria=False, font=FONT, background="#ffffff", padding=4)
        .configure_axis(**text, titleColor=INK, gridColor=GRID, domainColor=INK)
        .configure_legend(**text, titleColor=INK)
        .configure_view(stroke=None)
    )
    return dict(configured.to_dict())


def as_svg(
    specification: Mapping[str, Any], data: Sequence[list[Any]], width: int, height: int, summary: str
) -> Markup:  # fmt: skip
    """The chart as SVG that a page can hold. data: of each of its layers."""
    import vl_convert

    layers = [{**layer, "data": {"values": values}} for layer, values in zip(specification["layer"], data, strict=True)]
    size = {"width": max(LEAST_WIDTH, width), "height": height}
    return _as_image(vl_convert.vegalite_to_svg({**specification, **size, "layer": layers}), summary)


def _as_image(svg: str, summary: str) -> Markup:
    # The drawing counts its gradients from the start of the program: the same data must give the same page.
    inside = re.sub(r"\bgradient_\d+", "gradient", re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg))
    named = inside.replace("<svg ", f'<svg role="img" aria-label="{escape(summary)}" ', 1)
    return Markup(named)  # noqa: S704  the renderer has escaped what it was given to write
