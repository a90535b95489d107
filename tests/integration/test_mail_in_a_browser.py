"""The mail of the demo as a browser shows it, at the width of a phone and of a desk."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from browser import needs_chromium, opened, picture_of
from mail_read import body_of

PHONE, DESK = 320, 1100
THREE_SCREENS = 3 * 640

MEASURED = """() => ({
  wide: document.documentElement.scrollWidth, high: document.documentElement.scrollHeight, window: window.innerWidth,
  smallest: Math.min(...[...document.querySelectorAll('main *')].map(e => parseFloat(getComputedStyle(e).fontSize))),
  requests: performance.getEntriesByType('resource').length,
  // As a share of the table's width: no column so narrow that words break. On a phone there are no columns.
  narrowest: Math.min(...[...document.querySelectorAll('tbody tr')].slice(0, 20).flatMap(
    row => [...row.children].filter(c => c.textContent).map(c => c.offsetWidth / row.offsetWidth))),
  images: document.images.length, language: document.documentElement.lang, title: document.title,
  headings: [...document.querySelectorAll('h2')].map(e => e.textContent),
  unnamed: [...document.querySelectorAll('table')].filter(
    t => !t.getAttribute('aria-label') || !t.querySelector('th[scope=col]')).length
})"""


@pytest.fixture(scope="module")
def html(demo_made_once: Path) -> str:
    (file,) = (demo_made_once / "outbox").glob("*.eml")
    return body_of(message_from_bytes(file.read_bytes(), policy=default), "html")


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize(("name", "width"), [("phone", PHONE), ("desk", DESK)])
def test_the_mail_reads_without_scrolling_sideways(html: str, tmp_path: Path, name: str, width: int) -> None:
    file = tmp_path / "mail.html"
    file.write_text(html, encoding="utf-8")
    with opened(file, width) as page:
        found = page.evaluate(MEASURED)
        picture_of(page, f"mail-{name}")
    assert (found["window"], found["wide"]) == (width, width)
    assert found["high"] < THREE_SCREENS if name == "phone" else found["narrowest"] >= 0.07
    assert found["smallest"] >= 12
    assert (found["requests"], found["images"], found["unnamed"]) == (0, 0, 0)
    assert found["language"] == "en-GB"
    assert found["title"].startswith("Data returns: 56 new")
    assert found["headings"] == [
        "Rows that could not be read (2)", "Files due and not loaded (1)", "New (53)",
    ]  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance of a colour #rrggbb (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("text", "ground"),
    [("#212b32", "#ffffff"), ("#212b32", "#f0f4f5"), ("#425563", "#ffffff"), ("#ffffff", "#005eb8")],
)
def test_every_pair_of_colours_has_the_contrast_that_wcag_asks_for(html: str, text: str, ground: str) -> None:
    assert text in html
    assert ground in html
    light, dark = sorted((luminance(text), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
