"""The packs of the demo: their figures are explain's, both files hold them, nobody is judged; and the command."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from asking import NOW, Answer, Monitor
from browser import needs_chromium, picture_of
from hostile import NAMES
from packs import all_texts, made, section, tables, text_of_docx, text_of_html
from watching import watched

from monitor.config.context import read_context
from monitor.config.workspace import Workspace
from monitor.core.vocabulary import SHARED_CAUSES
from monitor.queries.as_of import deriving
from monitor.queries.explain import Asked, explanation
from monitor.report.pack.as_docx import SHIPPED, as_docx
from monitor.report.pack.as_html import as_html
from monitor.report.pack.blocks import Facts, Pack
from monitor.report.pack.content import pack_of
from monitor.report.pack.gathering import MISSED, gather
from monitor.report.pack.talk import EVIDENCE
from monitor.returns.periods import day_and_weekday

JUDGING = re.compile(
    r"\b(fail|breach|refus|non-?complian|offend|default(er|ed)|action by|neglect|ignored|sanction|penalt|enforce"
    r"|(collective|industrial) action|tak(e|es|ing) part in action)",
    re.IGNORECASE,
)
CASES = {
    "stopped, and gaps that others share": "Z99017",
    "supplier changed": "Z99035",
    "participation declined": "Z99004",
    "rejected and never accepted": "Z99019",
    "a request": "Z99046",
    "a trust": "RZ2",
    "a network": "U99001",
}

Explained = list[tuple[dict, str]]
Cases = dict[str, tuple[Pack, Explained]]


@pytest.fixture(scope="module")
def cases(demo_made_once: Path) -> Cases:
    """Of each of the organisations above, by code: its pack, and its missed returns as explained."""
    context = read_context(Workspace(demo_made_once), lambda: NOW)
    found = {}
    with deriving(context, None) as (connection, day):
        for code in CASES.values():
            gathered = gather(connection, code, day)
            explained = []
            for row in gathered.returns:
                if row["status"] in MISSED:
                    asked = Asked(code, row["return_code"], row["period_start"], day)
                    lines = explanation(connection, asked, context.catalogue[row["return_code"]])
                    explained.append((dict(row), "\n".join(lines)))
            found[code] = pack_of(gathered, context.catalogue, "returns@example.nhs.uk"), explained
    return found


def test_every_figure_is_the_one_that_explain_gives(cases: Cases) -> None:
    seen = 0
    for code, (pack, explained_of) in cases.items():
        texts = "\n".join(all_texts(pack))
        for row, explained in explained_of:
            seen += 1
            assert f"{row['days_overdue']} days past the due date" in explained
            assert day_and_weekday(row["due_on"]) in explained
            line = [
                cells
                for table in tables(pack.sections)
                for cells in table.rows
                if row["period_label"] in cells[0] and cells[1].startswith(day_and_weekday(row["due_on"]))
            ]
            assert any(cells[2] == f"{row['days_overdue']:,}" for cells in line), (code, row)
            places = re.findall(r"\[(\S+\.csv row \d+)\]", explained.partition("3. Notices")[2])
            assert [place for place in places if place not in texts] == [], (code, row)
    assert seen > 15


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_a_pack_tells_of_each_return_once_and_of_each_file_and_judges_nobody(
    cases: Cases, code: str, sample_file: Callable[[str], Path]
) -> None:
    pack, explained_of = cases[code]
    glance = section(pack, "At a glance").blocks[1]
    assert isinstance(glance, Facts)
    counts = {name: int(value) for name, value, _ in glance.rows}
    expected = counts.pop("Returns expected so far")
    listed = [table for table in tables(pack.sections) if table.caption != EVIDENCE]
    assert sum(counts.values()) == expected
    assert sum(len(table.rows) for table in listed if not table.caption.endswith(("file", "files"))) == expected
    asked = sum(row["cause"] not in SHARED_CAUSES for row, _ in explained_of)
    assert sum(len(table.rows) for table in listed if table.caption == "What is not received") == asked

    texts = all_texts(pack)
    (files,) = tables((section(pack, "The files that this rests on"),))
    named = {name for text in texts for name in re.findall(r"([^\s(]+\.csv) row \d+", text)}
    assert {row[0]: row[-1] for row in files.rows} == {
        name: hashlib.sha256(sample_file(name).read_bytes()).hexdigest() for name in named
    }
    assert [text for text in texts if JUDGING.search(text)] == []

    html, word = text_of_html(as_html(pack)), text_of_docx(as_docx(pack, NOW))
    assert [text for text in texts if text not in html or text not in word] == []


def test_the_command_writes_both_files_and_prints_their_paths(monitor: Monitor, demo: Path) -> None:
    with (demo / "monitor.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            '\n[mail]\nhost = "localhost"\nsender = "monitor@example.nhs.uk"\nreply_to = "us@example.nhs.uk"\n'
        )
    letterhead = docx.Document(str(SHIPPED))
    letterhead.sections[0].header.paragraphs[0].text = "Northmoor"
    letterhead.save(str(demo / "pack_template.docx"))
    answer = monitor("pack", "z99017", "-w", demo)
    folder = demo / "published" / "packs"
    page, word = folder / "pack-Z99017-2025-01-31.html", folder / "pack-Z99017-2025-01-31.docx"
    assert (answer.code, answer.out.splitlines()) == (0, [str(page), str(word)])
    assert sorted(folder.iterdir()) == sorted([page, word])
    text = page.read_text(encoding="utf-8")
    assert "us@example.nhs.uk" in text
    assert docx.Document(str(word)).sections[0].header.paragraphs[0].text == "Northmoor"
    (head,) = re.findall(r"\b\d+/[0-9a-f]{64}\b", text)
    assert monitor("verify", "-w", demo, "--head", head).code == 0


def asked_of(monitor: Monitor, workspace: Path, folder: Path, code: str, *options: str) -> Answer:
    """A pack as a page only, in a folder, of a workspace that is only read."""
    return monitor("pack", code, "-w", workspace, "--to", folder, "--format", "html", *options)


def test_a_pack_of_another_day_holds_what_was_known_of_it(
    monitor: Monitor, demo_made_once: Path, tmp_path: Path
) -> None:
    answer = asked_of(monitor, demo_made_once, tmp_path, "Z99017", "--as-of", "2024-10-10")
    (file,) = tmp_path.iterdir()
    assert (answer.code, answer.out) == (0, f"{file}\n")
    text = text_of_html(file.read_text(encoding="utf-8"))
    assert "as of 10 October 2024" in text
    assert "October 2024, request" not in text
    assert "submission_log_workforce_sep_to_jan.csv" not in text


@pytest.mark.slow
def test_an_organisation_that_was_not_known_is_answered_with_the_nearest_codes(
    monitor: Monitor, demo_made_once: Path, tmp_path: Path
) -> None:
    unknown = asked_of(monitor, demo_made_once, tmp_path, "Z9917")
    assert unknown.code == 2
    assert "Z9917: no organisation of this code is in the register" in unknown.err
    assert "Z99017 (Dunholt Medical Centre)" in unknown.err
    before = asked_of(monitor, demo_made_once, tmp_path, "Z99017", "--known-at", "2020-01-01")
    assert (before.code, "no organisation of this code is in the register" in before.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_an_organisation_of_another_icb_is_told_so(monitor: Monitor, demo: Path) -> None:
    settings = demo / "monitor.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('icbs = ["QZ9"]', 'icbs = ["QXX"]'), encoding="utf-8"
    )
    answer = monitor("pack", "Z99017", "-w", demo)
    assert answer.code == 2
    assert "monitor.toml reports on ICB QXX only, and it is of QZ9" in answer.err


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize(
    ("name", "width"),
    [pytest.param("Hill Street Surgery", 1280, marks=pytest.mark.slow), (" ".join(NAMES.values()), 320)],
)
def test_the_page_is_accessible_never_scrolls_sideways_and_does_nothing(tmp_path: Path, name: str, width: int) -> None:
    file = tmp_path / "pack.html"
    file.write_text(as_html(made(name=name, detail=name)), encoding="utf-8")
    with watched(file, width) as watching:
        assert (watching.requested, watching.said, watching.width()) == ([], [], width)
        assert watching.violations() == []
        picture_of(watching.page, f"pack-{width}")
