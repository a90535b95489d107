"""A page in the browser, with everything that it asks for or complains of, and what axe finds on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from browser import CHROMIUM, QUIET
from playwright.sync_api import Page, sync_playwright

ColourScheme = Literal["light", "dark"]
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}


@dataclass
class Watched:
    """A page; what it requested beside itself; what its console said."""

    page: Page
    requested: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def violations(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA: rule and first place."""
        found = Axe().run(self.page, options=WCAG).response["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]

    def width(self) -> int:
        return self.page.evaluate("document.documentElement.scrollWidth")


@contextmanager
def watched(file: Path, width: int, colour_scheme: ColourScheme = "light") -> Iterator[Watched]:
    """The file as a page, in a window of this width."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=colour_scheme)
        watching = Watched(page)
        page.on("request", lambda request: watching.requested.append(request.url))
        page.on("console", lambda message: watching.said.append(message.text))
        page.on("pageerror", lambda error: watching.said.append(str(error)))
        page.goto(file.as_uri())
        watching.requested.remove(file.as_uri())
        yield watching
        browser.close()
