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
from packs import all_texts, letter, made, section, tables, text_of_docx, text_of_html
from watching import watched

from monitor.config.context import read_context
from monitor.config.workspace import Workspace
from monitor.core.vocabulary import SHARED_CAUSES
from monitor.queries.as_of import deriving
from monitor.queries.explain import Asked, explanation
from monitor.report.pack.as_docx import SHIPPED, as_docx
from monitor.report.pack.as_html import as_html
from monitor.report.pack.blocks import Facts, Pack
from monitor.report.pack.content import annex_of
from monitor.report.pack.gathering import MISSED, gather
from monitor.report.pack.letter import LINES_OF_A_PAGE, PAGES, letter_of, lines_of
from monitor.report.pack.pack_files import FOR_THE_ICB
from monitor.report.pack.talk import EVIDENCE
from monitor.returns.periods import day_and_weekday

JUDGING = re.compile(
    r"\b(fail|breach|refus|non-?complian|offend|default(er|ed)|action by|neglect|ignored|sanction|penalt|enforce"
    r"|(collective|industrial) action|tak(e|es|ing) part in action)",
    re.IGNORECASE,
)
# What an organisation never gets: files, rows and hashes, and what of a rule was not verified.
OF_THE_ANNEX = re.compile(r"\.csv|\brow \d|SHA-256|[0-9a-f]{16}|not (read|verified)|unverified", re.IGNORECASE)
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
Cases = dict[str, tuple[Pack, Explained, Pack]]


@pytest.fixture(scope="module")
def cases(demo_made_once: Path) -> Cases:
    """Of each of the organisations above, by code: its annex, its missed returns as explained, and its letter."""
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
            annex = annex_of(gathered, context.catalogue)
            found[code] = annex, explained, letter_of(gathered, context.catalogue, "returns@example.nhs.uk", day)
    return found


@pytest.mark.slow
def test_every_figure_is_the_one_that_explain_gives(cases: Cases) -> None:
    seen = 0
    for code, (pack, explained_of, _) in cases.items():
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
    pack, explained_of, sent = cases[code]
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
    (files,) = tables((section(pack, "Files used"),))
    named = {name for text in texts for name in re.findall(r"([^\s(]+\.csv) row \d+", text)}
    assert {row[0]: row[-1] for row in files.rows} == {
        name: hashlib.sha256(sample_file(name).read_bytes()).hexdigest() for name in named
    }
    assert [text for text in texts if JUDGING.search(text)] == []

    html, word = text_of_html(as_html(pack)), text_of_docx(as_docx(pack, NOW))
    assert [text for text in texts if text not in html or text not in word] == []

    of_letter = "\n".join(all_texts(sent))
    titles = {row["return_title"] for row, _ in explained_of}
    assert [title for title in titles if title not in of_letter] == []
    assert JUDGING.search(of_letter) is None
    assert OF_THE_ANNEX.search(of_letter) is None
    assert lines_of(sent) <= PAGES * LINES_OF_A_PAGE


def test_the_command_writes_a_letter_and_apart_from_it_an_annex(monitor: Monitor, demo: Path) -> None:
    letterhead = docx.Document(str(SHIPPED))
    letterhead.sections[0].header.paragraphs[0].text = "Northmoor"
    letterhead.save(str(demo / "ours.docx"))
    with (demo / "monitor.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            '\n[mail]\nhost = "localhost"\nsender = "monitor@example.nhs.uk"\nreply_to = "us@example.nhs.uk"\n'
            '[pack]\ntemplate = "ours.docx"\n'
        )
    answer = monitor("pack", "z99017", "-w", demo)
    folder = demo / "published" / "packs"
    page, word = folder / "pack-Z99017-2025-01-31.html", folder / "pack-Z99017-2025-01-31.docx"
    annex = [folder / FOR_THE_ICB / f"annex-Z99017-2025-01-31.{suffix}" for suffix in ("html", "docx")]
    assert (answer.code, answer.out.splitlines()) == (0, [str(file) for file in (page, word, *annex)])
    assert sorted(folder.iterdir()) == sorted([page, word, folder / FOR_THE_ICB])
    text = page.read_text(encoding="utf-8")
    assert "us@example.nhs.uk" in text
    assert "15 January 2026" in text  # the day on which it was made
    assert docx.Document(str(word)).sections[0].header.paragraphs[0].text == "Northmoor"
    (head,) = re.findall(r"\b\d+/[0-9a-f]{64}\b", annex[0].read_text(encoding="utf-8"))
    assert monitor("verify", "-w", demo, "--head", head).code == 0
    (demo / "ours.docx").unlink()
    broken = monitor("pack", "z99017", "-w", demo)
    assert (broken.code, "ours.docx: cannot be used as the template of packs: there is no such file" in broken.err) == (
        2, True,
    )  # fmt: skip


def asked_of(monitor: Monitor, workspace: Path, folder: Path, code: str, *options: str) -> Answer:
    """A pack as a page only, in a folder, of a workspace that is only read."""
    return monitor("pack", code, "-w", workspace, "--to", folder, "--format", "html", *options)


def test_a_pack_of_another_day_holds_what_was_known_of_it(
    monitor: Monitor, demo_made_once: Path, tmp_path: Path
) -> None:
    answer = asked_of(monitor, demo_made_once, tmp_path, "Z99017", "--as-of", "2024-10-10")
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert (answer.code, answer.out) == (0, "".join(f"{file}\n" for file in sorted(files, reverse=True)))
    text = "\n".join(text_of_html(file.read_text(encoding="utf-8")) for file in files)
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


def test_an_organisation_of_another_icb_is_reported(monitor: Monitor, demo: Path) -> None:
    settings = demo / "monitor.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('icbs = ["QZ9"]', 'icbs = ["QXX"]'), encoding="utf-8"
    )
    answer = monitor("pack", "Z99017", "-w", demo)
    assert answer.code == 2
    assert "monitor.toml reports on ICB QXX only, and it belongs to QZ9" in answer.err


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize(
    ("name", "width"),
    [pytest.param("Hill Street Surgery", 1280, marks=pytest.mark.slow), (" ".join(NAMES.values()), 320)],
)
def test_the_page_is_accessible_never_scrolls_sideways_and_does_nothing(tmp_path: Path, name: str, width: int) -> None:
    for document in (letter, made):
        file = tmp_path / f"{document.__name__}.html"
        file.write_text(as_html(document(name=name, detail=name)), encoding="utf-8")
        with watched(file, width) as watching:
            assert (watching.requested, watching.said, watching.width()) == ([], [], width)
            assert watching.violations() == []
            picture_of(watching.page, f"pack-{document.__name__}-{width}")
