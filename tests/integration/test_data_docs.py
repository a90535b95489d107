"""Great Expectations' Data Docs as a browser shows them: every page there, and no request leaves the machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import Monitor
from browser import needs_chromium, picture_of
from watching import watched

from monitor.report.data_docs import harmless, publish_data_docs
from monitor.returns.catalogue import load_catalogue

pytestmark = pytest.mark.pages


def test_a_look_back_leaves_the_pages_of_the_last_check_alone(demo: Path, monitor: Monitor) -> None:
    made = {file: file.read_bytes() for file in (demo / "var" / "data_docs").rglob("*.html")}
    assert monitor("check", "-w", demo, "--known-at", "2030-01-01", "--as-of", "2024-09-30").code == 3
    assert {file: file.read_bytes() for file in (demo / "var" / "data_docs").rglob("*.html")} == made
    assert made


AS_MADE = """<html><head><link rel="stylesheet" href="https://cdn.example/a.css"/><style>a { b: url(https://x) }</style>
<script src="https://cdn.example/a.js"></script></head><body><img src="https://x/logo.png"><p onclick="go()">
<i class="fas fa-times text-danger" ></i> Failed <i class="fas fa-check-circle text-success"></i></p>
<footer><a href="https://x">Subscribe</a></footer></body></html>"""


@pytest.fixture
def pages(demo_made_once: Path) -> Path:
    return demo_made_once / "published" / "site" / "data_docs"


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_there_is_a_page_for_each_suite_and_each_result(pages: Path) -> None:
    suites = {f"{code}.html" for code in load_catalogue()}
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
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_page_requests_anything_or_complains(pages: Path, colours: str) -> None:
    for name in ("index", "validations/digital_telephony", "expectations/workforce"):
        with watched(pages / f"{name}.html", 1000, colours) as watching:
            assert (watching.requested, watching.said) == ([], [])
            picture_of(watching.page, f"data-docs-{name.replace('/', '-')}-{colours}")


@needs_chromium
def test_the_index_leads_to_the_result_of_a_suite_and_back(pages: Path) -> None:
    with watched(pages / "index.html", 1000) as watching:
        page = watching.page
        page.get_by_role("link", name="result of digital_telephony").click()
        assert "37 unexpected values found" in page.inner_text("body")
        page.get_by_role("link", name="digital_telephony", exact=True).click()
        assert "values must not belong to this set" in page.inner_text("body")
        page.get_by_role("link", name="Home").click()
        assert page.url == (pages / "index.html").as_uri()


def test_they_are_published_only_when_a_check_ran_anew(monitor: Monitor, demo: Path) -> None:
    published = demo / "published" / "site" / "data_docs"
    before = (published / "index.html").stat().st_mtime_ns
    assert monitor("run", "-w", demo).code == 0
    assert (published / "index.html").stat().st_mtime_ns == before
    (published / "index.html").unlink()
    assert monitor("run", "-w", demo).code == 0
    assert content_of(published) == content_of(demo / "var" / "data_docs")
    assert [file.name for file in published.parent.iterdir() if file.name.startswith(".")] == []


def test_pages_that_somebody_has_open_stay_whole_until_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, published = tmp_path / "made", tmp_path / "site" / "data_docs"
    for folder, text in ((made, "new"), (published, "old")):
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(text)

    def in_use(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(target))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", in_use)
        assert not publish_data_docs(made, published)
    assert content_of(published) == {"index.html": b"old"}
    assert publish_data_docs(made, published)
    assert content_of(published) == {"index.html": b"new"}
    assert [folder.name for folder in published.parent.iterdir()] == ["data_docs"]
