"""Charts as SVG, made offline; each is shown beside a sentence and a table that say the same. Pure: rows -> text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from monitor.report.reading import Row
from monitor.report.statuses import LOOKS, OUTCOMES

FONT = "Arial, sans-serif"
INK, GRID = "#212b32", "#aeb7bd"
WIDTH_OF_BAR, LEAST_WIDTH, HEIGHT = 34, 300, 260
# Dark and light take turns, and each part of a bar has its letter: told apart without seeing colour.
COLOURS = {
    "received": "#007f3b", "received_late": "#ffeb3b", "not_received": "#b52a0d", "rejected": "#ffb27a",
    "not_known": "#4c6272", "other": "#e8edee",
}  # fmt: skip
INK_ON = {"received": "#ffffff", "not_received": "#ffffff", "not_known": "#ffffff"}
LETTERS = {outcome: LOOKS[outcome].letter if outcome in LOOKS else "·" for outcome in OUTCOMES}
LEAST_SHARE_WITH_A_LETTER = 0.06


def trend(slots: Sequence[Row], summary: str) -> str:
    """Bars of what became of a return, period by period; periods due during collective action are shaded."""
    import altair as alt

    order = list(OUTCOMES)
    parts = [part for slot in slots for part in _parts_of_bar(slot)]
    labels = [slot["label"] for slot in slots]
    shown = [outcome for outcome in order if any(part["outcome"] == outcome for part in parts)]
    x = alt.X("label:N", sort=labels, title=None, axis=alt.Axis(labelAngle=-45, labelLimit=180))
    scale = alt.Scale(domain=[OUTCOMES[o] for o in shown], range=[COLOURS[o] for o in shown])
    colour = alt.Color(
        "words:N", scale=scale, legend=alt.Legend(title=None, orient="top", columns=3, symbolStrokeColor=INK)
    )
    shade = (
        alt.Chart(alt.Data(values=[{"label": slot["label"]} for slot in slots if slot["in_action_period"]]))
        .mark_rect(color="#d8dde0")
        .encode(x=x)
    )
    bars = alt.Chart(alt.Data(values=parts)).mark_bar(stroke=INK, strokeWidth=0.5, width={"band": 0.72}).encode(
        x=x, y=alt.Y("low:Q", title="expected returns", scale=alt.Scale(zero=True)), y2="high:Q", color=colour
    )  # fmt: skip
    letters = (
        alt.Chart(alt.Data(values=[part for part in parts if part["letter"]]))
        .mark_text(fontSize=12, fontWeight="bold")
        .encode(x=x, y="middle:Q", text="letter:N", color=alt.Color("ink:N", scale=None))
    )
    return _drawn((shade + bars + letters).properties(width=_width(labels), height=HEIGHT), summary)


def heat_of_areas(cells: Sequence[Row], areas: Sequence[str], labels: Sequence[str], summary: str) -> str:
    """Areas x periods: the share that was not received, with the number in each cell.

    cells: area, label, share (0 to 1), words.
    """
    import altair as alt

    x = alt.X("label:N", sort=list(labels), title=None, axis=alt.Axis(labelAngle=-45, labelLimit=180))
    base = alt.Chart(alt.Data(values=list(cells))).encode(x=x, y=alt.Y("area:N", sort=list(areas), title=None))
    scale = alt.Scale(domain=[0, 0.5], range=["#fff6f0", "#8a1f0a"], clamp=True)
    legend = alt.Legend(title="not received", format="%", orient="top", gradientLength=160)
    cell = base.mark_rect(stroke="#ffffff").encode(color=alt.Color("share:Q", scale=scale, legend=legend))
    ink = alt.condition("datum.share > 0.25", alt.value("#ffffff"), alt.value(INK))
    words = base.mark_text(fontSize=11).encode(text="words:N", color=ink)
    return _drawn((cell + words).properties(width=_width(labels), height=max(60, 22 * len(areas))), summary)


def _parts_of_bar(slot: Row) -> list[dict[str, Any]]:
    """The parts of one bar, from the bottom up."""
    drawn, low = [], 0
    for outcome, words in OUTCOMES.items():
        count = slot[outcome]
        if count:
            is_wide = count / slot["expected"] >= LEAST_SHARE_WITH_A_LETTER
            drawn.append({
                "label": slot["label"], "outcome": outcome, "words": words, "low": low, "high": low + count,
                "middle": low + count / 2, "ink": INK_ON.get(outcome, INK), "letter": LETTERS[outcome] if is_wide else "",
            })  # fmt: skip
            low += count
    return drawn


def _width(labels: Sequence[str]) -> int:
    return max(LEAST_WIDTH, WIDTH_OF_BAR * len(labels))


def _drawn(chart: Any, summary: str) -> str:
    """The chart as SVG that a page can hold: named by its summary, its parts hidden from what reads a page aloud."""
    import vl_convert

    text = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": 12, "titleFontSize": 12, "labelColor": INK}
    specification = (
        chart.configure(aria=False, font=FONT, background="#ffffff", padding=4)
        .configure_axis(**text, titleColor=INK, gridColor=GRID, domainColor=INK)
        .configure_legend(**text, titleColor=INK)
        .configure_view(stroke=None)
        .to_dict()
    )
    return _as_image(vl_convert.vegalite_to_svg(specification), summary)


def _as_image(svg: str, summary: str) -> str:
    from markupsafe import escape

    inside = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    return inside.replace("<svg ", f'<svg role="img" aria-label="{escape(summary)}" ', 1)
