"""Of a part of the site that differs, the pieces that say what they said stay as they are, if they are whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from monitor.report.site.made_from import MADE_FROM, Parts
from monitor.report.site.pages import Page, Piece

GROUND = "the program and its settings"


def of_period(month: str, said: str) -> list[Page]:
    return [Page(f"returns/r/{month}.html", "", said)]


def of_return(january: str, february: str) -> Iterator[Page | Piece]:
    yield Page("returns/r.html", "", f"{january} and {february}")
    for month, said in (("01", january), ("02", february)):
        yield Piece(month, said, partial(of_period, month, said))


def build(folder: Path, ground: str, january: str, february: str) -> list[str]:
    """Build a site of one return with two periods; gives the pages that were made."""
    parts, made = Parts.in_folder(folder, ground), []
    said = january + february
    if not parts.stands("return r", said):
        for page in parts.written("return r", said, of_return(january, february)):
            file = folder / page.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(page.title)
            made.append(page.path)
    assert sorted(parts.standing) == ["returns/r.html", "returns/r/01.html", "returns/r/02.html"]
    (folder / MADE_FROM).parent.mkdir(exist_ok=True)
    (folder / MADE_FROM).write_text(parts.as_json(), encoding="utf-8")
    return made


@pytest.fixture
def built(tmp_path: Path) -> Path:
    assert build(tmp_path, GROUND, "ten", "twenty") == ["returns/r.html", "returns/r/01.html", "returns/r/02.html"]
    return tmp_path


def test_nothing_is_made_where_nothing_differs(built: Path) -> None:
    assert build(built, GROUND, "ten", "twenty") == []


def test_only_the_piece_that_differs_is_made_beside_the_page_above_it(built: Path) -> None:
    assert build(built, GROUND, "ten", "thirty") == ["returns/r.html", "returns/r/02.html"]
    assert build(built, GROUND, "ten", "thirty") == []


@pytest.mark.parametrize("damage", [lambda file: file.write_text("altered"), lambda file: file.unlink()])
def test_a_piece_that_somebody_altered_or_took_away_is_made_with_its_part(
    built: Path, damage: Callable[[Path], object]
) -> None:
    damage(built / "returns/r/01.html")
    assert build(built, GROUND, "ten", "twenty") == ["returns/r.html", "returns/r/01.html"]


def test_another_ground_makes_everything(built: Path) -> None:
    assert len(build(built, "another program", "ten", "twenty")) == 3
