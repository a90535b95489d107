"""The pack of one organisation: its figures are explain's, both documents hold the same, and nobody is judged."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import docx
import pytest
from asking import NOW, Monitor
from browser import needs_chromium, picture_of
from docx.oxml.ns import qn
from hostile import NAMES, fill_with_hostile_names
from watching import watched

from monitor.cli.app import main
from monitor.config.context import read_context
from monitor.config.workspace import Workspace
from monitor.core.text import plain
from monitor.core.vocabulary import SHARED_CAUSES
from monitor.queries.as_of import deriving
from monitor.queries.explain import Asked, explanation
from monitor.report.pack.as_docx import as_docx
from monitor.report.pack.as_html import as_html
from monitor.report.pack.blocks import Block, Bullets, Facts, FillIn, Inset, Pack, Section, Table, Text
from monitor.report.pack.content import pack_of
from monitor.report.pack.gathering import MISSED, gather
from monitor.report.pack.phrases import regulation
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


Missed = list[tuple[dict, str]]
Every = dict[str, tuple[Pack, Missed]]


@pytest.fixture(scope="module")
def every(demo_made_once: Path) -> Every:
    """Of every third organisation of the demo, and those named below: its pack, and its missed returns as explained."""
    context = read_context(Workspace(demo_made_once), lambda: NOW)
    found = {}
    with deriving(context, None) as (connection, day):
        codes = connection.execute("SELECT DISTINCT organisation_code FROM return_status_row ORDER BY 1").fetchall()
        for code in [code for place, (code,) in enumerate(codes) if place % 3 == 0 or code in CASES.values()]:
            gathered = gather(connection, code, day)
            missed = []
            for row in gathered.returns:
                if row["status"] in MISSED:
                    asked = Asked(code, row["return_code"], row["period_start"], day)
                    lines = explanation(connection, asked, context.catalogue[row["return_code"]])
                    missed.append((dict(row), "\n".join(lines)))
            found[code] = pack_of(gathered, context.catalogue, "returns@example.nhs.uk"), missed
    return found


@pytest.fixture(scope="module")
def packs(every: Every) -> Callable[[str], Pack]:
    """The pack of an organisation of the demo, by code."""
    return lambda code: every[code][0]


def texts_of_block(block: Block) -> Iterator[str]:
    if isinstance(block, Text):
        yield block.text
    elif isinstance(block, Inset):
        yield from block.lines
    elif isinstance(block, Bullets):
        yield from (block.lead, *block.items)
    elif isinstance(block, Facts):
        yield from (text for row in block.rows for text in row)
    elif isinstance(block, FillIn):
        yield block.label
    else:
        yield from (block.caption, *block.columns, *(cell for row in block.rows for cell in row))


def texts_of(sections: tuple[Section, ...]) -> Iterator[str]:
    for section in sections:
        yield section.title
        for block in section.blocks:
            yield from texts_of_block(block)
        yield from texts_of(section.sections)


def all_texts(pack: Pack) -> list[str]:
    texts = (pack.title, pack.subject, pack.as_of, *pack.lead.lines, *texts_of(pack.sections))
    return [plain(text) for text in texts if text]


class Reader(HTMLParser):
    """The text of a page, without its styles."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.is_style = False

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self.is_style = tag == "style"

    def handle_endtag(self, _tag: str) -> None:
        self.is_style = False

    def handle_data(self, data: str) -> None:
        if not self.is_style:
            self.texts.append(data)


def text_of_html(page: str) -> str:
    reader = Reader()
    reader.feed(page)
    return "\n".join(reader.texts)


def text_of_docx(content: bytes) -> str:
    document = docx.Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def section(pack: Pack, title: str) -> Section:
    (found,) = [section for section in pack.sections if section.title == title]
    return found


def tables(sections: tuple[Section, ...]) -> list[Table]:
    return [
        block
        for section in sections
        for block in (*section.blocks, *tables(section.sections))
        if isinstance(block, Table)
    ]


def test_every_figure_is_the_one_that_explain_gives(every: Every) -> None:
    seen = 0
    for code, (pack, missed) in every.items():
        texts = "\n".join(all_texts(pack))
        for row, explained in missed:
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
    assert seen > 40


