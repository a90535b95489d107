"""Charts of the site; each is shown beside a sentence and a table that say the same. Pure: rows -> SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from monitor.report.site.grid_marks import LEGEND
from monitor.report.site.published_rows import Row
from monitor.report.site.status_tags import LOOKS, OUTCOMES
from monitor.report.site.svg import (
    GRID,
    INK,
    PAPER,
    Scale,
    grid,
    labels_below,
    length,
    line,
    mark,
    picture,
    rect,
    room_below,
    room_left,
    ticks,
    words,
)

SHADE = "#d8dde0"
WIDTH_OF_BAR, LEAST_WIDTH, HEIGHT, PART_OF_BAND = 34, 340, 260, 0.72
# Dark and light take turns, and each part of a bar has its letter: told apart without seeing colour.
COLOURS = {
    "received": "#007f3b", "received_late": "#ffeb3b", "not_received": "#b52a0d", "rejected": "#ffb27a",
    "not_known": "#4c6272", "other": "#e8edee",
}  # fmt: skip
INK_ON = {"received": PAPER, "not_received": PAPER, "not_known": PAPER}
LETTERS = {outcome: LOOKS[outcome].letter if outcome in LOOKS else "·" for outcome in OUTCOMES}
LEAST_SHARE_WITH_A_LETTER = 0.06
LEGEND_COLUMNS, HEIGHT_OF_LEGEND_LINE = 3, 20

# The classes of grid_marks as colours, with the ink on them: a cell of a chart looks as that of a table does.
COLOURS_OF_CELLS = {
    "s4": ("#8a1f0a", PAPER), "s3": ("#b8472a", PAPER), "s2": ("#f2a37c", INK), "s1": ("#fcdcc8", INK),
    "s0": ("#cce5d8", INK), "q": ("#4c6272", PAPER), "o": ("#ffffff", INK), "d": ("#d8dde0", INK),
}  # fmt: skip
HEIGHT_OF_AREA = 22

# Grey is common cause; purple is the colour that Making Data Count gives a special cause which is neither good nor bad.
COMMON, SPECIAL = "#6b7780", "#490092"
SHAPES = {-1: "down", 0: "circle", 1: "up"}
WIDTH_OF_POINT, HEIGHT_OF_CONTROL = 26, 190
WIDTH_OF_SPARK, HEIGHT_OF_SPARK = 110, 28


def trend(slots: Sequence[Row], summary: str) -> Markup:
    """Bars of what became of a return, period by period; periods due during collective action are shaded."""
    legend = list(_legend([(COLOURS[outcome], name) for outcome, name in OUTCOMES.items()], LEGEND_COLUMNS))
    top = HEIGHT_OF_LEGEND_LINE * 2 + 10
    most = max((slot["expected"] for slot in slots), default=0) or 1
    scale = Scale(0, most, top + HEIGHT, top)
    marks = [(value, f"{value:,.0f}") for value in ticks(0, most) if value == int(value)]
    left = room_left([marks[-1][1]], [slot["label"] for slot in slots], WIDTH_OF_BAR)
    width = max(LEAST_WIDTH, left + WIDTH_OF_BAR * len(slots) + 12)
    middles = [left + WIDTH_OF_BAR * (place + 0.5) for place in range(len(slots))]
    shapes = [
        *legend,
        *(rect(x - WIDTH_OF_BAR / 2, top, WIDTH_OF_BAR, HEIGHT, SHADE)
          for x, slot in zip(middles, slots, strict=True) if slot["in_action_period"]),
        *grid(scale, marks, left, left + WIDTH_OF_BAR * len(slots)),
        *(shape for x, slot in zip(middles, slots, strict=True) for shape in _bar(slot, x, scale)),
        *labels_below([(x, slot["label"]) for x, slot in zip(middles, slots, strict=True)], top + HEIGHT),
    ]  # fmt: skip
    height = top + HEIGHT + room_below(slot["label"] for slot in slots)
    return picture(width, height, "Expected returns by period, and what became of them", summary, shapes)


def heat_of_areas(cells: Sequence[Row], summary: str) -> Markup:
    """Areas x periods: the share that was not received, with the number in each cell.

    cells: area, label, colour (a class of grid_marks), says, words; in the order of their periods.
    """
    areas, labels = sorted({cell["area"] for cell in cells}), list(dict.fromkeys(cell["label"] for cell in cells))
    legend = list(_legend([(COLOURS_OF_CELLS[colour][0], name) for colour, name in LEGEND], 2))
    lines, of_legend = -(-len(LEGEND) // 2), 2 * max(length(name) + 26 for _, name in LEGEND)
    top, left = HEIGHT_OF_LEGEND_LINE * lines + 10, room_left(areas, labels, WIDTH_OF_BAR)
    row_of = {area: top + HEIGHT_OF_AREA * place for place, area in enumerate(areas)}
    column_of = {label: left + WIDTH_OF_BAR * place for place, label in enumerate(labels)}
    bottom = top + HEIGHT_OF_AREA * len(areas)
    shapes = [
        *legend,
        *(words(left - 6, y + 15, area, "end") for area, y in row_of.items()),
        *(shape for cell in cells for shape in _cell(cell, column_of[cell["label"]], row_of[cell["area"]])),
        *labels_below([(x + WIDTH_OF_BAR / 2, label) for label, x in column_of.items()], bottom),
    ]
    width = max(of_legend, left + WIDTH_OF_BAR * len(labels) + 12)
    return picture(width, bottom + room_below(labels), "Share not received, by area and period", summary, shapes)


def control(points: Sequence[Row], what: str, is_share: bool, summary: str) -> Markup:
    """An XmR chart as NHS "Making Data Count" draws them: values, mean, dashed limits; special causes of another shape.

    points: label, value, mean, lower, upper (None: too few points), phase, side (-1, 0, 1), in their order.
    """
    values = [value for point in points for value in _values_of(point)]
    room = (max(values) - min(values)) * 0.06 or (0.01 if is_share else 1)
    low, high = min(values) - room, max(values) + room
    scale = Scale(low, high, 10 + HEIGHT_OF_CONTROL, 10)
    marks = [(value, _figure(value, is_share, high - low)) for value in ticks(low, high)]
    left = room_left([label for _, label in marks], [point["label"] for point in points], WIDTH_OF_POINT)
    placed = [(left + WIDTH_OF_POINT * (place + 0.5), point) for place, point in enumerate(points)]
    right = left + WIDTH_OF_POINT * len(points)
    shapes = [
        *grid(scale, marks, left, right),
        *(shape for _, phase in groupby(placed, lambda one: one[1]["phase"]) for shape in _phase(list(phase), scale)),
        *(mark(SHAPES[point["side"]], x, scale(point["value"]), 6.5 if point["side"] else 3.5,
               SPECIAL if point["side"] else COMMON) for x, point in placed),
        *labels_below([(x, point["label"]) for x, point in placed], 10 + HEIGHT_OF_CONTROL),
    ]  # fmt: skip
    height = 10 + HEIGHT_OF_CONTROL + room_below(point["label"] for point in points)
    title = f"{what.capitalize()} by period, with mean and limits"
    return picture(max(LEAST_WIDTH, right + 12), height, title, summary, shapes)


def spark(values: Sequence[float | None], says: str) -> Markup:
    """A line as high as a word: shares of 100, the latest last; a gap where none is known, and a dot on the latest."""
    step = (WIDTH_OF_SPARK - 8) / max(1, len(values) - 1)
    placed = [(4 + step * place, value) for place, value in enumerate(values)]
    scale = Scale(0, 100, HEIGHT_OF_SPARK - 4, 4)
    shapes = [line([(2, HEIGHT_OF_SPARK - 1), (WIDTH_OF_SPARK - 2, HEIGHT_OF_SPARK - 1)], GRID)]
    for is_known, run in groupby(placed, lambda one: one[1] is not None):
        points = [(x, scale(value)) for x, value in run if value is not None]
        if is_known:
            shapes.append(line(points, COMMON, 2) if len(points) > 1 else mark("circle", *points[0], 1.5, COMMON))
    if values and values[-1] is not None:
        shapes.append(mark("circle", placed[-1][0], scale(values[-1]), 3.5, INK))
    drawn = (
        f'<svg class=spark xmlns="http://www.w3.org/2000/svg" role="img" width="{WIDTH_OF_SPARK}" '
        f'height="{HEIGHT_OF_SPARK}" aria-label="{escape(says)}">{"".join(shapes)}</svg>'
    )
    return Markup(drawn)  # noqa: S704  numbers, and words that were escaped


def _legend(entries: Sequence[tuple[str, str]], columns: int) -> Iterator[str]:
    """Each colour with its name, in lines of so many."""
    width = max(length(name) for _, name in entries) + 26
    for place, (colour, name) in enumerate(entries):
        x, y = 4 + width * (place % columns), 4 + HEIGHT_OF_LEGEND_LINE * (place // columns)
        yield rect(x, y, 12, 12, colour, INK)
        yield words(x + 18, y + 11, name)


def _bar(slot: Row, middle: float, scale: Scale) -> Iterator[str]:
    """The parts of one bar, from the bottom up, each with its letter where there is room for it."""
    low, width = 0, WIDTH_OF_BAR * PART_OF_BAND
    for outcome, name in OUTCOMES.items():
        count = slot[outcome]
        if count:
            top, height = scale(low + count), scale(low) - scale(low + count)
            says = f"{slot['label']}: {count:,} {name.lower()}"
            yield rect(middle - width / 2, top, width, height, COLOURS[outcome], INK, says)
            if count / slot["expected"] >= LEAST_SHARE_WITH_A_LETTER:
                yield words(middle, top + height / 2 + 4, LETTERS[outcome], "middle", INK_ON.get(outcome, INK))
            low += count


def _cell(cell: Row, x: float, y: float) -> Iterator[str]:
    colour, ink = COLOURS_OF_CELLS.get(cell["colour"], (PAPER, INK))
    says = f"{cell['area']}, {cell['label']}: {cell['says']}"
    yield rect(x, y, WIDTH_OF_BAR, HEIGHT_OF_AREA, colour, PAPER, says)
    if cell["words"]:
        yield words(x + WIDTH_OF_BAR / 2, y + 15, cell["words"], "middle", ink)


def _values_of(point: Row) -> Iterator[float]:
    yield point["value"]
    if point["mean"] is not None:
        yield from (point["lower"], point["upper"])


def _phase(placed: Sequence[tuple[float, Row]], scale: Scale) -> Iterator[str]:
    """The lines of one phase, which are not joined to those of another: mean, limits, values."""
    limited = [(x, point) for x, point in placed if point["mean"] is not None]
    for column, dashes in (("mean", ""), ("lower", "6 4"), ("upper", "6 4")) if limited else ():
        yield line([(x, scale(point[column])) for x, point in limited], INK, 1, dashes)
    yield line([(x, scale(point["value"])) for x, point in placed], COMMON, 1.5)


def _figure(value: float, is_share: bool, span: float) -> str:
    if is_share:
        return f"{value:.1%}" if span < 0.05 else f"{value:.0%}"
    return f"{value:,.1f}" if span < 5 and value != int(value) else f"{value:,.0f}"
