"""The chart of rates before, during and after: each a mark on the line of its interval. Pure: rows -> text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from monitor.report.site.phases import PHASES
from monitor.report.site.published_rows import Row
from monitor.report.site.svg import GRID, Scale, length, line, mark, picture, ticks, words

# Told apart by shape and by place as well as by colour.
COLOURS = {"before": "#4c6272", "during": "#005eb8", "after": "#212b32"}
SHAPES = {"before": "circle", "during": "square", "after": "diamond"}
HEIGHT_OF_LINE, WIDTH, TOP, LONGEST_NAME = 16, 460, 30, 54
TITLE = "Not received, in 100 judged, with 95% interval"


def intervals(lines: Sequence[tuple[str, str, Row]], summary: str) -> Markup:
    """One line a return and phase in which anything was judged; nothing where nothing was.

    lines: name of the return, phase, row of action_rate.
    """
    judged = [(name, phase, row) for name, phase, row in lines if row["judged"]]
    if not judged:
        return Markup()
    names = sorted({name for name, _, _ in judged})
    left = max(length(_short(name)) for name in names) + 16
    bottom = TOP + HEIGHT_OF_LINE * len(PHASES) * len(names) + 4
    most = max(row["rate_high"] for _, _, row in judged) * 100 or 1
    scale = Scale(0, most, left, left + WIDTH)
    top_of = {name: TOP + HEIGHT_OF_LINE * len(PHASES) * place for place, name in enumerate(names)}
    shapes = [
        *_legend(left),
        *_axis(scale, bottom),
        *(shape for name, top in top_of.items() for shape in _name(name, top, left)),
        *(shape for name, phase, row in judged for shape in _interval(phase, row, top_of[name], scale)),
        words(left + WIDTH / 2, bottom + 38, TITLE.lower(), "middle"),
    ]
    return picture(left + WIDTH + 24, bottom + 48, TITLE, summary, shapes)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _legend(left: float) -> Iterator[str]:
    for place, phase in enumerate(COLOURS):
        x = left + 90 * place
        yield mark(SHAPES[phase], x + 6, 12, 4.5, COLOURS[phase])
        yield words(x + 18, 16, phase)


def _axis(scale: Scale, bottom: float) -> Iterator[str]:
    for value in ticks(0, scale.high):
        yield line([(scale(value), TOP), (scale(value), bottom)], GRID)
        yield words(scale(value), bottom + 16, f"{value:g}", "middle")


def _name(name: str, top: float, left: float) -> Iterator[str]:
    yield words(left - 8, top + HEIGHT_OF_LINE * len(PHASES) / 2 + 4, _short(name), "end")
    yield line([(left, top), (left + WIDTH, top)], GRID)


def _interval(phase: str, row: Row, top: float, scale: Scale) -> Iterator[str]:
    y = top + HEIGHT_OF_LINE * (list(PHASES).index(phase) + 0.5)
    yield line([(scale(row["rate_low"] * 100), y), (scale(row["rate_high"] * 100), y)], COLOURS[phase], 2)
    yield mark(SHAPES[phase], scale(row["rate"] * 100), y, 4.5, COLOURS[phase])
