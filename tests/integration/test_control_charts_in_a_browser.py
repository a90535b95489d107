"""Pages with control charts as a browser shows them: told in words and by shape, not by colour alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from asking import new_workspace
from axe_playwright_python.sync_playwright import Axe
from browser import needs_chromium, opened, picture_of
from counting_practices import PRACTICES, STEADY, register, with_last, write_log

from benchmarks.stages import no_documents
from monitor import pipeline
from monitor.pipeline import Stages

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}

pytestmark = [needs_chromium, pytest.mark.pages]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, stages: Stages) -> Path:
    context = new_workspace(tmp_path_factory.mktemp("charts") / "workspace", "monitor_from = 2024-12-01\n")
    workspace = context.workspace.folder
    register(workspace)
    odd = {"Z98001": with_last(120), "Z98002": with_last(520), "Z98003": ("", "", *STEADY[2:])}
    write_log(workspace, {**dict.fromkeys(PRACTICES, STEADY), **odd})
    one = {"appointments": context.catalogue["appointments"]}
    pipeline.run(replace(context, catalogue=one), None, replace(stages, documents=no_documents))
    return context.workspace.site


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 1280])
def test_a_low_count_is_drawn_and_every_count_is_told_in_words(site: Path, width: int) -> None:
    told = {}
    with opened(site / "index.html", width) as page:
        for place in ("organisations/Z98001", "organisations/Z98002", "organisations/Z98003", "areas/icb/QHM"):
            page.goto((site / f"{place}.html").as_uri())
            picture_of(page, f"chart-{place.rpartition('/')[2]}-{width}")
            violations = Axe().run(page, options=WCAG).response["violations"]
            assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in violations] == []
            assert page.evaluate("document.documentElement.scrollWidth") == width
            heading = page.get_by_role("heading", name="Record counts")
            lines = heading.locator("xpath=following-sibling::ul[1]/li").all_text_contents()
            images = page.locator("div.chart svg[role=img]")
            told[place] = (
                [line.strip() for line in lines],
                images.locator("desc").all_text_contents(),
            )
    appointments = "GP appointments data (GPAD), from December 2025"
    low = f"{appointments}: 120, usually 270 to 320. ▼ special cause: low, below the lower limit"
    high = f"{appointments}: 520, usually 301 to 351. ▲ special cause: high, above the upper limit"
    assert told["organisations/Z98001"] == ([low], [low])
    assert told["organisations/Z98002"] == ([high], [])
    few = f"{appointments}: 310. no limits yet: 11 periods with a count, 12 are needed"
    assert told["organisations/Z98003"] == ([few], [])
    complete = "GP appointments data (GPAD), from November 2025: 100.0%, usually 100.0% to 100.0%. ● common cause"
    assert told["areas/icb/QHM"] == ([], [complete])
