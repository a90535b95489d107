"""The chart of rates before, during and after: each a mark on the line of its interval. Pure: rows -> text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from markupsafe import Markup

from monitor.report.site.charts import NO_DATA, as_svg, with_looks
from monitor.report.site.phases import PHASES
from monitor.report.site.published_rows import Row

# Told apart by shape and by place as well as by colour.
COLOURS = {"before": "#4c6272", "during": "#005eb8", "after": "#212b32"}
SHAPES = {"before": "circle", "during": "square", "after": "diamond"}
HEIGHT_OF_LINE, WIDTH = 16, 460


def intervals(lines: Sequence[tuple[str, str, Row]], summary: str) -> Markup:
    """One line a return and phase in which anything was judged; nothing where nothing was.

    lines: name of the return, phase, row of action_rate.
    """
    marks = [
        {
            "name": name, "phase": phase, "rate": round(row["rate"] * 100, 2),
            "low": round(row["rate_low"] * 100, 2), "high": round(row["rate_high"] * 100, 2),
        }
        for name, phase, row in lines
        if row["judged"]
    ]  # fmt: skip
    if not marks:
        return Markup()
    names = {mark["name"] for mark in marks}
    height = max(60, HEIGHT_OF_LINE * len(PHASES) * len(names))
    return as_svg(_lines(), (marks, marks), WIDTH, height, summary)


@cache
def _lines() -> dict[str, Any]:
    import altair as alt

    y = alt.Y("name:N", title=None, axis=alt.Axis(labelLimit=320))
    within = alt.YOffset("phase:N", sort=list(PHASES))
    colour = alt.Color("phase:N", scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())), title=None)
    shape = alt.Shape("phase:N", scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values())), title=None)
    x = alt.X("low:Q", title="not received, in 100 judged, with 95% interval", scale=alt.Scale(domainMin=0))
    rules = alt.Chart(NO_DATA).mark_rule(strokeWidth=2).encode(x=x, x2="high:Q", y=y, yOffset=within, color=colour)
    points = (
        alt.Chart(NO_DATA)
        .mark_point(filled=True, size=60, opacity=1)
        .encode(x="rate:Q", y=y, yOffset=within, color=colour, shape=shape)
    )
    return with_looks(rules + points)