def test_a_missed_return_has_its_status_evidence_and_neighbours(packs: Callable[[str], Pack]) -> None:
    (workforce,) = section(packs("Z99017"), "Returns to talk about").sections
    missed, evidence = tables((workforce,))
    assert workforce.title == "GP practice workforce (NWRS)"
    assert missed.rows[0] == (
        "September 2024",
        "Monday 30 September 2024 (by convention; no text sets it)",
        "123",
        "not received",
        "0",
        "stopped: its three returns before this one were received",
    )
    assert evidence.rows[0] == (
        "August 2024", "received, 27 August 2024", "submission_log_workforce_apr_to_aug.csv row 237",
    )  # fmt: skip
    assert evidence.rows[-1] == ("January 2025", "not yet due", "")
    facts = next(block for block in workforce.blocks if isinstance(block, Facts)).rows
    assert facts[0][1] == (
        "National Health Service (General Medical Services Contracts) Regulations 2015: regulation 74E"
    )
    assert facts[1][1] == "NHS England, PRN01459 paragraph 21"


def test_a_rejected_attempt_is_shown_with_the_reason_of_its_source(packs: Callable[[str], Pack]) -> None:
    texts = "\n".join(all_texts(packs("Z99019")))
    assert 'sent 3 December 2024 at 05:00: rejected; the source says: "Did not pass validation"' in texts
    assert "What was sent did not pass the source's checks." in texts


def test_nothing_is_asked_where_others_are_without_it_as_well(packs: Callable[[str], Pack]) -> None:
    shared = section(packs("Z99017"), "Not received, and nothing is asked of you")
    table, *evidence = tables((shared,))
    assert [(row[0], row[3]) for row in table.rows] == [
        ("Digital telephony data, December 2024", "supplier Curlew Voice: 18 of 18 expected to send are without it"),
        (
            "Online and video consultations data, August 2024",
            "supplier Onform Limited: 19 of 22 expected to send are without it",
        ),
    ]
    assert [rows.rows[1] for rows in evidence] == [
        ("December 2024", "nothing from this organisation; something from others is loaded for the same period", ""),
        ("August 2024", "nothing from this organisation; something from others is loaded for the same period", ""),
    ]
    talked_about = [section.title for section in section(packs("Z99017"), "Returns to talk about").sections]
    assert talked_about == ["GP practice workforce (NWRS)"]


def test_participation_is_told_as_what_is_recorded_and_nothing_more(packs: Callable[[str], Pack]) -> None:
    texts = all_texts(packs("Z99004"))
    assert [text for text in texts if text.startswith("Recorded:")] == [
        "Recorded: declined, from 12 September 2024 (participation.csv row 5)."
    ]


@pytest.mark.parametrize(
    ("contract_type", "expected"),
    [
        ("GMS", "National Health Service (General Medical Services Contracts) Regulations 2015: regulation 1"),
        ("PMS", "National Health Service (Personal Medical Services Agreements) Regulations 2015: regulation 2"),
        (
            None,
            "the contract type is not known to us; for GMS, National Health Service (General Medical Services "
            "Contracts) Regulations 2015: regulation 1; for PMS, National Health Service (Personal Medical Services "
            "Agreements) Regulations 2015: regulation 2",
        ),
        (
            "APMS",
            "APMS contracts are made under separate directions, which were not read; for GMS, National Health Service "
            "(General Medical Services Contracts) Regulations 2015: regulation 1; for PMS, National Health Service "
            "(Personal Medical Services Agreements) Regulations 2015: regulation 2",
        ),
    ],
)
def test_the_regulation_is_that_of_the_contract_type(contract_type: str | None, expected: str) -> None:
    row = {"contract_type": contract_type, "gms_reference": "regulation 1", "pms_reference": "regulation 2"}
    assert regulation(row) == expected


def test_no_word_of_any_pack_judges(every: Every) -> None:
    for code, (pack, _) in every.items():
        assert [text for text in all_texts(pack) if JUDGING.search(text)] == [], code


