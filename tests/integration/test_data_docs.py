"""Great Expectations' Data Docs as a browser shows them: every page there, and no request leaves the machine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
import pytest
from asking import NOW, Monitor, new_workspace, write_practices
from browser import needs_chromium, picture_of
from watching import watched

from benchmarks.stages import COUNTED_WITH_PAGES
from monitor import pipeline
from monitor.cli.app import main
from monitor.report.data_docs import harmless, write_data_docs

pytestmark = pytest.mark.pages


AS_MADE = """<html><head><link rel="stylesheet" href="https://cdn.example/a.css"/><style>a { b: url(https://x) }</style>
<script src="https://cdn.example/a.js"></script></head><body><img src="https://x/logo.png"><p onclick="go()">
<i class="fas fa-times text-danger" ></i> Failed <i class="fas fa-check-circle text-success"></i></p>
<footer><a href="https://x">Subscribe</a></footer></body></html>"""


@pytest.fixture(scope="module")
def pages(demo_made_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the demo, as asked for."""
    demo = Path(shutil.copytree(demo_made_once, tmp_path_factory.mktemp("asked") / "demo"))
    assert main(["report", "--data-docs", "-w", str(demo)], {}, lambda: NOW) == 0
    return demo / "published" / "site" / "data_docs"


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.slow
def test_there_is_a_page_for_each_suite_and_each_result(pages: Path) -> None:
    """Of each return of which anything was expected."""
    with duckdb.connect(str(pages.parents[1] / "monitor.duckdb"), read_only=True) as published:
        codes = published.execute("SELECT DISTINCT return_code FROM return_status").fetchall()
    suites = {f"{code}.html" for (code,) in codes}
    assert {file.name for file in (pages / "expectations").iterdir()} == suites
    assert {file.name for file in (pages / "validations").iterdir()} == suites
    assert sum(map(len, content_of(pages).values())) < 1_000_000


def test_nothing_is_fetched_or_run_and_what_icons_said_is_said_in_words() -> None:
    page = harmless(AS_MADE)
    body = page[page.index("<body>") :]
    assert body == ('<body><p>\n<span class="state">not met</span> <span class="state">met</span></p>\n</body></html>')
    assert "https://" not in page
    assert "default-src 'none'" in page


@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_page_requests_anything_or_complains(pages: Path, colours: Literal["light", "dark"]) -> None:
    with watched(pages / "index.html", 1000, colours) as watching:
        picture_of(watching.page, f"data-docs-index-{colours}")
        others = ("validations/digital_telephony", "expectations/workforce")
        for name in others:
            watching.page.goto((pages / f"{name}.html").as_uri())
            picture_of(watching.page, f"data-docs-{name.replace('/', '-')}-{colours}")
        assert watching.requested == [(pages / f"{name}.html").as_uri() for name in others]
        assert watching.said == []


@pytest.mark.slow
@needs_chromium
def test_the_index_leads_to_the_result_of_a_suite_and_back(pages: Path) -> None:
    with watched(pages / "index.html", 1000) as watching:
        page = watching.page
        page.get_by_role("link", name="result of digital_telephony").click()
        assert "38 unexpected values found" in page.inner_text("body")
        page.get_by_role("link", name="digital_telephony", exact=True).click()
        assert "values must not belong to this set" in page.inner_text("body")
        page.get_by_role("link", name="Home").click()
        assert page.url == (pages / "index.html").as_uri()


@pytest.mark.slow
def test_no_check_makes_them_and_a_check_leaves_them(tmp_path: Path) -> None:
    context = new_workspace(tmp_path / "workspace")
    write_practices(context.workspace.folder, "Z98001")
    one = replace(context, catalogue={"workforce": context.catalogue["workforce"]})
    pipeline.run(one, None, COUNTED_WITH_PAGES)
    pages = context.workspace.data_docs
    assert not pages.exists()
    pages.mkdir()
    (pages / "index.html").write_text("asked for before", encoding="utf-8")
    pipeline.check(one, date(2025, 12, 1), COUNTED_WITH_PAGES)
    pipeline.report(one)
    assert content_of(pages) == {"index.html": b"asked for before"}


def test_before_a_check_there_is_nothing_to_make_pages_of(workspace: Path, monitor: Monitor) -> None:
    answer = monitor("report", "--data-docs", "-w", workspace)
    assert (answer.code, "there is none yet" in answer.err) == (2, True)


def test_pages_that_could_not_be_written_leave_those_of_before(tmp_path: Path) -> None:
    published = tmp_path / "site" / "data_docs"
    published.mkdir(parents=True)
    (published / "index.html").write_text("old")

    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device", str(folder))

    with pytest.raises(OSError, match="No space left"):
        write_data_docs(full, published)
    assert content_of(published) == {"index.html": b"old"}
    assert [folder.name for folder in published.parent.iterdir()] == ["data_docs"]
