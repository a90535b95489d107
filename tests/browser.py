"""Debian's chromium, driven by playwright: a page in a window of a given size, and pictures of it to look at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARTEFACTS = Path(__file__).resolve().parents[1] / ".artefacts"  # not committed
TALLEST_PICTURE = 4_000
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions",
)  # fmt: skip

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs a browser: apt-get install chromium")


@contextmanager
def opened(file: Path, width: int, height: int = 900) -> Iterator[Page]:
    """The file as a page, in a window of this size."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(file.as_uri())
        yield page
        browser.close()


def picture_of(page: Page, name: str) -> None:
    """The page among the artefacts, where the variable MONITOR_PICTURES asks for pictures to look at.

    As far down as a picture can reasonably reach.
    """
    if not os.environ.get("MONITOR_PICTURES"):
        return
    size = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
    clip: FloatRect = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], TALLEST_PICTURE)}
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True, clip=clip)