def test_every_organisation_is_told_of_each_of_its_returns_once(every: Every) -> None:
    for code, (pack, missed) in every.items():
        facts = section(pack, "At a glance").blocks[1]
        assert isinstance(facts, Facts)
        counts = {name: int(value.replace(",", "")) for name, value, _ in facts.rows}
        expected = counts.pop("Returns expected so far")
        assert sum(counts.values()) == expected, code
        listed = [table for table in tables(pack.sections) if table.caption != EVIDENCE]
        assert sum(len(table.rows) for table in listed if not table.caption.endswith(("file", "files"))) == expected
        asked = sum(row["cause"] not in SHARED_CAUSES for row, _ in missed)
        assert sum(len(table.rows) for table in listed if table.caption == "What is not received") == asked


def test_each_file_named_is_listed_with_its_sha_256(
    packs: Callable[[str], Pack], sample_file: Callable[[str], Path]
) -> None:
    for code in CASES.values():
        (files,) = tables((section(packs(code), "The files that this rests on"),))
        named = {place for text in all_texts(packs(code)) for place in re.findall(r"(\S+\.csv) row \d+", text)}
        named = {name.strip("(") for name in named}
        assert {row[0] for row in files.rows} == named
        for row in files.rows:
            assert row[-1] == hashlib.sha256(sample_file(row[0]).read_bytes()).hexdigest()


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_both_documents_hold_every_text_of_the_pack(packs: Callable[[str], Pack], code: str) -> None:
    pack = packs(code)
    html, word = text_of_html(as_html(pack)), text_of_docx(as_docx(pack, NOW))
    for text in all_texts(pack):
        assert text in html
        assert text in word


def test_the_word_document_has_headings_repeated_table_headings_language_and_nobody_s_name(
    packs: Callable[[str], Pack],
) -> None:
    pack = packs("Z99017")
    document = docx.Document(BytesIO(as_docx(pack, NOW)))
    styled = [((p.style and p.style.name) or "", p.text) for p in document.paragraphs]
    headings = [(style, text) for style, text in styled if style.startswith("Heading")]
    assert headings[:3] == [
        ("Heading 1", "At a glance"),
        ("Heading 1", "Returns to talk about"),
        ("Heading 2", "GP practice workforce (NWRS)"),
    ]
    for table in document.tables:
        first, *others = (row._tr.find(qn("w:trPr")) for row in table.rows)
        assert first.find(qn("w:tblHeader")) is not None
        assert all(row.find(qn("w:cantSplit")) is not None for row in (first, *others))
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert [lang.get(qn("w:val")) for lang in defaults.iter(qn("w:lang"))] == ["en-GB"]
    properties = document.core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.title == f"{pack.title}: Dunholt Medical Centre (Z99017), 31 January 2025"


def test_the_command_writes_both_files_and_prints_their_paths(monitor: Monitor, demo: Path, tmp_path: Path) -> None:
    answer = monitor("pack", "z99017", "-w", demo)
    folder = demo / "published" / "packs"
    names = ["pack-Z99017-2025-01-31.html", "pack-Z99017-2025-01-31.docx"]
    assert (answer.code, answer.out.splitlines()) == (0, [str(folder / name) for name in names])
    assert sorted(file.name for file in folder.iterdir()) == sorted(names)
    answer = monitor(
        "pack", "Z99017", "-w", demo, "--as-of", "2024-10-10", "--to", tmp_path / "out", "--format", "html"
    )
    (file,) = (tmp_path / "out").iterdir()
    assert (answer.code, answer.out) == (0, f"{file}\n")
    text = text_of_html(file.read_text(encoding="utf-8"))
    assert "as of 10 October 2024" in text
    assert "October 2024, request" not in text
    assert "submission_log_workforce_sep_to_jan.csv" not in text


def test_contact_is_where_replies_go_else_a_line_to_fill_in(monitor: Monitor, demo: Path) -> None:
    assert monitor("pack", "RZ1", "-w", demo, "--format", "html").code == 0
    file = demo / "published" / "packs" / "pack-RZ1-2025-01-31.html"
    assert "Where to: " in text_of_html(file.read_text(encoding="utf-8"))
    with (demo / "monitor.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            '\n[mail]\nhost = "localhost"\nsender = "monitor@example.nhs.uk"\nreply_to = "us@example.nhs.uk"\n'
        )
    assert monitor("pack", "RZ1", "-w", demo, "--format", "html").code == 0
    assert "us@example.nhs.uk" in text_of_html(file.read_text(encoding="utf-8"))


