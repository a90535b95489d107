"""SVG by hand: the few shapes that the charts of the site are made of. Pure: numbers and words -> markup.

A picture has a title, which is its name, and a description, which says in a sentence what there is to see; its shapes
have no meaning of their own for who cannot see them, as the table beside it has what they show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10

from markupsafe import Markup, escape

INK, GRID, PAPER = "#212b32", "#aeb7bd", "#ffffff"
FONT, SIZE = "Arial, sans-serif", 12
WIDTH_OF_LETTER = 7  # of Arial at 12 pixels, on the average and more, for the letters that stand in for it
SLOPE = 0.71  # sine and cosine of the 45 degrees by which long labels lean


@dataclass(frozen=True)
class Scale:
    """From values to places along an axis."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def shown(place: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{round(place, 1):g}"


def rect(x: float, y: float, width: float, height: float, fill: str, stroke: str = "", says: str = "") -> str:
    """A rectangle; says: what a pointer that rests on it is shown."""
    edge = f' stroke="{stroke}" stroke-width="0.5"' if stroke else ""
    place = f'x="{shown(x)}" y="{shown(y)}" width="{shown(width)}" height="{shown(height)}" fill="{fill}"{edge}'
    return f"<rect {place}><title>{escape(says)}</title></rect>" if says else f"<rect {place}/>"


def line(points: Iterable[tuple[float, float]], stroke: str = INK, width: float = 1, dashes: str = "") -> str:
    """A line through points."""
    path = " ".join(f"{shown(x)},{shown(y)}" for x, y in points)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{width:g}"{dashed}/>'


def words(x: float, y: float, text: str, anchor: str = "start", fill: str = INK, leans: bool = False) -> str:
    """A text: x is its start, middle or end, y its base line."""
    place = f'x="{shown(x)}" y="{shown(y)}"'
    turned = f' transform="rotate(-45 {shown(x)} {shown(y)})"' if leans else ""
    held = "" if anchor == "start" else f' text-anchor="{anchor}"'
    ink = "" if fill == INK else f' fill="{fill}"'
    return f"<text {place}{held}{ink}{turned}>{escape(text)}</text>"


def mark(shape: str, x: float, y: float, size: float, fill: str) -> str:
    """A point on a chart: circle, square, diamond, up or down (triangles); size: half its width."""
    if shape == "circle":
        return f'<circle cx="{shown(x)}" cy="{shown(y)}" r="{shown(size)}" fill="{fill}"/>'
    corners = {
        "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
        "up": ((0, -1), (1, 0.8), (-1, 0.8)),
        "down": ((0, 1), (1, -0.8), (-1, -0.8)),
    }[shape]
    path = " ".join(f"{shown(x + size * right)},{shown(y + size * down)}" for right, down in corners)
    return f'<polygon points="{path}" fill="{fill}"/>'


def length(text: str) -> float:
    """About how wide a text is."""
    return len(text) * WIDTH_OF_LETTER


def room_below(labels: Iterable[str]) -> float:
    """How much height labels take that lean."""
    return max(map(length, labels), default=0) * SLOPE + 2 * SIZE


def room_left(beside: Iterable[str], below: Sequence[str], band: float) -> float:
    """How much width stands left of an axis: for its own labels, and for those below it, as each leans to the left."""
    leaning = [length(text) * SLOPE - band * (place + 0.5) for place, text in enumerate(below)]
    return max([length(text) + 16 for text in beside] + leaning)


def labels_below(labels: Sequence[tuple[float, str]], y: float) -> Iterator[str]:
    """What stands under an axis, at which place; the texts lean, so that they do not run into one another."""
    for x, text in labels:
        yield words(x + SIZE / 2, y + SIZE + 2, text, "end", leans=True)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values from low to high, as many as there is room for."""
    least = (high - low) / most
    power = 10.0 ** floor(log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * 0.999)
    first = -floor(-low / step + 1e-9)
    return [round(number * step, 10) for number in range(first, floor(high / step + 1e-9) + 1)]


def grid(scale: Scale, values: Iterable[tuple[float, str]], left: float, right: float) -> Iterator[str]:
    """The lines of a vertical axis, each with its label at the left."""
    for value, label in values:
        y = scale(value)
        yield line([(left, y), (right, y)], GRID)
        yield words(left - 6, y + 4, label, "end")


def picture(width: float, height: float, title: str, description: str, shapes: Iterable[str]) -> Markup:
    """The drawing, for a page to hold. It is as wide as it is: on a narrow screen its frame scrolls."""
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{FONT}" font-size="{SIZE}" fill="{INK}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        f"{rect(0, 0, width, height, PAPER)}{''.join(shapes)}</svg>"
    )
    return Markup(drawn)  # noqa: S704  every text in it was escaped where it was put in