def test_an_unknown_organisation_is_answered_with_the_nearest_codes(monitor: Monitor, demo: Path) -> None:
    answer = monitor("pack", "Z9917", "-w", demo)
    assert answer.code == 2
    assert "Z9917: no organisation of this code is in the register" in answer.err
    assert "Z99017 (Dunholt Medical Centre)" in answer.err
    assert not (demo / "published" / "packs").exists()


def test_an_organisation_of_another_icb_is_told_so(monitor: Monitor, demo: Path) -> None:
    settings = demo / "monitor.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('icbs = ["QZ9"]', 'icbs = ["QXX"]'), encoding="utf-8"
    )
    answer = monitor("pack", "Z99017", "-w", demo)
    assert answer.code == 2
    assert "monitor.toml reports on ICB QXX only, and it is of QZ9" in answer.err


def test_a_document_that_somebody_has_open_is_told(
    monitor: Monitor, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_use(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(Path, "replace", in_use)
    answer = monitor("pack", "Z99017", "-w", demo)
    assert answer.code == 4
    assert "somebody has it open" in answer.err
    assert list((demo / "published" / "packs").iterdir()) == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packs of organisations with hostile names."""
    workspace = tmp_path_factory.mktemp("hostile") / "workspace"
    assert main(["init", str(workspace)], {}, lambda: NOW) == 0
    fill_with_hostile_names(workspace)
    assert main(["load", "-w", str(workspace)], {}, lambda: NOW) == 0
    for code in NAMES:
        assert main(["pack", code, "-w", str(workspace), "--as-of", "2025-10-10"], {}, lambda: NOW) == 0
    return workspace / "published" / "packs"


@pytest.mark.parametrize("code", NAMES)
def test_hostile_names_stay_text_in_both_documents(hostile: Path, code: str) -> None:
    name = plain(NAMES[code])
    page = (hostile / f"pack-{code}-2025-10-10.html").read_text(encoding="utf-8")
    word = text_of_docx((hostile / f"pack-{code}-2025-10-10.docx").read_bytes())
    assert name in text_of_html(page)
    assert name in word
    assert "\u202e" not in page + word
    assert "<script" not in page


@needs_chromium
@pytest.mark.parametrize("code", NAMES)
def test_hostile_names_do_nothing_in_a_browser(hostile: Path, code: str) -> None:
    with watched(hostile / f"pack-{code}-2025-10-10.html", 320) as watching:
        assert (watching.requested, watching.said, watching.width()) == ([], [], 320)


@needs_chromium
@pytest.mark.parametrize(("code", "width"), [("Z99017", 320), ("Z99017", 1280), ("Z99019", 320), ("RZ2", 768)])
def test_the_page_is_accessible_and_never_scrolls_sideways(
    packs: Callable[[str], Pack], tmp_path: Path, code: str, width: int
) -> None:
    file = tmp_path / f"{code}.html"
    file.write_text(as_html(packs(code)), encoding="utf-8")
    with watched(file, width) as watching:
        assert (watching.requested, watching.said, watching.width()) == ([], [], width)
        assert watching.violations() == []
        picture_of(watching.page, f"pack-{code}-{width}")


def test_a_pack_carries_the_head_of_the_ledger_as_it_was_known(demo: Path, monitor: Monitor, tmp_path: Path) -> None:
    asked = ("pack", "Z99017", "-w", demo, "--to", tmp_path, "--format", "html")
    (file,) = monitor(*asked).out.split()
    (head,) = re.findall(r"\b\d+/[0-9a-f]{64}\b", Path(file).read_text(encoding="utf-8"))
    assert monitor("verify", "-w", demo, "--head", head).code == 0
    early = monitor(*asked, "--known-at", "2020-01-01")
    assert (early.code, "no organisation of this code is in the register" in early.err) == (2, True)
